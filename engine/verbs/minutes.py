"""The decisions of a meeting line by line: which of them are supervised, and what has become of each."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, Json
from engine.progress.permission import require_read
from engine.progress.viewing import STATES
from engine.runtime import Engine
from engine.store import Tx, instances
from engine.store.instances import InstanceRow


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One line of the minutes; its state is that of the matter itself, never a copy that could differ."""

    ref: str  # 会议纪要〔2026〕1号第2项: what the matter names as its source
    content: str
    supervised: bool
    number: str = ""
    state: str = ""
    state_label: str = ""
    deadline: datetime | None = None
    closed: datetime | None = None


def decisions(engine: Engine, number: str, actor: Actor) -> tuple[DecisionLine, ...]:
    """The lines of the minutes of one meeting in order."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        matters = _by_source(tx, row)
        minutes, items = str(row.variables.get("minutes_no") or ""), row.variables.get("items") or []
        return tuple(_line(f"{minutes}第{place}项", item, matters) for place, item in enumerate(items, 1))


def _by_source(tx: Tx, row: InstanceRow) -> dict[str, InstanceRow]:
    rows = [instances.by_number(tx, number) for number, _state in instances.children(tx, row.id)]
    return {str(one.variables.get("source_ref")): _standing(tx, one) for one in rows}


def _standing(tx: Tx, matter: InstanceRow) -> InstanceRow:
    """The matter itself, or the one it was merged into: that one says how things stand."""
    into = matter.variables.get("merged_into")
    return instances.by_number(tx, str(into)) if into else matter


def _line(ref: str, item: Json, matters: dict[str, InstanceRow]) -> DecisionLine:
    content, supervised, matter = str(item.get("content") or ""), bool(item.get("supervise")), matters.get(ref)
    if matter is None:
        return DecisionLine(ref, content, supervised)
    return DecisionLine(
        ref=ref,
        content=content,
        supervised=supervised,
        number=matter.number,
        state=matter.state,
        state_label=STATES[matter.state],
        deadline=matter.deadline,
        closed=matter.ended_at,
    )

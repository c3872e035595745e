"""The agenda of a meeting of the three bodies: the topics that were submitted for it, and what became of each."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, Json
from engine.progress.apart import NO_HOLD
from engine.progress.permission import require_read, viewer
from engine.progress.shapes import find_register
from engine.runtime import Engine
from engine.store import Tx, instances, registers, searching
from engine.store.registers import RecordRow

SITTINGS, TOPICS = "sitting", "agenda_topic"
PROPOSED, LISTED, REMOVED = "proposed", "listed", "removed"
ORDER = {LISTED: 0, PROPOSED: 1, REMOVED: 3}  # what is decided stands with its number among what is listed


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; without number and words for whoever may not open it."""

    number: str
    topic: str
    unit: str
    reporter: str
    minutes: int
    order: int | None
    late: bool
    state: str
    state_label: str
    note: str  # where it went when it was taken off, or what was decided


@dataclass(frozen=True, slots=True)
class Agenda:
    """The sitting that a meeting has announced, until when topics may be submitted for it, and its topics."""

    sitting: str
    topics_due: datetime | None
    open: bool  # whether topics may still be submitted
    topics: tuple[Topic, ...]

    @property
    def minutes(self) -> int:
        """How long the reports of all that is on it take."""
        return sum(one.minutes for one in self.topics if one.state != REMOVED)


def agenda(engine: Engine, number: str, actor: Actor) -> Agenda | None:
    """The agenda of one meeting; None for a meeting that announces no sitting."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        sitting = registers.last_of_instance(tx, SITTINGS, row.id)
        if sitting is None:
            return None
        standing = _standing(tx, sitting.label)
        seen = searching.visible(tx, viewer(tx, actor), {one.instance_id for one, _l in standing if one.instance_id})
        topics = [_topic(engine, tx, one, last, open_to=one.instance_id in seen) for one, last in standing]
        topics.sort(key=lambda t: (ORDER.get(t.state, 0), t.order is None, t.order, t.number))
        due = _moment(sitting.data.get("topics_due"))
        may = sitting.state == "planned" and due is not None and engine.now() <= due
        return Agenda(sitting.label, due, may, tuple(topics))


def _standing(tx: Tx, sitting: str) -> list[tuple[RecordRow, RecordRow]]:
    """The last line of each topic within this sitting, and its last line at all."""
    lines = registers.holding(tx, TOPICS, "sitting", sitting)
    within = {line.label: line for line in lines}
    last = {label: registers.by_label(tx, TOPICS, label) or line for label, line in within.items()}
    return [(line, last[label]) for label, line in within.items()]


def _topic(engine: Engine, tx: Tx, line: RecordRow, last: RecordRow, *, open_to: bool) -> Topic:
    directory, shape = engine.directory(tx), find_register(engine, tx, TOPICS)
    row = instances.by_id(tx, line.instance_id) if line.instance_id is not None else None
    moved = last.data.get("sitting") != line.data.get("sitting")
    dropped = row is not None and row.state in NO_HOLD and line.state in (PROPOSED, LISTED)
    state = REMOVED if moved or dropped else line.state
    unit, person = directory.unit(_text(line.data.get("unit"))), directory.person(_text(line.data.get("reporter")))
    note = f"改排 {last.data.get('sitting') or '其他会次'}" if moved else _text(line.data.get("decided"))
    return Topic(
        number=row.number if row is not None and open_to else "",
        topic=_text(line.data.get("topic")) if open_to else "",
        unit=unit.called if unit else "",
        reporter=person.name if person and open_to else "",
        minutes=int(line.data.get("minutes") or 0),
        order=line.data.get("order"),
        late=bool(line.data.get("late")),
        state=state,
        state_label=shape.named(state) if shape is not None else state,
        note=note,
    )


def _text(value: Json) -> str:
    return str(value or "")


def _moment(value: Json) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None

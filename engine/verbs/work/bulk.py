"""批量: give many parts the same outcome, each in a transaction of its own; what cannot go stays and says why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.errors import BadInput, Conflict, NotAllowed, SanbanError
from engine.model import Actor
from engine.package import Plan
from engine.progress import Case, load
from engine.progress.data import rights
from engine.progress.foresight import after
from engine.progress.permission import open_for, require_read
from engine.runtime import Engine
from engine.store import instances, work
from engine.store.work import ItemRecord
from engine.verbs.work.deciding import decide

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one item of the bulk; ``code`` and ``reason`` say why it stayed."""

    item_id: int
    number: str
    title: str
    done: bool
    code: str = ""
    reason: str = ""
    undo_until: datetime | None = None


def decide_many(
    engine: Engine, item_ids: Sequence[int], outcome: str, actor: Actor, *, opinion: str = "", key: str | None = None
) -> tuple[Decided, ...]:
    """One outcome for up to a hundred items, in the order given; an item that may not go is never half done."""
    wanted = list(dict.fromkeys(item_ids))
    if not 1 <= len(wanted) <= MOST_ITEMS:
        raise BadInput(
            f"一次批量办理 1–{MOST_ITEMS} 件。", f"1 to {MOST_ITEMS} items at once", "请分批办理。", "work.bulk_size"
        )
    return tuple(_one(engine, item_id, outcome, actor, opinion, key) for item_id in wanted)


def _one(engine: Engine, item_id: int, outcome: str, actor: Actor, opinion: str, key: str | None) -> Decided:
    told = Decided(item_id, "", "", done=False)
    own = f"{key}:{item_id}" if key else None
    try:
        with engine.store.reading() as tx:
            case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
            require_read(tx, case.row, actor)  # whoever may not see it is not told its title either
            told = replace(told, number=case.row.number, title=case.row.title)
            item = work.by_id(tx, item_id)
            if own is None or item.state != "done":  # what a repeated request has done already answers by its key
                _fits(case, item, outcome, actor)
        done = decide(engine, item_id, outcome, actor, opinion=opinion, key=own)
    except SanbanError as error:
        return replace(told, code=error.reason, reason=error.message_zh)
    return replace(told, done=True, undo_until=done.undo_until)


def _fits(case: Case, item: ItemRecord, outcome: str, actor: Actor) -> None:
    """Refuse what may not go with others: not mine, not marked, or nobody to go on with."""
    activity = open_for(case, item, actor)
    plan = case.package.plans[activity.element]
    _allowed(case, plan)
    for step in after(case, activity, plan, {}).get(outcome, ()):
        if step.problem:
            raise Conflict(step.problem, "nobody is next", "请打开后办理。", "work.nobody_next")


def _allowed(case: Case, plan: Plan) -> None:
    """Steps that the designer marked, and those that ask for nothing but a yes (ux.md D10)."""
    if plan.bulk:
        return
    if not plan.quick:
        raise NotAllowed(
            plan.quick_reason or "这一步须打开核对后再办。", "this step must be opened first", "请逐件打开。"
        )
    if "write" in rights(case.package, plan).values():
        raise NotAllowed("这一步有需要填写的内容。", "this step has fields to fill in", "请逐件打开。")

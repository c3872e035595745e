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
from engine.progress.queue import ask
from engine.runtime import Engine
from engine.store import instances, work
from engine.store.jobs import JobItem, Part
from engine.store.work import ItemRecord
from engine.verbs.work.deciding import decide

MOST_ITEMS = 100
MOST_LATER = 1000


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


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be done with one item, and how a page names it."""

    item_id: int
    label: str
    outcome: str
    opinion: str = ""


def decide_many(
    engine: Engine, item_ids: Sequence[int], outcome: str, actor: Actor, *, opinion: str = "", key: str | None = None
) -> tuple[Decided, ...]:
    """One outcome for up to a hundred items, in the order given; an item that may not go is never half done."""
    wanted = list(dict.fromkeys(item_ids))
    if not 1 <= len(wanted) <= MOST_ITEMS:
        raise _size(MOST_ITEMS)
    return tuple(_one(engine, item_id, outcome, actor, opinion, key) for item_id in wanted)


def decide_later(engine: Engine, choices: Sequence[Choice], actor: Actor) -> int:
    """The same as a job, for more than one wants to wait for; its number."""
    if not 1 <= len(choices) <= MOST_LATER:
        raise _size(MOST_LATER)
    with engine.store.transaction() as tx:
        parts = [
            Part(choice.label, {"item": choice.item_id, "outcome": choice.outcome, "opinion": choice.opinion})
            for choice in choices
        ]
        return ask(engine, tx, "decide", f"批量办理 {len(parts)} 件", parts, actor, link="/done")


def decide_part(engine: Engine, part: JobItem, actor: Actor | None) -> str:
    """One item of such a job; its key keeps a repeated part from deciding twice."""
    if actor is None:
        raise NotAllowed("批量办理须有办理人。", "nobody decides")
    told = _one(engine, part.facts["item"], part.facts["outcome"], actor, part.facts["opinion"], part.key)
    if not told.done:
        raise Conflict(told.reason, told.reason, code=told.code)
    return f"{told.number} 已办"


def _size(most: int) -> BadInput:
    return BadInput(f"一次批量办理 1–{most} 件。", f"1 to {most} items at once", "请分批办理。", "work.bulk_size")


def _one(engine: Engine, item_id: int, outcome: str, actor: Actor, opinion: str, key: str | None) -> Decided:
    told = Decided(item_id, "", "", done=False)
    own = f"{key}:{item_id}" if key else None
    try:
        with engine.store.reading() as tx:
            case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
            require_read(tx, case.row, actor, item_id=item_id)  # whoever may not see it is not told its title either
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

"""What a return does to an instance: worked out once, so that the preview says what the verb will do."""

from dataclasses import dataclass

from engine import bpmn
from engine.errors import SanbanError
from engine.progress.case import Case, names
from engine.progress.foresight import expected
from engine.progress.kept import Stood, keep, standing, voter
from engine.progress.viewing import label
from engine.store import work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part of a step, told in few words."""

    step: str
    person: str
    login: str
    outcome: str = ""  # in words; empty while it is open


@dataclass(frozen=True, slots=True)
class ReturnEffect:
    """What one way of returning would do, before it is done."""

    element: str
    name: str
    mode: str  # again | direct
    people: tuple[str, ...]  # who gets it
    ends: tuple[str, ...]  # open steps besides the own one that end
    closes: tuple[Part, ...]  # parts of others that close undone
    stays_open: tuple[str, ...]  # open steps that are not touched
    opinions_stay: tuple[Part, ...]  # what was said and is not asked again
    asked_again: tuple[Part, ...]  # who decided and will have to decide once more
    countersigners: tuple[Part, ...]  # those of them who may be left out, their opinions kept
    reenters: tuple[str, ...] = ()  # loops and called processes that straight back begins again, what was said counting
    problem: str = ""  # why it cannot be done


@dataclass(frozen=True, slots=True)
class Closing:
    """What a return ends: tokens of the core, and the activities at them."""

    tokens: tuple[str, ...]
    activities: tuple[ActivityRow, ...]


def closing(case: Case, activity: ActivityRow, target: str) -> Closing:
    """The own activity and what would open a second time, and only that: other branches go on."""
    again = bpmn.superseded(case.package.process, case.row.snapshot, case.now, enter=(target,))
    tokens = tuple(dict.fromkeys((activity.token, *again)))
    return Closing(tokens, tuple(a for a in case.open if a.token in tokens))


def straight_back(case: Case, ends: Closing) -> list[str]:
    """The elements that bring everybody back whose work a return has ended, what was said there counting on."""
    entered = _entered(case, ends)
    said = [s.item for s in standing(case) if _belongs(s, ends)]
    main, elements = case.package.process.key, case.package.process.elements
    inside = {e for e in case.package.plans if _around(case, e) & set(entered) or elements[e].process != main}
    keep(case, inside, said)
    return entered


def _entered(case: Case, ends: Closing) -> list[str]:
    process, snapshot = case.package.process, case.row.snapshot
    return list(dict.fromkeys(bpmn.entrance(process, snapshot, case.now, token) for token in ends.tokens))


def _belongs(said: Stood, ends: Closing) -> bool:
    """Said in what is ended now, or in the same run of the loop or call around it; an earlier run counts no more."""
    runs = {a.facts["run"] for a in ends.activities if "run" in a.facts}
    return said.visit.id in {a.id for a in ends.activities} or said.visit.facts.get("run") in runs


def _around(case: Case, element: str) -> set[str]:
    """A step and the sub-processes around it."""
    found: set[str] = set()
    here: str | None = element
    while here is not None and here in case.package.process.elements:
        found.add(here)
        here = case.package.process.elements[here].scope
    return found


def repeated(case: Case, target: str) -> list[str]:
    """Steps that may be gone through again from ``target`` on, the target first."""
    seen, todo = [target], [target]
    flows = case.package.process.flows.values()
    while todo:
        here = todo.pop(0)
        todo += [f.target for f in flows if f.source == here and f.target not in seen]
        seen += [n for n in todo if n not in seen]
    return [n for n in seen if n in case.package.plans]


def effect(case: Case, activity: ActivityRow, target: str, mode: str) -> ReturnEffect:
    """Everything a person should know before returning; nothing is written."""
    ends: Closing | None = None
    problem = ""
    try:
        ends = closing(case, activity, target)
        bpmn.move(case.package.process, case.row.snapshot, names(case), case.now, cancel=ends.tokens, enter=(target,))
    except SanbanError as error:
        problem = error.message_zh
    ended = [a for a in ends.activities if a.id != activity.id] if ends else []
    said = standing(case)
    again = [] if mode == "direct" else repeated(case, target)
    asked = [s for s in said if s.item.element in again]
    return ReturnEffect(
        element=target,
        name=case.package.plans[target].name,
        mode=mode,
        people=_receivers(case, target),
        ends=tuple(a.name for a in ended),
        closes=tuple(_part(case, i) for a in (activity, *ended) for i in _undone(case, a)),
        stays_open=tuple(a.name for a in case.open if a.id != activity.id and a not in ended),
        opinions_stay=tuple(_part(case, s.item) for s in said if s not in asked),
        asked_again=tuple(_part(case, s.item) for s in asked),
        countersigners=tuple(_part(case, s.item) for s in asked if s.joint),
        problem=problem,
        reenters=_reentered(case, ends) if ends is not None and mode == "direct" else (),
    )


def _reentered(case: Case, ends: Closing) -> tuple[str, ...]:
    """What cannot be entered in its middle, so that it begins again."""
    elements, own = case.package.process.elements, {a.element for a in ends.activities}
    return tuple(elements[e].name or e for e in _entered(case, ends) if e not in own)


def _receivers(case: Case, target: str) -> tuple[str, ...]:
    try:
        return expected(case, target).people
    except SanbanError:  # a step of a loop: who that is depends on the item
        return ()


def _undone(case: Case, activity: ActivityRow) -> list[ItemRecord]:
    parts = work.of_activity(case.tx, activity.id)
    mine = case.actor.id if case.actor else None
    return [i for i in parts if i.state in ("open", "waiting") and i.performer_id != mine]


def _part(case: Case, item: ItemRecord) -> Part:
    person = case.directory.person(voter(item))
    pool = case.directory.pool(item.pool) if item.pool else None
    name = person.name if person else pool.title if pool else ""
    return Part(item.name, name, person.login if person else "", label(case, item.element, item.outcome))

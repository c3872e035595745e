"""Reading the settled rows: sums of a month in one pass over an index, and the lists behind each number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, false, func, or_, select, true

from engine.reports import CaseGroup, Conformity, Figures, Group
from engine.store import judging
from engine.store.database import Tx
from engine.store.tables import instance, settled_case, settled_item, settled_return

_KEYS = ("process", "element", "step", "unit_id", "post_id", "charged_id", "person_id")
# what may narrow a list, by the name the address uses
NARROWING = ("process", "step", "unit", "post", "person", "gate", "code")


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows: of a snapshot (0: what is known now), of a month, up to an instant, of these units or this person.

    Without ``units`` and ``person`` it is the whole house; with both, either fits.
    """

    snapshot_id: int
    month: str
    until: datetime
    units: tuple[int, ...] | None = None
    person: int | None = None

    @property
    def whole(self) -> bool:
        return self.units is None and self.person is None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Cases started in the month, those of them that came back, and those beyond their whole limit."""

    started: int
    returned: int
    backlog: int


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How often a step sent back for a reason."""

    process: str
    element: str
    step: str
    gate: str
    code: str
    words: str
    count: int


def groups(tx: Tx, cut: Cut) -> list[Group]:
    """Sums by step, post and people."""
    when = {kind: _kind(kind, cut.until) for kind in ("on_time", "late", "unfinished", "done", "stood_in")}
    counted = [_sum(condition) for condition in when.values()]
    keys: list[Any] = [settled_item.c[name] for name in _KEYS]
    rows = tx.all(
        select(*keys, *counted, _sum(when["done"], settled_item.c.seconds), _sum(true(), settled_item.c.paused))
        .where(*_items(cut))
        .group_by(*keys)
    )
    return [_group(row) for row in rows]


def _group(row: Any) -> Group:
    process, element, step, unit, post, charged, person, *sums = row
    return Group(process, element, step, unit, post, charged, person, _figures(*sums))


def _figures(on_time: int, late: int, unfinished: int, done: int, stood_in: int, seconds: int, paused: int) -> Figures:
    return Figures(on_time, late, unfinished, done, seconds, stood_in, paused)


def case_figures(tx: Tx, cut: Cut) -> CaseFigures:
    mine = _own(cut, settled_case.c.unit_id, settled_case.c.person_id)
    here = (settled_case.c.snapshot_id == cut.snapshot_id, mine)
    begun: Any = tx.execute(
        select(func.count(), func.coalesce(func.sum(case((settled_case.c.returns > 0, 1), else_=0)), 0)).where(
            *here, settled_case.c.month == cut.month
        )
    ).one()
    late = tx.scalar(select(func.count()).where(*here, _backlog(cut.until)))
    return CaseFigures(int(begun[0]), int(begun[1]), int(late or 0))


def case_groups(tx: Tx, cut: Cut) -> list[CaseGroup]:
    """Cases begun in the month, with their faults, by process, unit and whoever began them."""
    c = settled_case.c
    keys = (c.process, c.unit_id, c.person_id)
    rows = tx.all(
        select(*keys, func.count(), _sum(c.faults > 0), _sum(true(), c.points))
        .where(c.snapshot_id == cut.snapshot_id, c.month == cut.month, _own(cut, c.unit_id, c.person_id))
        .group_by(*keys)
    )
    return [CaseGroup(r[0], r[1], int(r[2]), Conformity(*r[3:])) for r in rows]


def return_lines(tx: Tx, cut: Cut) -> list[ReturnLine]:
    """The commonest first."""
    keys: list[Any] = [settled_return.c[name] for name in ("process", "element", "step", "gate", "code", "words")]
    rows = tx.all(
        select(*keys, func.count())
        .where(*_returns(cut))
        .group_by(*keys)
        .order_by(func.count().desc(), settled_return.c.element, settled_return.c.code)
    )
    return [ReturnLine(*r) for r in rows]


def listed(
    tx: Tx, cut: Cut, kind: str, narrowed: Mapping[str, Any], *, limit: int, offset: int
) -> tuple[int, Sequence[Any]]:
    """What a number counts: how many and a stretch of them, the longest late first."""
    if kind in ("started", "returned", "faulty", "backlog"):
        found = _case_list(cut, kind, narrowed)
    elif kind == "returns":
        found = _return_list(cut, narrowed)
    else:
        found = _item_list(cut, kind, narrowed)
    total = int(tx.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0)
    return total, judging.headed(tx, tx.all(found.limit(limit).offset(offset)))


def _kind(kind: str, until: datetime) -> ColumnElement[bool]:
    c = settled_item.c
    # a comparison with nothing is nothing, and its opposite too: say both sides
    finished = and_(c.done_at.is_not(None), c.done_at <= until)
    not_yet = or_(c.done_at.is_(None), c.done_at > until)
    handled = and_(finished, c.person_id.is_not(None))
    found: dict[str, ColumnElement[bool]] = {
        "on_time": and_(c.due_at.is_not(None), finished, c.done_at <= c.due_at),
        "late": and_(c.due_at.is_not(None), finished, c.done_at > c.due_at),
        "unfinished": and_(c.due_at.is_not(None), not_yet, c.due_at <= until),
        "done": handled,
        "stood_in": and_(handled, c.stood_in.is_(True)),
        "paused": c.paused > 0,
    }
    found["due"] = or_(found["on_time"], found["late"], found["unfinished"])
    found["overdue"] = or_(found["late"], found["unfinished"])
    return found[kind]


def _sum(condition: ColumnElement[bool], what: Any = 1) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(case((condition, what), else_=0)), 0), Integer)


def _own(cut: Cut, unit: Any, *people: Any) -> ColumnElement[bool]:
    if cut.whole:
        return true()
    units = unit.in_(cut.units) if cut.units else false()
    return or_(units, *(person == cut.person for person in people if cut.person is not None))


def _items(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    c = settled_item.c
    mine = _own(cut, c.unit_id, c.charged_id, c.person_id)
    return (c.snapshot_id == cut.snapshot_id, c.month == cut.month, mine)


def _returns(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    c = settled_return.c
    mine = _own(cut, c.unit_id, c.person_id)
    return (c.snapshot_id == cut.snapshot_id, c.month == cut.month, mine)


def _backlog(until: datetime) -> ColumnElement[bool]:
    c = settled_case.c
    return and_(c.due_at.is_not(None), c.due_at <= until, or_(c.ended_at.is_(None), c.ended_at > until))


def _item_list(cut: Cut, kind: str, narrowed: Mapping[str, Any]) -> Select[Any]:
    c = settled_item.c
    whose = c.person_id if kind in ("done", "stood_in") else c.charged_id
    columns = {"process": c.process, "step": c.element, "unit": c.unit_id, "post": c.post_id, "person": whose}
    return (
        select(*c, instance.c.number, instance.c.title, *judging.OF_CASE)
        .join(instance, instance.c.id == c.instance_id)
        .where(*_items(cut), _kind(kind, cut.until), *_narrow(columns, narrowed))
        .order_by(c.due_at.is_(None), c.due_at, c.item_id)
    )


def _case_list(cut: Cut, kind: str, narrowed: Mapping[str, Any]) -> Select[Any]:
    c = settled_case.c
    which = _backlog(cut.until) if kind == "backlog" else c.month == cut.month
    back = {"returned": c.returns > 0, "faulty": c.faults > 0}.get(kind, true())
    columns = {"process": c.process, "unit": c.unit_id, "person": c.person_id}
    return (
        select(*c, instance.c.number, instance.c.title, *judging.OF_CASE)
        .join(instance, instance.c.id == c.instance_id)
        .where(
            c.snapshot_id == cut.snapshot_id,
            _own(cut, c.unit_id, c.person_id),
            which,
            back,
            *_narrow(columns, narrowed),
        )
        .order_by(c.due_at.is_(None), c.due_at, c.instance_id)
    )


def _return_list(cut: Cut, narrowed: Mapping[str, Any]) -> Select[Any]:
    c = settled_return.c
    columns = {"process": c.process, "step": c.element, "unit": c.unit_id, "person": c.person_id}
    columns |= {"gate": c.gate, "code": c.code}
    return (
        select(*c, instance.c.number, instance.c.title, *judging.OF_CASE)
        .join(instance, instance.c.id == c.instance_id)
        .where(*_returns(cut), *_narrow(columns, narrowed))
        .order_by(c.at, c.entry_id, c.code)
    )


def _narrow(columns: Mapping[str, Any], narrowed: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Only what the list knows; 0 stands for nothing: no unit, no post."""
    return [
        columns[name].is_(None) if value == 0 else columns[name] == value
        for name, value in narrowed.items()
        if name in columns
    ]

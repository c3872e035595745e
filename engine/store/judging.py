"""What is read is what was written, or it is told and not shown (docs/decisions/096, 104, 110, 113).

Who opens an office with another key than it was written with can judge nothing; the check-up says so.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Table, select

from engine.archives.chain import entry_hash, files_hash
from engine.errors import Altered
from engine.store import covered, guards, row_digests
from engine.store.altered_rows import called, code_of
from engine.store.covered import FORM, KNOWERS, OPENED, ORIGIN, Guarded
from engine.store.database import Tx
from engine.store.ordering import INSTANCE, STAGE
from engine.store.tables import (
    heartbeat,
    history,
    house_entry,
    instance,
    person,
    record,
    work_item,
)
from engine.store.tables.instances import NO_DEADLINE

Row = TypeVar("Row")
UNTRUE = "（此通知与写入时不一致，已隐去；请告诉系统管理员）"
HIDDEN = "（与写入时不一致，已隐去；请告诉系统管理员）"
CASE, ITEM = "case_", "item_"  # what begins the names of their columns in lines of a list
SIGNER = "signer_"
SIGNED = tuple(guards.columns(person, SIGNER))
OF_CASE, OF_ITEM = tuple(guards.columns(instance, CASE)), tuple(guards.columns(work_item, ITEM))
SEALED = ",,"  # instead of a list of those who may know that is not as it was written: nobody is on it
GUARDED = "rows guarded"  # the mark of an office all of whose rows have digests (docs/decisions/104)
SECOND = "rows guarded 2"  # the same of what has been covered since decision 110
THIRD = "rows guarded 3"  # and since decision 113
MARKS: Final[dict[str, frozenset[Guarded]]] = {
    GUARDED: frozenset(covered.COVERED) - covered.SECOND - covered.THIRD,
    SECOND: covered.SECOND,
    THIRD: covered.THIRD,
}
_MARK_OF: Final[dict[Guarded, str]] = {what: mark for mark, guarded in MARKS.items() for what in guarded}
SUMMED = 20_000  # lines whose sums are judged at every look; every night looks through all
SAMPLE = 20  # rows of a kind by which it is seen whether the key is the right one
LOST_KEY = "record key lost"  # the mark of an office that was restored without the key of its record
CHAINED = (
    "instance_id", "seq", "at", "verb", "actor_id", "principal_id", "element", "activity_id", "item_id", "detail"
)  # fmt: skip
_HOUSE = ("seq", "at", "verb", "actor_id", "detail")


def instance_row(tx: Tx, row: Row) -> Row:
    """The same ``InstanceRow``; Altered if it is not as it was written."""
    if not row_digests.agrees(tx.audit_key, row) and key_fits(tx):
        raise Altered(f" {cast(Any, row).number} ")
    if not holds(tx, KNOWERS, row):
        cast(Any, row).known_to = SEALED  # whoever has a part in it goes on, nobody else is let in
    guarded(tx, ORIGIN, row)
    return guarded(tx, instance, row)


def guarded(tx: Tx, what: Guarded, row: Row, prefix: str = "") -> Row:
    """The same row; Altered if it is not as it was written. A line of a list gives its prefix."""
    if not holds(tx, what, row, prefix):
        place = f"{covered.table_of(what).name}:{getattr(row, 'id', '')}".removesuffix(":")
        raise Altered(f"{called(what)} {place}", code_of(what))
    return row


def shaped(tx: Tx, table: Table, shape: Callable[..., Row], row: Any) -> Row:
    """A row as a value of ``shape``, a dataclass; Altered if it is not as it was written."""
    guarded(tx, table, row)
    return shape(**{name: getattr(row, name) for name in cast(Any, shape).__dataclass_fields__})


def whole(tx: Tx, table: Table) -> None:
    """Altered if any row of a small table is not as it was written: which one stands for which place cannot be told."""
    for row in tx.all(select(table)):
        guarded(tx, table, row)


def holds(tx: Tx, what: Guarded, row: Any, prefix: str = "") -> bool:
    """Whether a row says what was written, as far as that can be judged; a line of a list gives its prefix."""
    if guards.agrees(tx.audit_key, what, row, prefix):
        return True
    return not (is_marked(tx, _MARK_OF[what]) and key_fits(tx))


def headed(tx: Tx, rows: Sequence[Any], prefix: str = CASE) -> list[Any]:
    """Lines of a list with titles of cases; a line whose case is not as it was written says so instead."""
    return [r if holds(tx, instance, r, prefix) else hidden(r, title=HIDDEN) for r in rows]


def named(tx: Tx, rows: Sequence[Any]) -> list[Any]:
    """The same with names of steps: neither is said where the item is not as it was written."""
    return [r if holds(tx, work_item, r, ITEM) else hidden(r, title=HIDDEN, name=HIDDEN) for r in headed(tx, rows)]


class _Line(SimpleNamespace):
    """A row of a statement with other words."""

    @property
    def _mapping(self) -> dict[str, Any]:
        return vars(self)


def hidden(row: Any, **instead: Any) -> Any:
    """A row with other words where it is not to be shown."""
    return _Line(**_fields(row) | instead)


def in_place(row: Any) -> bool:
    """Whether a line of the inbox stands by the deadline of whom it says, which is the deadline it shows."""
    if row.decided_at is not None:
        return True
    if not row.sort_level:
        return bool(row.sort_at == (row.deadline or NO_DEADLINE))
    if row.sort_level == INSTANCE:
        return bool(row.sort_at == row.case_deadline)
    at = (row.case_stages or {}).get(row.sort_level.removeprefix(STAGE))
    return at is not None and datetime.fromisoformat(at) == row.sort_at


def _fields(row: Any) -> dict[str, Any]:
    if isinstance(row, SimpleNamespace):
        return vars(row)
    return dict(row._mapping) if hasattr(row, "_mapping") else dict(row._asdict())


def veiled(tx: Tx, rows: Sequence[Any]) -> list[Any]:
    """Lines that say who may know a case; where that is not as it was written, nobody may."""
    return [r if holds(tx, KNOWERS, r) else hidden(r, known_to=SEALED) for r in rows]


def filled(tx: Tx, rows: Sequence[Any]) -> list[Any]:
    """Lines that show something of a form; one whose form is not as it was written says so, and shows nothing of it."""
    return [r if holds(tx, FORM, r) else hidden(r, title=HIDDEN, variables={}) for r in rows]


def form(tx: Tx, row: Any) -> Any:
    """The variables of a line; None if they are not as they were written."""
    return row.variables if holds(tx, FORM, row) else None


def signed(tx: Tx, rows: Sequence[Any], *, name: str = "by") -> list[Any]:
    """Lines that name a person; whoever is not as they were entered has no name. The columns are ``SIGNED``."""
    return [r if holds(tx, person, r, SIGNER) else hidden(r, **{name: HIDDEN}) for r in rows]


def named_by(tx: Tx, shape: Callable[..., Row], rows: Sequence[Any], *, name: str = "by") -> list[Row]:
    """Lines that name a person, as values of ``shape``, a dataclass."""
    names = cast(Any, shape).__dataclass_fields__
    return [shape(**{field: getattr(row, field) for field in names}) for row in signed(tx, rows, name=name)]


def is_marked(tx: Tx, mark: str) -> bool:
    """Before every row has its digest, a program of the version before may still change rows beside this one."""
    return tx.first(select(heartbeat.c.name).where(heartbeat.c.name == mark)) is not None


def decisions(tx: Tx, items: Sequence[Any]) -> None:
    """Altered if an item, or what somebody decided in it, is not as it was written."""
    for item in items:
        guarded(tx, work_item, item)
        guarded(tx, OPENED, item)
        if not row_digests.decision_agrees(tx.audit_key, item) and key_fits(tx):
            raise Altered(f"待办 {item.id}", "item.altered")


def line(tx: Tx, row: Any) -> None:
    """Altered if a line of a register is not as it was written."""
    if not row_digests.record_agrees(tx.audit_key, row) and key_fits(tx):
        raise Altered(f"台账 {row.register} 第 {row.ordinal} 行", "record.altered")


def notice(tx: Tx, row: Row) -> Row:
    """The same notice; without its words if it is not as it was written: one of them must not hide the others."""
    if is_true(tx, row):
        return row
    return cast(Row, replace(cast(Any, row), title=UNTRUE, body="", link="", number=None, instance_title=None))


def is_true(tx: Tx, row: Any) -> bool:
    """Whether a notice tells whom and what it was written to tell."""
    return row_digests.notice_agrees(tx.audit_key, row) or not key_fits(tx)


def files(version: Any, content: dict[str, bytes]) -> None:
    """Altered if the files of a version are not those that were deployed."""
    if files_hash(content) != version.digest:
        raise Altered(f"流程包 {version.key} 第 {version.version} 版", "definition.altered")


def chain(tx: Tx, number: str, entries: Sequence[Any], head: str) -> None:
    """Altered if the history of an instance does not hold; what was written with a lost key is not judged."""
    at = broken(tx.audit_key, entries, head)
    if at is None or not key_fits(tx):
        return
    lost = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == LOST_KEY))
    if lost is not None:
        at = broken(tx.audit_key, entries, head, unjudged=sum(e.id <= lost["through"] for e in entries))
    if at is not None:
        raise Altered(f" {number} 的办理记录（第 {at} 条）", "history.chain")


def broken(key: bytes, entries: Sequence[Any], head: str, *, unjudged: int = 0) -> int | None:
    """Sequence number of the first entry that was changed, lost or added by hand; None if the chain is whole."""
    previous = entries[unjudged - 1].hash if unjudged else ""
    for expected, entry in enumerate(entries[unjudged:], start=unjudged + 1):
        values = {name: getattr(entry, name) for name in CHAINED}
        if entry.seq != expected or entry_hash(key, previous, values) != entry.hash:
            return expected
        previous = entry.hash
    return None if previous == head else len(entries) + 1


def key_fits(tx: Tx) -> bool:
    """Whether anything in the office was written with the key it was opened with; asked only when something differs."""
    key = tx.audit_key
    if any(row_digests.agrees(key, row) for row in _newest(tx, instance)):
        return True
    if any(row_digests.record_agrees(key, row) for row in _newest(tx, record)):
        return True
    marked = tx.all(select(person).where(person.c.row_digest.like(f"{guards.MARK}%")).limit(SAMPLE))
    if any(guards.agrees(key, person, row) for row in marked):
        return True
    for table, names in ((history, CHAINED), (house_entry, _HOUSE)):
        firsts = tx.all(select(table).where(table.c.seq == 1).order_by(table.c.id.desc()).limit(SAMPLE))
        if any(hmac.compare_digest(entry_hash(key, "", {n: getattr(r, n) for n in names}), r.hash) for r in firsts):
            return True
    return False


def _newest(tx: Tx, table: Table) -> Sequence[Any]:
    return tx.all(select(table).where(table.c.digest.is_not(None)).order_by(table.c.id.desc()).limit(SAMPLE))

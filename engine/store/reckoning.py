"""Whether what a report adds up is what was settled, and whether what is settled is what was written (decision 110)."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Table, and_, or_, select

from engine.errors import Altered
from engine.store import covered, guards, history, instances, judging, snapshots
from engine.store.database import Tx
from engine.store.settled import LIVE
from engine.store.tables import activity, instance, pause, settled_case, settled_item, settled_return, work_item


def require_month(tx: Tx, month: str, frozen: snapshots.SnapshotRow | None) -> None:
    """Altered if a row that a month counts is not as it was settled or, frozen, if one is lost or another has come.

    Sums cannot be judged one by one, and a wrong one looks like any other: the month is refused as a whole.
    """
    if frozen is None:
        late = and_(settled_case.c.due_at.is_not(None), settled_case.c.ended_at.is_(None))  # of earlier months too
        _require(tx, settled_item, settled_item.c.month == month)
        _require(tx, settled_case, or_(settled_case.c.month == month, late))
        _require(tx, settled_return, settled_return.c.month == month)
    elif not snapshots.is_whole(tx, frozen) and judging.is_marked(tx, judging.SECOND):
        raise Altered(f"报表 {frozen.label} ", "figures.altered")


def is_sound(tx: Tx, month: str) -> bool:
    """Whether what a month counts now is what was settled."""
    try:
        require_month(tx, month, None)
    except Altered:
        return False
    return True


def require_process(tx: Tx, process: str) -> None:
    """The same of all that was settled of a process."""
    _require(tx, settled_item, settled_item.c.process == process)
    _require(tx, settled_case, settled_case.c.process == process)


def _require(tx: Tx, table: Table, which: ColumnElement[bool]) -> None:
    same = guards.in_bulk(tx.audit_key)
    # by place and one after another: names and a list of a whole month cost as much as the digests
    for row in tx.execute(select(table.c.id, *guards.columns(table)).where(table.c.snapshot_id == LIVE, which)):
        if not same(row[1:-1], row[-1]):
            judging.guarded(tx, table, row)


def unsound(tx: Tx, ids: Sequence[int], returned: Collection[int]) -> set[int]:
    """Those of the instances of which something that would be settled is not as it was written.

    ``returned``: those of whose history something is settled.
    """
    found: set[int] = set()
    for table in (instance, activity, work_item, pause):
        case = table.c.id if table is instance else table.c.instance_id
        columns = {c.name: c for c in (*guards.columns(table), *(_DECIDED if table is work_item else ()))}
        for row in tx.all(select(case.label("case_id"), *columns.values()).where(case.in_(list(ids)))):
            try:
                judging.guarded(tx, table, row)
                judging.decisions(tx, [row] if table is work_item else [])
            except Altered:
                found.add(int(row.case_id))
    return found | {one for one in returned if not _has_history(tx, one)}


_DECIDED = (
    *(work_item.c[n] for n in ("id", "outcome", "opinion", "data", "decided_at", "decided_by", "state", "digest")),
    *guards.columns(covered.OPENED),
)


def _has_history(tx: Tx, instance_id: int) -> bool:
    try:
        history.whole(tx, instances.by_id(tx, instance_id, judged=False))
    except Altered:
        return False
    return True

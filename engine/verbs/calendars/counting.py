"""The job behind every change of the calendar: all open deadlines counted anew, some instances to a transaction.

The change is the job: its row says how far it has come, in the transaction of what was counted, so a killed process
loses nothing and a second one does nothing twice.
"""

from collections.abc import Sequence
from datetime import timedelta

from engine.errors import SanbanError
from engine.progress import load
from engine.progress.recounting import recount
from engine.runtime import FRESH_SECONDS, Engine
from engine.store import Tx, calendars, house, instances
from engine.store.calendars import ChangeRow

TOGETHER = 20
MOST_BATCHES = 50  # to one call, so that the duty looks up in between
# what began on the old calendar, in a process that still kept it, is committed by then
SETTLING = timedelta(seconds=FRESH_SECONDS + 1)


def work_off(engine: Engine) -> int:
    """Go on with the oldest unfinished change; how many instances were looked at."""
    with engine.store.reading() as tx:  # on most days there is nothing, and nobody has to wait for that
        if calendars.is_finished(tx, engine.now() - SETTLING):
            return 0
    seen = 0
    for _batch in range(MOST_BATCHES):
        looked = _batch_of(engine)
        if looked is None:
            break
        seen += looked
    return seen


def _batch_of(engine: Engine) -> int | None:
    """The next instances of the oldest change; None when there is nothing to do."""
    try:
        return _count(engine, TOGETHER)
    except SanbanError:
        return _count(engine, 1, forgiving=True)  # alone, so that a broken one takes no other with it


def _count(engine: Engine, most: int, *, forgiving: bool = False) -> int | None:
    with engine.store.transaction() as tx:
        change = calendars.next_change(tx, engine.now() - SETTLING)
        if change is None:
            return None
        engine.forget()
        following = calendars.running_after(tx, change.cursor, most)
        if not following:
            calendars.note_progress(tx, change.id, {"state": "done", "finished_at": engine.now()})
            return 0
        if not forgiving:
            _note(tx, change, following, moved=_recount(engine, tx, change, following))
            return len(following)
    return _alone(engine, following[0])


def _alone(engine: Engine, instance_id: int) -> int:
    """One instance that may be broken: what cannot be counted is an incident, and the job goes on."""
    try:
        with engine.store.transaction() as tx:
            change = calendars.next_change(tx, engine.now() - SETTLING)
            if change is not None and change.cursor < instance_id:
                _note(tx, change, [instance_id], moved=_recount(engine, tx, change, [instance_id]))
    except SanbanError as error:
        with engine.store.transaction() as tx:
            change = calendars.next_change(tx, engine.now() - SETTLING)
            if change is not None and change.cursor < instance_id:
                house.open_incident(
                    tx,
                    kind="calendar",
                    message=f"日历变更后时限没有重算：{error.message_zh}",
                    at=engine.now(),
                    instance_id=instance_id,
                    facts={"change": change.id, "code": error.reason},
                )
                _note(tx, change, [instance_id], failed=1)
    return 1


def _recount(engine: Engine, tx: Tx, change: ChangeRow, ids: Sequence[int]) -> int:
    moved = 0
    for instance_id in ids:
        row = instances.by_id(tx, instance_id, lock=True)
        if row.state not in ("running", "suspended"):
            continue
        case = load(engine, tx, row, engine.now())
        if recount(case, change.note[:200]):
            moved += 1
            instances.save(tx, row)
    return moved


def _note(tx: Tx, change: ChangeRow, ids: Sequence[int], *, moved: int = 0, failed: int = 0) -> None:
    calendars.note_progress(
        tx,
        change.id,
        {
            "state": "running",
            "cursor": ids[-1],
            "done": change.done + len(ids),
            "moved": change.moved + moved,
            "failed": change.failed + failed,
        },
    )

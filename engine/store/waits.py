"""When something is tried again, or a lease ends: instants that change with every try and are in no digest.

One that no rule reaches has decayed, or a clock was ahead when it was written. What waits for it would wait for years.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, Text, literal_column, select, update

from engine.store.columns import WAITING
from engine.store.database import Tx
from engine.store.tables import archive, delivery, job_item, outgoing_call

LONGEST: Final = timedelta(days=2)  # more than any rule puts off, and than anybody outside may ask us to wait
MOST: Final = 500  # rows of a table to one look


class _Wait(NamedTuple):
    instant: Column[datetime]
    state: ColumnElement[str]  # in which the row waits for it


_WAITS: Final[Mapping[Table, _Wait]] = {
    delivery: _Wait(delivery.c.next_try, WAITING),
    outgoing_call: _Wait(outgoing_call.c.next_try, WAITING),
    archive: _Wait(archive.c.next_try, WAITING),
    job_item: _Wait(job_item.c.lease_until, literal_column("'running'", Text)),
}


def put_off(tx: Tx, table: Table, ids: Collection[int], until: datetime) -> None:
    """Let rows wait until then, whatever they were waiting for."""
    tx.execute(update(table).where(table.c.id.in_(ids)).values({_WAITS[table].instant: until}))


def beyond(tx: Tx, now: datetime) -> dict[Table, list[int]]:
    """What waits for an instant that no rule reaches, if anything: ids by table."""
    found = {}
    for table, (instant, state) in _WAITS.items():
        late = select(table.c.id).where(table.c.state == state, instant > now + LONGEST)
        found[table] = [int(r.id) for r in tx.all(late.order_by(instant).limit(MOST))]
    return {table: ids for table, ids in found.items() if ids}


def let_go(tx: Tx, table: Table, now: datetime, until: datetime) -> int:
    """Let all that is so in a table wait until then; how many. Of two programs one does it."""
    instant, state = _WAITS[table]
    late = (table.c.state == state, instant > now + LONGEST)
    return tx.execute(update(table).where(*late).values({instant: until})).rowcount

"""When something is tried again, or a lease ends: instants that change with every try and are in no digest.

One that no rule reaches has decayed, or a clock was ahead when it was written. What waits for it would wait for years.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Column, ColumnElement, Text, literal_column, select, update

from engine.store import altered_rows
from engine.store.altered_rows import AlteredRow
from engine.store.columns import WAITING
from engine.store.database import Tx
from engine.store.tables import archive, delivery, job_item, outgoing_call

LONGEST: Final = timedelta(days=2)  # more than any rule puts off, and than anybody outside may ask us to wait
MOST: Final = 500  # rows of a table to one look


class _Wait(NamedTuple):
    instant: Column[datetime]
    state: ColumnElement[str]  # in which the row waits for it


_WAITS: Final[Mapping[str, _Wait]] = {
    delivery.name: _Wait(delivery.c.next_try, WAITING),
    outgoing_call.name: _Wait(outgoing_call.c.next_try, WAITING),
    archive.name: _Wait(archive.c.next_try, WAITING),
    job_item.name: _Wait(job_item.c.lease_until, literal_column("'running'", Text)),
}


def put_off(tx: Tx, rows: Sequence[AlteredRow], until: datetime) -> None:
    """Let rows of these tables wait until then, whatever they were waiting for."""
    for row in rows:
        name, _, row_id = row.name.partition(":")
        table, instant = _WAITS[name].instant.table, _WAITS[name].instant
        tx.execute(update(table).where(table.c.id == int(row_id)).values({instant: until}))


def beyond(tx: Tx, now: datetime) -> list[AlteredRow]:
    """What waits for an instant that no rule reaches."""
    found: list[AlteredRow] = []
    for instant, state in _WAITS.values():
        table = instant.table
        late = select(table.c.id).where(table.c.state == state, instant > now + LONGEST)
        found += [altered_rows.of(table, r.id) for r in tx.all(late.order_by(instant).limit(MOST))]
    return found


def let_go(tx: Tx, name: str, now: datetime, until: datetime) -> int:
    """Let all that is so in a table wait until then; how many. Of two programs one does it."""
    table, (instant, state) = _WAITS[name].instant.table, _WAITS[name]
    late = (table.c.state == state, instant > now + LONGEST)
    return tx.execute(update(table).where(*late).values({instant: until})).rowcount

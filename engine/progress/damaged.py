"""Rows that are not as they were written are told to administrators, each once while nobody has settled it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from engine.errors import Altered
from engine.runtime import Engine
from engine.store import Tx, altered_rows, covered, house, instances, waits
from engine.store.altered_rows import AlteredRow
from engine.store.covered import Guarded

KIND = house.ALTERED
MENDED = timedelta(hours=1)  # when what could not be done as it stands is looked at again


def put_off(engine: Engine, what: Guarded, cases: Mapping[int, int | None]) -> None:
    """Nothing leaves, is called or is packed by a row that is not as it was written: it waits until it is mended.

    ``cases``: the instance of each row, by its id.
    """
    if not cases:
        return
    with engine.store.transaction() as tx:
        waits.put_off(tx, covered.table_of(what), cases, engine.now() + MENDED)
        tell(tx, [altered_rows.of(what, row, case) for row, case in cases.items()], engine.now())


def tell(tx: Tx, rows: Sequence[AlteredRow], now: datetime, *, most: int = 50) -> None:
    """Open an incident for each row that has none."""
    if not rows:
        return
    known = {str(one["facts"].get("row")) for one in house.open_incidents(tx) if one["kind"] == KIND}
    fresh = list({row.name: row for row in rows if row.name not in known}.values())[:most]
    cases = instances.numbers_of(tx, {row.instance_id for row in fresh if row.instance_id is not None})
    for row in fresh:
        house.open_incident(
            tx,
            kind=KIND,
            message=Altered(f" {row.name} ", row.code).message_zh,
            at=now,
            instance_id=row.instance_id if row.instance_id in cases else None,
            facts={"row": row.name, "code": row.code},
        )

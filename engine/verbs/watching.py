"""Every night all rows with digests are looked through; what is not as it was written becomes an incident."""

from datetime import timedelta

from engine.errors import Altered
from engine.runtime import Engine
from engine.store import guarding, guards, house, instances, judging

ASIDE = timedelta(hours=20)  # while a new version is rolled out, one of the version before may change rows beside it
BEGUN, KIND = "rows to be guarded", "altered"
MOST = 50  # incidents of one night: of a file that has decayed as a whole the check-up tells the rest


def look(engine: Engine) -> int:
    """Look through all rows, or give those their digests that came before there were any; how many are altered."""
    with engine.store.reading() as tx:
        begun = house.last_beat(tx, BEGUN)
        guarded = judging.is_guarded(tx)
    if not guarded:
        if begun is None:
            with engine.store.transaction() as tx:
                house.beat(tx, BEGUN, engine.now(), {})
            return 0
        if engine.now() - begun < ASIDE:
            return 0
    fill(engine, new=guarded)
    return _tell(engine, altered(engine))


def fill(engine: Engine, *, new: bool = False) -> int:
    """Give every row its digest, and judge them from now on; how many had another one by then.

    ``new``: only those that have none yet.
    """
    differed = 0
    for table in guards.COVERED:
        after: int | None = 0
        while after is not None:
            with engine.store.transaction() as tx:
                after, found = guarding.fill(tx, table, after, new=new)
            differed += found
    if not new:
        with engine.store.transaction() as tx:
            guarding.begin(tx, engine.now(), differed)
    return differed


def altered(engine: Engine) -> list[guarding.AlteredRow]:
    """Every row that is not as it was written."""
    rows: list[guarding.AlteredRow] = []
    for table in guards.COVERED:
        after: int | None = 0
        while after is not None:
            with engine.store.reading() as tx:
                found, after = guarding.altered(tx, table, after)
            rows += found
    return rows


def _tell(engine: Engine, rows: list[guarding.AlteredRow]) -> int:
    with engine.store.transaction() as tx:
        known = {str(one["facts"].get("row")) for one in house.open_incidents(tx) if one["kind"] == KIND}
        fresh = [row for row in rows if row.name not in known][:MOST]
        cases = instances.numbers_of(tx, {row.instance_id for row in fresh if row.instance_id is not None})
        for row in fresh:
            house.open_incident(
                tx,
                kind=KIND,
                message=Altered(f" {row.name} ", row.code).message_zh,
                at=engine.now(),
                instance_id=row.instance_id if row.instance_id in cases else None,
                facts={"row": row.name, "code": row.code},
            )
    return len(rows)

"""Every night all rows with digests are looked through; what is not as it was written becomes an incident."""

from collections.abc import Collection
from datetime import timedelta

from engine import limits
from engine.progress.damaged import KIND, tell
from engine.runtime import Engine
from engine.store import accepting, covered, guarding, house, judging, waits
from engine.store.altered_rows import AlteredRow
from engine.store.covered import Guarded

__all__ = ["ASIDE", "KIND", "altered", "fill", "look"]
ASIDE = timedelta(hours=20)  # while a new version is rolled out, one of the version before may change rows beside it
RIGHTED = "righted"  # the kind of an incident that tells what was put right by itself
MOST = 50  # incidents of one night: of a file that has decayed as a whole the check-up tells the rest


def look(engine: Engine) -> int:
    """Look through all rows, or give those their digest that came before there were any; how many are altered."""
    for mark, guarded in judging.MARKS.items():
        with engine.store.reading() as tx:
            begun = house.last_beat(tx, _begun(mark))
            known = judging.is_marked(tx, mark)
            kept = accepting.is_remembered(tx, mark)
        if kept and not known:
            _mark_again(engine, mark)
        if known or kept:
            fill(engine, guarded, new=True)
            if not kept:
                with engine.store.transaction() as tx:
                    accepting.remember(tx, mark, engine.now())
        elif begun is None:
            with engine.store.transaction() as tx:
                house.beat(tx, _begun(mark), engine.now(), {})
        elif engine.now() - begun >= ASIDE:
            differed = fill(engine, guarded)
            with engine.store.transaction() as tx:
                accepting.begin(tx, mark, engine.now(), differed)
    found = altered(engine)
    with engine.store.transaction() as tx:
        tell(tx, found, engine.now(), most=MOST)
    _let_go(engine)
    return len(found)


def _let_go(engine: Engine) -> None:
    """What waits for an instant that no rule gives is tried in the morning, when messages may ring again."""
    now = engine.now()
    with engine.store.reading() as tx:
        astray = waits.beyond(tx, now)
        calendar = engine.calendar(tx)
    morning = limits.after_quiet(now, calendar.quiet_from, calendar.quiet_until, calendar)
    for table in astray:
        with engine.store.transaction() as tx:
            freed = waits.let_go(tx, table, now, morning)
            if freed:
                why = "磁盘损坏、时钟曾经超前，或被人直接改过"
                message = f"{table.name} 有 {freed} 条的下次办理时间超出一切规则（{why}），已改为尽快办理。"
                house.open_incident(tx, kind=RIGHTED, message=message, at=now)


def _mark_again(engine: Engine, mark: str) -> None:
    with engine.store.transaction() as tx:
        house.beat(tx, mark, engine.now(), {})
        message = f"“{mark}”标记丢失，相应数据一度没有核对；已按全局记录恢复。"
        house.open_incident(tx, kind=RIGHTED, message=message, at=engine.now())


def _begun(mark: str) -> str:
    """The mark of the first night of a version that gives rows their digests."""
    return mark.replace("guarded", "to be guarded")


def fill(engine: Engine, guarded: Collection[Guarded], *, new: bool = False) -> int:
    """Give every row its digest; how many had another one by then. ``new``: only those that have none yet."""
    differed = 0
    for what in covered.COVERED:
        after: int | None = 0 if what in guarded else None
        while after is not None:
            with engine.store.transaction() as tx:
                after, found = guarding.fill(tx, what, after, new=new)
            differed += found
    return differed


def altered(engine: Engine) -> list[AlteredRow]:
    """Every row that is not as it was written."""
    rows: list[AlteredRow] = []
    for what in covered.COVERED:
        after: int | None = 0
        while after is not None:
            with engine.store.reading() as tx:
                found, after = guarding.altered(tx, what, after)
            rows += found
    return rows

"""Wrong passwords cost time: after each one in a row the next try has to wait longer, for every login alike."""

from datetime import timedelta
from math import ceil

from engine.errors import TooSoon
from engine.runtime import Engine
from engine.store import attempts

FIRST, LONGEST = timedelta(seconds=3), timedelta(seconds=60)
FORGOTTEN = timedelta(hours=1)
KEPT = 80  # characters of a login that count


def require_patience(engine: Engine, login: str, longest: timedelta = LONGEST) -> None:
    """Refuse a try that comes too soon, whatever the password; raises TooSoon with the seconds to wait."""
    with engine.store.reading() as tx:
        found = attempts.failures(tx, login[:KEPT])
    if found is None:
        return
    times, last = found
    wait = min(FIRST * 2 ** min(times - 1, 10), longest)
    left = last + wait - engine.now()
    # a clock that was set back does not lock anybody out for longer than the wait itself
    if timedelta(0) < left <= wait:
        raise TooSoon(ceil(left.total_seconds()))


def note(engine: Engine, login: str, *, right: bool) -> None:
    """Keep how a try went."""
    with engine.store.reading() as tx:
        known = attempts.failures(tx, login[:KEPT]) is not None
    if right and not known:
        return
    now = engine.now()
    with engine.store.transaction() as tx:
        if right:
            attempts.succeed(tx, login[:KEPT])
        else:
            attempts.fail(tx, login[:KEPT], now, now - FORGOTTEN)

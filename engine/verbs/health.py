"""Whether the installation works: database, clock and queues, as numbers without names."""

from dataclasses import dataclass

from engine.runtime import Engine
from engine.store import pulse

LATE_SECONDS = 60  # a due timer that waits longer means that nothing ticks


@dataclass(frozen=True, slots=True)
class Health:
    """``late_seconds`` is how long the oldest due timer has been waiting."""

    database: bool
    late_seconds: int
    timers: int = 0
    notifications: int = 0
    incidents: int = 0
    open_items: int = 0
    running: int = 0

    @property
    def ticking(self) -> bool:
        """Timers are served in time, as far as anybody can see from here."""
        return self.database and self.late_seconds <= LATE_SECONDS

    @property
    def ok(self) -> bool:
        return self.database and self.ticking


def state(engine: Engine) -> Health:
    """Look at everything once; never raises because the database is away."""
    if not pulse.alive(engine.store):
        return Health(database=False, late_seconds=0)
    now = engine.now()
    with engine.store.reading() as tx:
        found = pulse.backlog(tx, now)
    late = int((now - found.oldest_due).total_seconds()) if found.oldest_due else 0
    return Health(
        database=True,
        late_seconds=late,
        timers=found.timers,
        notifications=found.deliveries,
        incidents=found.incidents,
        open_items=found.open_items,
        running=found.running,
    )

"""Whether the installation works: database, clock and queues, as numbers without names."""

from dataclasses import dataclass

from engine.runtime import Engine
from engine.store import house, pulse

LATE_SECONDS = 60  # a due timer that waits longer means that they are not served
BEAT_SECONDS = 3.0
SILENT_SECONDS = 10  # nobody has ticked for that long: whoever should is away or stands still
BEAT = "tick"


@dataclass(frozen=True, slots=True)
class Health:
    """How long the oldest due timer has been waiting, and how long nobody has ticked: None if nobody ever has."""

    database: bool
    late_seconds: int
    silent_seconds: int | None = None
    timers: int = 0
    notifications: int = 0
    incidents: int = 0
    open_items: int = 0
    running: int = 0

    @property
    def ticking(self) -> bool:
        """Timers are served in time, as far as anybody can see from here."""
        return self.database and self.late_seconds <= LATE_SECONDS and (self.silent_seconds or 0) <= SILENT_SECONDS

    @property
    def ok(self) -> bool:
        return self.database and self.ticking


def beat(engine: Engine) -> None:
    """Say that somebody ticks."""
    with engine.store.transaction() as tx:
        house.beat(tx, BEAT, engine.now(), {})


def reachable(engine: Engine) -> bool:
    """Whether this node can answer people; what others should do is not asked."""
    return pulse.alive(engine.store)


def state(engine: Engine) -> Health:
    """Look at everything once; never raises because the database is away."""
    if not pulse.alive(engine.store):
        return Health(database=False, late_seconds=0)
    now = engine.now()
    with engine.store.reading() as tx:
        found, ticked = pulse.backlog(tx, now), house.last_beat(tx, BEAT)
    silent = None if ticked is None else max(0, int((now - ticked).total_seconds()))
    late = int((now - found.oldest_due).total_seconds()) if found.oldest_due else 0
    return Health(
        database=True,
        late_seconds=late,
        silent_seconds=silent,
        timers=found.timers,
        notifications=found.deliveries,
        incidents=found.incidents,
        open_items=found.open_items,
        running=found.running,
    )

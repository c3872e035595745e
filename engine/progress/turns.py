"""Which turns of the schedules of deployed packages are due and have not been started."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine import limits, org
from engine.package import Package
from engine.package.manifest import Schedule
from engine.runtime import Engine, evaluate
from engine.store import Tx, definitions, scheduled


@dataclass(frozen=True, slots=True)
class Waiting:
    """One turn that is due."""

    package: Package
    schedule: Schedule
    turn: limits.Turn

    @property
    def key(self) -> tuple[str, str, str]:
        """Of its row."""
        return self.package.manifest.key, self.schedule.name, self.turn.period


def waiting(engine: Engine, tx: Tx) -> Iterator[Waiting]:
    """Of each schedule the last turn that is due by now, unless it is done; missed ones before it are not made up."""
    now, calendar = engine.now(), engine.calendar(tx)
    for row in definitions.all_current(tx):
        package = engine.package(tx, row.id)
        for schedule in package.manifest.schedule:
            turn = limits.latest(schedule.round(), now, calendar)
            if turn is None:
                continue
            one = Waiting(package, schedule, turn)
            known = scheduled.find(tx, *one.key)
            if (known is None or known.state == scheduled.FAILED) and turn.due >= _since(engine, tx, one):
                yield one


def _since(engine: Engine, tx: Tx, one: Waiting) -> datetime:
    """When the schedule came into the house, or what it replaces: turns before are not its."""
    begun = datetime.max.replace(tzinfo=one.turn.due.tzinfo)
    for row in definitions.versions(tx, one.package.manifest.key):
        if not row.placed:
            continue  # when it came is not known: what it brought waits until it is mended
        named = {schedule.name for schedule in engine.package(tx, row.id).manifest.schedule}
        if one.schedule.name not in named and not one.schedule.replaces:
            break
        begun = row.deployed_at
    return begun


def responsible(engine: Engine, tx: Tx, package: Package, schedule: Schedule) -> org.Person | None:
    """Who answers for what the calendar starts: the first person of the rule."""
    directory = engine.directory(tx)
    asked = org.Facts(package.empty, process=package.manifest.key, category=package.manifest.category)
    found = org.resolve(schedule.performer, asked, directory, engine.now(), evaluate=evaluate, needed=False)
    return directory.person(found.performers[0].id) if found.performers else None

"""Where matters stand on the ladder of their deadline: its levels, how many stand on each, and who rises when."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import limits
from engine.runtime import Engine
from engine.store import Tx, definitions, overview


@dataclass(frozen=True, slots=True)
class Standing:
    """The highest level a matter has reached for the deadline it has now, and when the next rung comes."""

    level: str
    ladder: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notch:
    """One level of the ladder; ``to`` are performer rules, ``actions`` what the system does besides."""

    level: str
    key: str
    day: int | None  # overdue working days at which it comes, if it comes by days
    to: tuple[str, ...]
    template: str
    actions: tuple[str, ...]
    count: int

    @property
    def late(self) -> bool:
        """Whether it belongs to missed deadlines."""
        return self.key.startswith("late-")


def standings(engine: Engine, tx: Tx, rows: Sequence[Any]) -> dict[int, Standing]:
    """Of each row with a deadline, where it stands; rungs of a deadline that was moved since do not count."""
    by_id = {r.id: r for r in rows}
    found: dict[int, list[overview.InstanceRung]] = {}
    for one in overview.rungs_of(tx, list(by_id)):
        deadline = by_id[one.instance_id].deadline
        if deadline is not None and one.deadline and datetime.fromisoformat(one.deadline) == deadline:
            found.setdefault(one.instance_id, []).append(one)
    return {key: _standing(engine.package(tx, by_id[key].definition_id).ladders, rungs) for key, rungs in found.items()}


def _standing(ladders: Mapping[str, limits.Ladder], rungs: Sequence[overview.InstanceRung]) -> Standing:
    ladder = ladders.get(rungs[-1].ladder)
    reached = [one.rung for one in rungs if one.fired]
    waiting = [one.due for one in rungs if not one.fired]
    level = next((r.level for r in ladder.rungs if r.key == reached[-1]), "") if ladder and reached else ""
    return Standing(level, rungs[-1].ladder, waiting[0] if waiting else None)


def notches(
    engine: Engine, tx: Tx, keys: Sequence[str], standing: Iterable[Standing], on_level: Mapping[str, int]
) -> tuple[Notch, ...]:
    """The levels of the ladder most matters stand on, as the newest package draws it, with how many stand there."""
    used = Counter(s.ladder for s in standing)
    name = used.most_common(1)[0][0] if used else ""
    packages = [engine.package(tx, row.id) for row in definitions.all_current(tx) if row.key in keys]
    ladder = next((p.ladders[name] for p in packages if name in p.ladders), None)
    levels: dict[str, limits.Rung] = {}
    for rung in ladder.rungs if ladder else ():
        if rung.level:
            levels.setdefault(rung.level, rung)
    return tuple(
        Notch(level, r.key, _day(r), r.to, r.template, r.actions, on_level.get(level, 0)) for level, r in levels.items()
    )


def _day(rung: limits.Rung) -> int | None:
    days = [choice.moment.amount for choice in rung.when if choice.moment.kind == "day" and choice.moment.amount >= 0]
    return days[0] if days else None


def rising(standing: Iterable[Standing], until: datetime) -> tuple[int, datetime | None]:
    """How many matters climb until a moment, and when the first does."""
    times = sorted(s.next_at for s in standing if s.next_at is not None and s.next_at <= until)
    return len(times), times[0] if times else None

"""规范性: how many cases had to come back for a fault, and what was taken off for it (domain.md §2.9)."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from engine.reports.figures import percent


@dataclass(frozen=True, slots=True)
class Conformity:
    """Cases begun in a month; ``points`` were taken off for the faults of those that came back."""

    started: int = 0
    faulty: int = 0  # returned with a reason code at least once
    points: int = 0

    @property
    def rate(self) -> float | None:
        """规范率: the share without a fault, in percent; None when nothing was begun."""
        return percent(self.started - self.faulty, self.started)

    @property
    def fault_rate(self) -> float | None:
        """差错率, in percent."""
        return percent(self.faulty, self.started)

    def __add__(self, other: "Conformity") -> "Conformity":
        return Conformity(self.started + other.started, self.faulty + other.faulty, self.points + other.points)


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """Cases of one process that one person of one unit began."""

    process: str
    unit_id: int | None
    person_id: int
    conformity: Conformity


CASES_BY: dict[str, Callable[[CaseGroup], Hashable]] = {
    "process": lambda group: group.process,
    "unit": lambda group: group.unit_id,
    "initiator": lambda group: group.person_id,
}


def case_lines(groups: Iterable[CaseGroup], by: str) -> dict[Hashable, Conformity]:
    """By process, unit or whoever began them."""
    found: dict[Hashable, Conformity] = {}
    for group in groups:
        key = CASES_BY[by](group)
        found[key] = found.get(key, Conformity()) + group.conformity
    return found


def conformity_of(groups: Iterable[CaseGroup]) -> Conformity:
    """All of them together."""
    return sum((group.conformity for group in groups), Conformity())

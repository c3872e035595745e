"""Sums of settled work and the lines that are made of them: by process, step, unit, post and person."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted; ``on_time``, ``late`` and ``unfinished`` make up what should have been done."""

    on_time: int = 0
    late: int = 0  # done, but too late
    unfinished: int = 0  # due and still not done
    done: int = 0
    seconds: int = 0  # of working time for what was done
    stood_in: int = 0  # of what was done, for somebody else
    paused: int = 0  # working seconds for which clocks stood

    @property
    def due(self) -> int:
        """应办结: what the on-time rate is a share of."""
        return self.on_time + self.late + self.unfinished

    @property
    def rate(self) -> float | None:
        """On-time rate in percent; None when nothing was due."""
        return percent(self.on_time, self.due)

    @property
    def mean_hours(self) -> float | None:
        """Mean working hours of what was done."""
        return round(self.seconds / self.done / 3600, 1) if self.done else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(  # written out: reports add up ten thousands of them
            self.on_time + other.on_time,
            self.late + other.late,
            self.unfinished + other.unfinished,
            self.done + other.done,
            self.seconds + other.seconds,
            self.stood_in + other.stood_in,
            self.paused + other.paused,
        )

    def answered_for(self) -> "Figures":
        """Only what counts for whoever answers for the deadline."""
        return Figures(self.on_time, self.late, self.unfinished)

    def credited(self) -> "Figures":
        """Only what counts for whoever did the work."""
        return Figures(0, 0, 0, self.done, self.seconds, self.stood_in, self.paused)


@dataclass(frozen=True, slots=True)
class Group:
    """Work of one step in one post, answered for by one person and done by one."""

    process: str
    element: str
    step: str
    unit_id: int | None
    post_id: int | None
    charged_id: int | None
    person_id: int | None
    figures: Figures


Parts = Iterable[tuple[Hashable, Figures]]


def _whole(key: Callable[[Group], Hashable]) -> Callable[[Group], Parts]:
    return lambda group: [(key(group), group.figures)]


def _people(group: Group) -> Parts:
    """The deadline counts for one, the work for the other; two posts of one person are two lines."""
    if group.charged_id is not None:
        yield (group.charged_id, group.post_id), group.figures.answered_for()
    if group.person_id is not None:
        yield (group.person_id, group.post_id), group.figures.credited()


BY: dict[str, Callable[[Group], Parts]] = {
    "process": _whole(lambda group: group.process),
    "step": _whole(lambda group: (group.process, group.element, group.step)),
    "unit": _whole(lambda group: group.unit_id),
    "post": _whole(lambda group: group.post_id),
    "person": _people,
}


def lines(groups: Iterable[Group], by: str) -> dict[Hashable, Figures]:
    """Figures for each process, step, unit, post, or person in a post."""
    found: dict[Hashable, Figures] = {}
    for group in groups:
        for key, figures in BY[by](group):
            found[key] = found.get(key, Figures()) + figures
    return {key: figures for key, figures in found.items() if figures.due or figures.done}


def total(groups: Iterable[Group]) -> Figures:
    """All of them together."""
    return reduce(Figures.__add__, (group.figures for group in groups), Figures())


def percent(part: int, whole: int) -> float | None:
    """A share in percent with one digit; what is not all is never told as 100."""
    if not whole:
        return None
    share = round(part * 100 / whole, 1)
    return 99.9 if share == 100 and part < whole else share

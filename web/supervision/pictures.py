"""Small drawings of the overview as numbers for SVG: no script and no style draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.verbs.supervision import UnitLine
from web.language import _

LEAST = 15.0  # per cent of a bar: a segment must hold its figure and be wide enough to press
WIDTH, HEIGHT, EDGE = 150.0, 40.0, 5.0
LOWEST = 50.0  # per cent at the foot of the trend, unless a week was worse


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar in per cent of its width."""

    light: str
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the weeks that had something to count; ``last`` is its end."""

    points: str
    last: tuple[float, float] | None
    weeks: int
    told: str  # the same in words


def bar(line: UnitLine) -> tuple[Segment, ...]:
    """Green, amber, red side by side; what there is of a colour is never too small to be seen."""
    counts = [(light, getattr(line, light)) for light in ("green", "amber", "red")]
    counts = [(light, count) for light, count in counts if count]
    free = 100.0 - LEAST * len(counts)
    found, x = [], 0.0
    for light, count in counts:
        width = LEAST + free * count / line.total
        found.append(Segment(light, count, round(x, 2), round(width, 2)))
        x += width
    return tuple(found)


def trend(weeks: Sequence[float | None]) -> Trend:
    """The share closed in time per week, oldest left; weeks without any are passed over."""
    known = [(n, value) for n, value in enumerate(weeks) if value is not None]
    foot = min([LOWEST, *(value for _, value in known)])
    step = (WIDTH - 2 * EDGE) / max(len(weeks) - 1, 1)
    places = [
        (round(EDGE + n * step, 1), round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (v - foot) / (100 - foot or 1), 1))
        for n, v in known
    ]
    rates = [_("第 %(n)s 周 %(rate)s%%", n=n + 1, rate=format(value, "g")) for n, value in known]
    told = _("，").join(rates) or _("还没有办结的事项")
    return Trend(" ".join(f"{x},{y}" for x, y in places), places[-1] if places else None, len(weeks), told)

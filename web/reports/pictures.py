"""The trend of twelve months as points of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.verbs.reports import Point

WIDTH, HEIGHT, EDGE = 600, 90, 14


@dataclass(frozen=True, slots=True)
class Dot:
    """One month; ``y`` is None when nothing was due."""

    month: str
    rate: float | None
    x: float
    y: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Dots of all months and the lines between neighbours that both have one."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    told: str


def trend(points: Sequence[Point]) -> Trend | None:
    """From 0 to 100 percent; None when fewer than two months are known."""
    if sum(point.rate is not None for point in points) < 2:
        return None
    step = (WIDTH - 2 * EDGE) / (len(points) - 1)
    dots = tuple(
        Dot(p.month, p.rate, round(EDGE + n * step, 1), None if p.rate is None else _height(p.rate))
        for n, p in enumerate(points)
    )
    runs: list[list[str]] = [[]]
    for dot in dots:
        if dot.y is None:
            runs.append([])
        else:
            runs[-1].append(f"{dot.x},{dot.y}")
    told = "，".join(f"{dot.month} {dot.rate:g}%" for dot in dots if dot.rate is not None)
    return Trend(dots, tuple(" ".join(run) for run in runs if len(run) > 1), told)


def _height(rate: float) -> float:
    return round(HEIGHT - EDGE - rate * (HEIGHT - 2 * EDGE) / 100, 1)

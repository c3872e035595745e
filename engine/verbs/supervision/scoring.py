"""The score of supervision for a quarter (domain.md §5.8): what happened to each matter in it, unit by unit."""

from dataclasses import dataclass
from datetime import date, time

from engine.errors import BadInput
from engine.model import Actor
from engine.progress.deeds import Window, visits_by_matter
from engine.reports import scores as pure
from engine.runtime import Engine
from engine.store import overview
from engine.verbs.supervision.matters import SEE_ALL, Desk
from engine.verbs.supervision.overview import CATEGORY


@dataclass(frozen=True, slots=True)
class Scores:
    """A quarter with the scores of the units that this person may see."""

    quarter: str
    before: str
    after: str
    scores: tuple[pure.Score, ...]
    points: pure.Points


def scores_of(engine: Engine, actor: Actor, quarter: str | None = None) -> Scores:
    """Scores of a quarter such as ``2026Q3``, by default the present one; a unit sees its own."""
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        named = quarter or pure.quarter_of(desk.today)
        first, following = _days(named)
        keys = overview.keys_of(tx, CATEGORY)
        begun = desk.calendar.at(first, time(0))
        rows = [*overview.instances_of(tx, keys, counted=True)]
        rows += overview.instances_of(tx, keys, running=False, since=begun, counted=True)
        rows = [row for row in rows if desk.may_see(row) and row.variables.get("handed_over")]
        visits = visits_by_matter(tx, [row.id for row in rows])
        window = Window(desk.directory, desk.calendar, first, following)
        deeds = [window.deeds(row, visits.get(row.id, [])) for row in rows]
        found = [one for one in deeds if one is not None]
    points = pure.points_with(engine.settings.supervision_points)
    before, after = date.fromordinal(first.toordinal() - 1), following
    return Scores(named, pure.quarter_of(before), pure.quarter_of(after), pure.scores(found, points), points)


@dataclass(frozen=True, slots=True)
class YearScores:
    """A year with its quarters so far and the scores of the units that this person may see."""

    year: int
    quarters: tuple[str, ...]
    rows: tuple[pure.Year, ...]
    ranked: bool  # whether this person sees every unit: a place among some is none


def scores_of_year(engine: Engine, actor: Actor, year: int | None = None) -> YearScores:
    """The mean of the quarters of a year, by default the present one; quarters to come are left out."""
    with engine.store.reading() as tx:
        today = Desk(engine, tx, actor).today
    wanted = year or today.year
    if not 2000 <= wanted <= today.year:
        raise BadInput(f"没有“{wanted}”这一年。", f"no year {wanted}", "写法如 2026。", "report.quarter")
    named = tuple(f"{wanted}Q{n}" for n in range(1, 5) if pure.quarter(f"{wanted}Q{n}")[0] <= today)
    found = {name: scores_of(engine, actor, name).scores for name in named}
    ranked = bool(actor.roles & SEE_ALL) and actor.reach is None
    return YearScores(wanted, named, pure.years(found), ranked)


def _days(quarter: str) -> tuple[date, date]:
    try:
        return pure.quarter(quarter)
    except ValueError:
        raise BadInput(
            f"没有“{quarter}”这个季度。", f"no quarter {quarter!r}", "写法如 2026Q3。", "report.quarter"
        ) from None

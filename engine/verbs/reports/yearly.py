"""The numbers of a year (domain.md §1.1) on one page, each with its definition, target and the list behind it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from engine.errors import BadInput, NotAllowed, NotFound, SanbanError
from engine.model import Actor, Json
from engine.reports.catalogue import Figure, Part, read_catalogue
from engine.runtime import Engine, evaluate
from engine.store import Tx, definitions, yearly
from engine.store.yearly import Counted
from engine.verbs.reports.seeing import SEE_ALL, named, openable

FILE = "year.toml"  # beside the packages, so that an office says itself what it counts
READERS = SEE_ALL | {"clerk"}
YEARS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of a number; ``missing``: its process or register is not installed."""

    title: str
    value: Decimal
    target: float | None
    missing: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One number; ``value`` is None where the system does not count it."""

    code: str
    title: str
    unit: str
    definition: str
    value: Decimal | None
    target: float | None
    at_most: bool
    parts: tuple[PartLine, ...]

    @property
    def share(self) -> float | None:
        """How much of the target is reached, in percent; None without one, or where it is an upper bound."""
        if self.value is None or not self.target or self.at_most:
            return None
        return round(float(self.value) / self.target * 100, 1)


@dataclass(frozen=True, slots=True)
class Yearly:
    """The page."""

    year: int
    years: tuple[int, ...]
    figures: tuple[FigureLine, ...]
    complete: bool  # whether the year is over


@dataclass(frozen=True, slots=True)
class YearEntry:
    """One thing that a number counts; without number and title if its reader may not open it."""

    part: str
    number: str
    title: str
    at: datetime
    amount: Decimal


@dataclass(frozen=True, slots=True)
class YearList:
    """What one number counts."""

    year: int
    figure: FigureLine
    entries: tuple[YearEntry, ...]
    total: int
    limit: int
    offset: int


def yearly_figures(engine: Engine, year: int | None, actor: Actor | None) -> Yearly:
    """All numbers of a year, the present one if none is named."""
    with engine.store.reading() as tx:
        this = engine.calendar(tx).local(engine.now()).year
        chosen = _checked(year if year is not None else this, this, actor)
        lines = tuple(_line(engine, tx, figure, chosen, actor) for figure in _catalogue(engine))
    return Yearly(chosen, tuple(range(this, this - YEARS_SHOWN, -1)), lines, chosen < this)


def behind_figure(
    engine: Engine, year: int, code: str, actor: Actor | None, *, limit: int = 100, offset: int = 0
) -> YearList:
    """Every case, line or package that one number counts, in the order of time."""
    figure = next((one for one in _catalogue(engine) if one.code == code), None)
    if figure is None:
        raise NotFound(f"没有“{code[:20]}”这个数字。", "no such figure", "请从年度数据页点击数字。", "report.figure")
    with engine.store.reading() as tx:
        _checked(year, engine.calendar(tx).local(engine.now()).year, actor)
        found = [(part, one) for part in figure.part for one in _counted(engine, tx, part, year, actor)]
        found.sort(key=lambda pair: pair[1].at)
        start = max(0, offset)
        shown = found[start : start + max(1, min(limit, 500))]
        may_open = openable(tx, actor, (one.instance_id for _part, one in shown if one.instance_id is not None))
        entries = tuple(_entry(part, one, may_open) for part, one in shown)
        line = _line(engine, tx, figure, year, actor)
    return YearList(year, line, entries, len(found), limit, start)


def _checked(year: int, this: int, actor: Actor | None) -> int:
    if actor is not None and not actor.roles & READERS:
        raise NotAllowed("年度数据只供办公室和领导查看。", "not for you to see", "请联系办公室。")
    if not 2000 <= year <= this + 1:
        raise BadInput(f"没有 {year} 年的数据。", f"no figures of {year}", "请从页面上选择年份。", "report.year")
    return year


def _catalogue(engine: Engine) -> tuple[Figure, ...]:
    path = engine.settings.processes / FILE
    return read_catalogue(path.read_text(encoding="utf-8")) if path.exists() else ()


def _line(engine: Engine, tx: Tx, figure: Figure, year: int, actor: Actor | None) -> FigureLine:
    installed = {row.key: row.id for row in definitions.all_current(tx)}
    registers = {name for id_ in installed.values() for name in engine.package(tx, id_).registers}
    sums = [
        sum((_amount(part, one) for one in _counted(engine, tx, part, year, actor)), Decimal(0)) for part in figure.part
    ]
    parts = tuple(
        PartLine(part.title, value, part.target, missing=not value and _lost(part, installed, registers))
        for part, value in zip(figure.part, sums, strict=True)
    )
    value = sum((p.value for p in parts), Decimal(0)) if parts and not all(p.missing for p in parts) else None
    return FigureLine(
        figure.code, figure.title, figure.unit, figure.definition, value, figure.target, figure.at_most, parts
    )


def _lost(part: Part, installed: Mapping[str, int], registers: Collection[str]) -> bool:
    """Whether what a part counts is not installed here."""
    return (part.process != "" and part.process not in installed) or (
        part.ledger != "" and part.ledger not in registers
    )


def _counted(engine: Engine, tx: Tx, part: Part, year: int, actor: Actor | None) -> Sequence[Counted]:
    since, until = (datetime(y, 1, 1, tzinfo=engine.zone).astimezone(UTC) for y in (year, year + 1))
    reach = None if actor is None or actor.reach is None else tuple(sorted(actor.reach))
    if part.archives:
        found = yearly.archived(tx, since, until, reach)
    elif part.ledger:
        found = yearly.lines(tx, part.ledger, since, until, reach)
    else:
        found = yearly.cases(tx, part.process, since, until, reach, faulty=part.faulty)
    return [one for one in found if not part.when or _fits(part.when, one.data)]


def _fits(when: str, data: Mapping[str, Json]) -> bool:
    try:
        return bool(evaluate(when, data))
    except SanbanError:  # a version of the form that does not know the field yet
        return False


def _amount(part: Part, one: Counted) -> Decimal:
    if one.amount is not None:
        return Decimal(one.amount)
    if not part.sum:
        return Decimal(1)
    try:
        return Decimal(str(one.data.get(part.sum) or 0))
    except InvalidOperation:
        return Decimal(0)


def _entry(part: Part, one: Counted, may_open: set[int]) -> YearEntry:
    if one.instance_id is None:
        return YearEntry(part.title, "", one.title, one.at, _amount(part, one))
    number, title = named(one.instance_id, one.number, one.title, may_open)
    return YearEntry(part.title, number, title, one.at, _amount(part, one))

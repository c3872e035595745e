"""Numbers of series by hand: reserve (预留号), void (废号), and the report that finds what is missing (缺号)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.model import Actor
from engine.package import Package, Series
from engine.progress.caretakers import only_keeps
from engine.progress.numbering import year_of
from engine.progress.opinions import words
from engine.progress.permission import veiled, within_reach
from engine.runtime import Engine
from engine.store import Tx, definitions, numbers, registers
from engine.store.numbers import NumberRow, SeriesRow

READERS = frozenset({"clerk", "supervisor", "leader", "auditor", "admin"})
CLERKS = frozenset({"clerk", "admin"})
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """A series that a package takes numbers from: ``key`` is ``process.field.name``."""

    key: str
    process: str
    field: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Book:
    """A series in a year: how far it has come and what stands behind it; ``missing``: nobody accounts for them."""

    series: str
    year: int
    last: int | None  # not as it was written, so that nothing can be missing
    used: int
    reserved: int
    void: int
    missing: tuple[int, ...]
    altered: int = 0  # lines that are not as they were written, and count nowhere


def kinds(engine: Engine, actor: Actor) -> tuple[Kind, ...]:
    """The series of which numbers can be reserved."""
    _may_read(actor)
    with engine.store.reading() as tx:
        return tuple(kind for kind, _series in _offered(engine, tx))


def books(engine: Engine, actor: Actor | None, *, year: int | None = None) -> tuple[Book, ...]:
    """Every series by year, the newest year first, with its gaps (缺号); without an actor for the operator."""
    _may_read(actor)
    with engine.store.reading() as tx:
        return tuple(_book(tx, row) for row in numbers.kept(tx) if year is None or row.year == year)


def of_series(engine: Engine, series: str, year: int, actor: Actor) -> tuple[NumberRow, ...]:
    """Every number of a series in a year, who uses it and why it is void."""
    _may_read(actor)
    with engine.store.reading() as tx:
        found = numbers.of_series(tx, series, year)
        if actor.reach is not None or only_keeps(actor.roles):  # a number tells nothing of what one may not read
            found = _own(engine, tx, found, actor)
    if not found:
        raise NotFound(f"“{series}”{year} 年没有取过号。", f"no numbers of {series} in {year}", "请从编号簿打开。")
    return tuple(found)


def _own(engine: Engine, tx: Tx, rows: Sequence[NumberRow], actor: Actor) -> list[NumberRow]:
    """Numbers of other houses without the case, the person and the reason."""
    unseen = veiled(tx, actor, (row.instance_id for row in rows))
    directory = engine.directory(tx)

    def theirs(row: NumberRow) -> bool:
        if row.state == numbers.ALTERED:
            return False  # it tells nothing anyway
        if row.instance_id is not None:
            return row.instance_id in unseen
        unit = directory.main_unit(directory.person(row.person_id))
        return unit is None or not within_reach(actor, unit.id)

    return [replace(row, number=None, person=None, reason="") if theirs(row) else row for row in rows]


def reserve(
    engine: Engine, kind: str, actor: Actor, *, reason: str, count: int = 1, year: int | None = None
) -> tuple[str, ...]:
    """预留号: take the next numbers aside for documents that are still to come; the texts."""
    why = _may_change(actor, reason)
    if not 1 <= count <= MOST_AT_ONCE:
        raise BadInput(f"一次可预留 1–{MOST_AT_ONCE} 个号。", "bad count", "请改正个数。", "number.count")
    with engine.store.transaction() as tx:
        now = engine.now()
        series, name = _series(engine, tx, kind)
        this = year_of(engine.calendar(tx), now)
        chosen = this if year is None else year
        if not this - 1 <= chosen <= this + 1:
            raise BadInput("只能预留去年、今年或明年的号。", f"bad year {chosen}", "请改正年份。", "number.year")
        made = []
        for _one in range(count):
            ordinal = registers.take(tx, name, chosen)
            text = series.text_of(name, chosen, ordinal)
            numbers.note(
                tx,
                series=name,
                year=chosen,
                ordinal=ordinal,
                text=text,
                at=now,
                state=numbers.RESERVED,
                reason=why,
                person_id=actor.id,
            )
            made.append(text)
    return tuple(made)


def void(engine: Engine, number_id: int, actor: Actor, *, reason: str) -> NumberRow:
    """废号: a reserved number is given up for good; one that a document has goes with its document."""
    why = _may_change(actor, reason)
    with engine.store.transaction() as tx:
        row = numbers.by_id(tx, number_id)
        if row is None:
            raise NotFound("没有找到这个号。", f"no number {number_id}", "请从编号簿打开。")
        if row.state == numbers.VOID:
            raise Conflict(f"{row.text} 已经是废号。", "already void", "不需要再作废。", "number.void")
        if row.state == numbers.USED:
            raise Conflict(
                f"{row.text} 正由 {row.number} 使用。",
                "the number is used",
                "要作废这个号，请由流程管理员作废该件。",
                "number.used",
            )
        if not numbers.void_reserved(tx, row.id, why, actor.id):
            raise Conflict(f"{row.text} 刚被使用。", "just used", "请刷新编号簿。", "number.used")
        found = numbers.by_id(tx, number_id)
        assert found is not None
        return found


def _book(tx: Tx, row: SeriesRow) -> Book:
    """Missing are numbers up to the counter that no row accounts for."""
    missing: tuple[int, ...] = ()
    if row.last is not None and row.used + row.reserved + row.void + row.altered != row.last:
        known = {one.ordinal for one in numbers.of_series(tx, row.series, row.year)}
        missing = tuple(n for n in range(1, row.last + 1) if n not in known)
    return Book(row.series, row.year, row.last, row.used, row.reserved, row.void, missing, row.altered)


def _offered(engine: Engine, tx: Tx) -> Iterator[tuple[Kind, Series]]:
    for row in definitions.all_current(tx):
        package = engine.package(tx, row.id)
        for field, series in package.manifest.series.items():
            for name in _names(package, series):
                key = f"{package.manifest.key}.{field}.{name}"
                yield Kind(key, package.manifest.key, field, name, package.manifest.title), series


def _names(package: Package, series: Series) -> tuple[str, ...]:
    """A series with a fixed name, or one for each option of the field that names it."""
    if "{" not in series.name:
        return (series.name,)
    field = next((f for f in package.form.fields if series.name == f"${{{f.id}}}"), None)
    return tuple(str(option.value) for option in field.options) if field is not None else ()


def _series(engine: Engine, tx: Tx, key: str) -> tuple[Series, str]:
    for kind, series in _offered(engine, tx):
        if kind.key == key:
            return series, kind.name
    raise NotFound(f"没有编号序列“{key}”。", f"no series {key!r}", "请从列表中选择。")


def _may_read(actor: Actor | None) -> None:
    if actor is not None and not actor.roles & READERS:
        raise NotAllowed("您无权查看编号簿。", "may not read the numbers", "请联系办公室。")


def _may_change(actor: Actor, reason: str) -> str:
    if not actor.roles & CLERKS:
        raise NotAllowed("只有文书和流程管理员可以预留、作废编号。", "only clerks may", "请联系办公室文书。")
    said = words(reason)
    if not said:
        raise BadInput("请填写原因。", "a reason is required", "写明用途或作废原因后再提交。", "number.reason")
    if len(said) > numbers.LONGEST_REASON:
        raise BadInput(f"原因不超过 {numbers.LONGEST_REASON} 字。", "reason too long", "请精简。", "number.reason")
    return said

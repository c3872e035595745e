"""Registers: lines that processes append, shown, filtered and corrected by further lines; nothing is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from engine import org
from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.package import Register
from engine.runtime import Engine
from engine.store import Tx, definitions, instances, overview, registers
from engine.store.registers import RecordRow

READERS = frozenset({"clerk", "supervisor", "leader", "auditor", "admin"})
CLERKS = frozenset({"clerk", "admin"})
LONGEST_REASON = 500
MOST = 5000  # lines that are looked through for one page


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its texts by column; ``number`` is the instance it came from."""

    id: int
    label: str
    state: str
    state_label: str
    texts: Mapping[str, str]
    data: Mapping[str, Json]
    at: datetime
    by: str
    number: str
    corrects: int | None
    corrected_by: int | None
    reason: str  # why it corrects another line


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register by name and title, the processes that write it, and how many lines stand in it."""

    name: str
    title: str
    processes: tuple[str, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register as a table; ``choices`` are the texts that each filtered column has in these lines."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: int
    choices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Detail:
    """One line with its columns, and all lines that it corrects or that correct it, oldest first."""

    register: str
    title: str
    columns: tuple[tuple[str, str, str], ...]  # id, label, type
    line: Line
    chain: tuple[Line, ...]
    correctable: bool


def _register(engine: Engine, tx: Tx, name: str) -> Register:
    for row in definitions.all_current(tx):
        found = engine.package(tx, row.id).registers.get(name)
        if found is not None:
            return found
    raise NotFound(f"没有名为“{name}”的台账。", f"no register {name}", "请从菜单选择台账。")


def shelves(engine: Engine, actor: Actor) -> tuple[Shelf, ...]:
    """All registers of the deployed packages, by title."""
    if not actor.roles & READERS:
        raise NotAllowed("您无权查看台账。", "may not read registers", "请联系办公室。")
    with engine.store.reading() as tx:
        titles: dict[str, str] = {}
        writers: dict[str, list[str]] = {}
        for row in definitions.all_current(tx):
            package = engine.package(tx, row.id)
            for name, register in package.registers.items():
                titles.setdefault(name, register.title)
                writers.setdefault(name, []).append(package.manifest.title)
        standing = {name: registers.count(tx, name) - len(overview.corrections(tx, name)) for name in titles}
    found = [Shelf(name, title, tuple(writers[name]), standing[name]) for name, title in titles.items()]
    return tuple(sorted(found, key=lambda shelf: shelf.title))


def names(engine: Engine) -> tuple[tuple[str, str], ...]:
    """Names and titles of all registers."""
    with engine.store.reading() as tx:
        found = {
            n: r.title for row in definitions.all_current(tx) for n, r in engine.package(tx, row.id).registers.items()
        }
        return tuple(sorted(found.items()))


def rows(
    engine: Engine,
    register: str,
    actor: Actor,
    *,
    month: str | None = None,
    text: str | None = None,
    filters: Mapping[str, str] | None = None,
    standing: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> Sheet:
    """Lines of a register, newest first; ``month`` is ``2026-11``, ``filters`` compare columns by their text.

    With ``standing`` lines that another one has replaced are left out.
    """
    if not actor.roles & READERS:
        raise NotAllowed("您无权查看这个台账。", "may not read this register", "请联系办公室。")
    with engine.store.reading() as tx:
        writer = _Writer(engine, tx, _register(engine, tx, register), overview.corrections(tx, register))
        since, until = _month(engine, tx, month)
        found = registers.of_register(tx, register, since=since, until=until, limit=MOST)
        lines = [writer.line(row, n) for row, n in found if not (standing and row.id in writer.corrected)]
        kept = [line for line in lines if _fits(line, text, filters or {})]
        columns = tuple((c.id, c.label) for c in writer.shape.column)
        choices = {key: tuple(sorted({t for line in lines if (t := line.texts.get(key))})) for key in filters or {}}
        return Sheet(register, writer.shape.title, columns, tuple(kept[offset : offset + limit]), len(kept), choices)


def labels(engine: Engine, register: str, *, text: str = "", limit: int = 100) -> tuple[str, ...]:
    """What a form may refer to: everybody may choose a line by its label without reading the register."""
    with engine.store.reading() as tx:
        _register(engine, tx, register)
        found = dict.fromkeys(row.label for row, _number in registers.of_register(tx, register, limit=MOST))
        return tuple(label for label in found if text.lower() in label.lower())[:limit]


def get(engine: Engine, record_id: int, actor: Actor) -> Detail:
    """One line and what was corrected about it."""
    if not actor.roles & READERS:
        raise NotAllowed("您无权查看这个台账。", "may not read this register", "请联系办公室。")
    with engine.store.reading() as tx:
        row = registers.by_id(tx, record_id)
        shape = _register(engine, tx, row.register)
        corrected = overview.corrections(tx, row.register)
        writer = _Writer(engine, tx, shape, corrected)
        line = writer.line(row, writer.number(row))
        columns = tuple((c.id, c.label, c.type) for c in shape.column)
        open_to = bool(actor.roles & CLERKS) and line.corrected_by is None
        return Detail(row.register, shape.title, columns, line, _chain(writer, row), open_to)


def _chain(writer: "_Writer", row: RecordRow) -> tuple[Line, ...]:
    first = row
    while first.corrects_id is not None:
        first = registers.by_id(writer.tx, first.corrects_id)
    rows = [first]
    while (following := writer.corrected.get(rows[-1].id)) is not None:
        rows.append(registers.by_id(writer.tx, following))
    return tuple(writer.line(one, writer.number(one)) for one in rows)


def _month(engine: Engine, tx: Tx, month: str | None) -> tuple[datetime | None, datetime | None]:
    if not month:
        return None, None
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise BadInput(f"月份“{month}”不对。", f"bad month {month!r}", "写成 2026-11。", "list.parameters") from error
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    calendar = engine.calendar(tx)
    return calendar.at(first, time(0)), calendar.at(following, time(0))


class _Writer:
    """Puts rows of one register into words."""

    def __init__(self, engine: Engine, tx: Tx, shape: Register, corrected: Mapping[int, int]) -> None:
        self.tx, self.shape, self.corrected = tx, shape, corrected
        self.directory: org.Directory = engine.directory(tx)
        self.calendar = engine.calendar(tx)

    def number(self, row: RecordRow) -> str | None:
        """The number of the instance a row came from."""
        return None if row.instance_id is None else instances.by_id(self.tx, row.instance_id).number

    def line(self, row: RecordRow, number: str | None) -> Line:
        by = self.directory.person(row.created_by)
        return Line(
            id=row.id,
            label=row.label,
            state=row.state,
            state_label=self.shape.states.get(row.state, row.state),
            texts={c.id: self._text(c.type, row.data.get(c.id)) for c in self.shape.column},
            data=row.data,
            at=row.created_at,
            by=by.name if by else "系统",
            number=number or "",
            corrects=row.corrects_id,
            corrected_by=self.corrected.get(row.id),
            reason=str(row.data.get("correction") or ""),
        )

    def _text(self, kind: str, value: Json) -> str:
        if value is None or value == "":
            return ""
        if kind in ("file", "files"):
            return f"{len(value) if isinstance(value, list) else 1} 个文件"
        if isinstance(value, list):
            return "、".join(self._text(kind.rstrip("s"), v) for v in value)
        if isinstance(value, bool):
            return "是" if value else "否"
        match kind:
            case "person" | "persons":
                person = self.directory.person(str(value))
                return person.name if person else str(value)
            case "unit" | "units":
                unit = self.directory.unit(str(value))
                return unit.short if unit else str(value)
            case "datetime":
                return self.calendar.local(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
            case _:
                return str(value)


def _fits(line: Line, text: str | None, filters: Mapping[str, str]) -> bool:
    if text and not any(text in t for t in (line.label, *line.texts.values())):
        return False
    return all(line.texts.get(key) == value for key, value in filters.items() if value)


def correct(engine: Engine, record_id: int, changes: Mapping[str, Json], reason: str, actor: Actor) -> Line:
    """更正: add a line that corrects an earlier one and says why; the earlier one stays as it was."""
    if not actor.roles & CLERKS:
        raise NotAllowed("只有登记人员可以更正。", "only clerks may correct a register", "请联系印章管理员。")
    if not reason.strip():
        raise BadInput("请填写更正原因。", "a reason is required", "", "register.reason")
    with engine.store.transaction() as tx:
        row = registers.by_id(tx, record_id)
        shape = _register(engine, tx, row.register)
        corrected = overview.corrections(tx, row.register)
        if row.id in corrected:
            raise Conflict("这一条已经更正过。", "already corrected", "请更正最新的一条。", "register.corrected")
        changed = {k: v for k, v in _checked(shape, changes).items() if v != row.data.get(k)}
        if not changed:
            raise BadInput("没有改动任何栏目。", "nothing is changed", "请修改要更正的栏目。", "register.unchanged")
        made = registers.add(
            tx,
            register=row.register,
            label=row.label,
            state=row.state,
            data={**row.data, **changed, "correction": reason.strip()[:LONGEST_REASON]},
            instance_id=row.instance_id,
            at=engine.now(),
            by=actor.id,
            corrects_id=row.id,
        )
        writer = _Writer(engine, tx, shape, corrected)
        added = registers.by_id(tx, made)
        return writer.line(added, writer.number(added))


def _checked(shape: Register, changes: Mapping[str, Json]) -> dict[str, Json]:
    """Changes in the types of their columns."""
    columns = {c.id: c for c in shape.column}
    unknown = sorted(set(changes) - set(columns))
    if unknown:
        raise BadInput(f"没有这些栏目：{'、'.join(unknown)}。", f"unknown columns {unknown}", "", "form.unknown_field")
    found: dict[str, Json] = {}
    for key, value in changes.items():
        if columns[key].type == "integer" and not isinstance(value, int):
            if not str(value).strip().isdecimal():
                label = columns[key].label
                raise BadInput(f"“{label}”要填整数。", f"{key} must be a whole number", "", "form.type")
            found[key] = int(str(value))
        else:
            found[key] = value
    return found

"""Registers: lines that processes append, shown, filtered and corrected by further lines; nothing is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.package import Register
from engine.runtime import Engine
from engine.store import Tx, definitions, registers
from engine.store.registers import RecordRow

READERS = frozenset({"clerk", "supervisor", "leader", "auditor", "admin"})


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
    number: str
    corrects: int | None
    corrected_by: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register as a table."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: int


def _register(engine: Engine, tx: Tx, name: str) -> Register:
    for row in definitions.all_current(tx):
        found = engine.package(tx, row.id).registers.get(name)
        if found is not None:
            return found
    raise NotFound(f"没有名为“{name}”的台账。", f"no register {name}", "请从菜单选择台账。")


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
    limit: int = 200,
    offset: int = 0,
) -> Sheet:
    """Lines of a register, newest first; ``month`` is ``2026-11``, ``filters`` compare columns by their text."""
    if not actor.roles & READERS:
        raise NotAllowed("您无权查看这个台账。", "may not read this register", "请联系办公室。")
    with engine.store.reading() as tx:
        shape = _register(engine, tx, register)
        since, until = _month(engine, tx, month)
        found = registers.of_register(tx, register, since=since, until=until, limit=2000)
        corrected = {r.corrects_id: r.id for r, _n in found if r.corrects_id is not None}
        lines = [_line(engine, tx, shape, row, number, corrected) for row, number in found]
        kept = [line for line in lines if _fits(line, text, filters or {})]
        columns = tuple((c.id, c.label) for c in shape.column)
        return Sheet(register, shape.title, columns, tuple(kept[offset : offset + limit]), len(kept))


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


def _line(
    engine: Engine, tx: Tx, shape: Register, row: RecordRow, number: str | None, corrected: Mapping[int | None, int]
) -> Line:
    texts = {c.id: _text(engine, tx, c.type, row.data.get(c.id)) for c in shape.column}
    return Line(
        id=row.id,
        label=row.label,
        state=row.state,
        state_label=shape.states.get(row.state, row.state),
        texts=texts,
        data=row.data,
        at=row.created_at,
        number=number or "",
        corrects=row.corrects_id,
        corrected_by=corrected.get(row.id),
    )


def _text(engine: Engine, tx: Tx, kind: str, value: Json) -> str:
    directory = engine.directory(tx)
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "、".join(_text(engine, tx, kind.rstrip("s"), v) for v in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind in ("person", "persons"):
        person = directory.person(str(value))
        return person.name if person else str(value)
    if kind in ("unit", "units"):
        unit = directory.unit(str(value))
        return unit.short if unit else str(value)
    if kind == "datetime":
        return engine.calendar(tx).local(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _fits(line: Line, text: str | None, filters: Mapping[str, str]) -> bool:
    if text and not any(text in t for t in (line.label, *line.texts.values())):
        return False
    return all(line.texts.get(key) == value for key, value in filters.items() if value)


def correct(engine: Engine, record_id: int, changes: Mapping[str, Json], reason: str, actor: Actor) -> Line:
    """更正: add a line that corrects an earlier one and says why; the earlier one stays as it was."""
    if not actor.roles & {"clerk", "admin"}:
        raise NotAllowed("只有登记人员可以更正。", "only clerks may correct a register")
    if not reason.strip():
        raise BadInput("请填写更正原因。", "a reason is required", "", "work.opinion")
    with engine.store.transaction() as tx:
        row = registers.by_id(tx, record_id)
        shape = _register(engine, tx, row.register)
        unknown = sorted(set(changes) - {c.id for c in shape.column})
        if unknown:
            raise BadInput(
                f"没有这些栏目：{'、'.join(unknown)}。", f"unknown columns {unknown}", "", "form.unknown_field"
            )
        made = registers.add(
            tx,
            register=row.register,
            label=row.label,
            state=row.state,
            data={**row.data, **changes, "correction": reason.strip()},
            instance_id=row.instance_id,
            at=engine.now(),
            by=actor.id,
            corrects_id=row.id,
        )
        return _line(engine, tx, shape, registers.by_id(tx, made), None, {})

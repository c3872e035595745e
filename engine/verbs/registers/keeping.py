"""What people write into registers themselves: new records, changes with a reason, corrections; nothing is deleted."""

from collections.abc import Mapping

import forms
from engine.errors import BadInput, Conflict, FormProblems, NotAllowed
from engine.model import Actor, Json
from engine.package import Register
from engine.package.register import CORRECTORS
from engine.progress.data import Hand, knower
from engine.progress.engaged import keep_apart
from engine.progress.shapes import refuse_move
from engine.runtime import Engine, evaluate
from engine.store import Tx, overview, registers
from engine.store.registers import NewLine, RecordRow
from engine.verbs.registers.finding import readable, require_unveiled, writable
from engine.verbs.registers.remembering import remember
from engine.verbs.registers.wording import Line, Writer

LONGEST_REASON = 500


def add(engine: Engine, register: str, data: Mapping[str, Json], actor: Actor, *, state: str = "") -> Line:
    """登记: a new record by hand, where the register allows it."""
    with engine.store.transaction() as tx:
        shape = writable(engine, tx, register, actor)
        clean = checked(engine, tx, shape, data, {}, actor)
        registers.lock(tx, register)
        line = new_line(engine, tx, register, shape, clean, actor, state=state)
        if not line.label or registers.by_label(tx, register, line.label) is not None:
            hint = "请改用别的名称，或变更原有的一条。"
            raise Conflict(f"“{line.label}”已经登记过。", f"{line.label!r} exists", hint, "register.label")
        made = registers.add(tx, register, line)
        keep_apart(engine, tx, register, shape, made, actor)
        remember(engine, tx, register, shape, [line], actor)
        return _line(engine, tx, shape, registers.by_id(tx, made))


def change(
    engine: Engine, record_id: int, changes: Mapping[str, Json], reason: str, actor: Actor, *, state: str = ""
) -> Line:
    """变更: the record as it is from now on, why, and perhaps in another state; the earlier line stays."""
    with engine.store.transaction() as tx:
        row = require_unveiled(engine, tx, record_id, actor)
        shape = writable(engine, tx, row.register, actor)
        data = checked(engine, tx, shape, changes, row.data, actor)
        return _replace(engine, tx, shape, row, data, reason, actor, state=state or row.state)


def correct(engine: Engine, record_id: int, changes: Mapping[str, Json], reason: str, actor: Actor) -> Line:
    """更正: add a line that corrects an earlier one and says why; the earlier one stays as it was."""
    if not actor.roles & set(CORRECTORS):
        raise NotAllowed("只有登记人员可以更正。", "only clerks may correct a register", "请联系印章管理员。")
    with engine.store.transaction() as tx:
        row = require_unveiled(engine, tx, record_id, actor)
        shape = readable(engine, tx, row.register, actor)
        if shape.moves:
            raise NotAllowed(
                f"“{shape.title}”的记录不能直接更正。", "its records have a life", "请走变更流程，或由台账管理员变更。"
            )
        data = {**row.data, **_in_types(shape, changes)}
        return _replace(engine, tx, shape, row, data, reason, actor, state=row.state)


def checked(
    engine: Engine, tx: Tx, shape: Register, data: Mapping[str, Json], previous: Mapping[str, Json], actor: Actor
) -> dict[str, Json]:
    """Clean data of a record, or FormProblems with one message for each column."""
    hand = Hand(actor.id, 0, previous)
    empty = {column.id: None for column in shape.column}
    found = forms.check(
        shape.form, dict(data), previous={**empty, **previous}, evaluate=evaluate, knows=knower(engine, tx, hand)
    )
    if found.problems:
        raise FormProblems(found.problems)
    return {column.id: found.data.get(column.id) for column in shape.column}


def new_line(
    engine: Engine, tx: Tx, register: str, shape: Register, data: Mapping[str, Json], actor: Actor, *, state: str = ""
) -> NewLine:
    """A record under its own label; whoever adds it has seen that nobody else has that."""
    year = engine.calendar(tx).local(engine.now()).year
    ordinal = registers.take(tx, f"{register}:{register}", year) if shape.numbered else 0
    label = shape.label_of(data, ordinal=ordinal, year=year, series=register).strip()
    if state and state not in shape.states:
        raise BadInput(f"没有“{state}”这个状态。", f"no state {state!r}", "请从列表选择。", "register.move")
    at = engine.now()
    return NewLine(label=label, state=state or shape.state, data=data, instance_id=None, at=at, by=actor.id)


def next_line(
    engine: Engine, row: RecordRow, data: Mapping[str, Json], reason: str, actor: Actor, *, state: str
) -> NewLine:
    """A further line that stands for an earlier one."""
    return NewLine(
        label=row.label,
        state=state,
        data={**data, "correction": reason.strip()[:LONGEST_REASON]},
        instance_id=row.instance_id,
        at=engine.now(),
        by=actor.id,
        corrects_id=row.id,
    )


def _replace(
    engine: Engine,
    tx: Tx,
    shape: Register,
    row: RecordRow,
    data: Mapping[str, Json],
    reason: str,
    actor: Actor,
    *,
    state: str,
) -> Line:
    if not reason.strip():
        raise BadInput("请填写更正原因。", "a reason is required", "", "register.reason")
    registers.lock(tx, row.register)
    if row.id in overview.corrections(tx, row.register):
        raise Conflict("这一条已经更正过。", "already corrected", "请更正最新的一条。", "register.corrected")
    refuse_move(shape, row, state)
    refuse_of_case(shape, row)
    if state == row.state and not any(row.data.get(key) != value for key, value in data.items()):
        raise BadInput("没有改动任何栏目。", "nothing is changed", "请修改要更正的栏目。", "register.unchanged")
    line = next_line(engine, row, data, reason, actor, state=state)
    made = registers.add(tx, row.register, line)
    keep_apart(engine, tx, row.register, shape, made, actor)
    remember(engine, tx, row.register, shape, [line], actor)
    return _line(engine, tx, shape, registers.by_id(tx, made))


def refuse_of_case(shape: Register, row: RecordRow) -> None:
    """What a case holds is changed by changing the case: the meeting itself would know nothing of its new time."""
    if shape.apart and row.instance_id is not None:
        raise NotAllowed(
            f"“{row.label}”是流程登记的，不能在台账里改。",
            f"{row.label} was written by a case",
            "请在原来的件里变更，台账随之改变。",
            "register.of_case",
        )


def _line(engine: Engine, tx: Tx, shape: Register, row: RecordRow) -> Line:
    writer = Writer(engine, tx, shape, {})
    return writer.line(row, writer.number(row))


def _in_types(shape: Register, changes: Mapping[str, Json]) -> dict[str, Json]:
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

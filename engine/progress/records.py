"""What a process writes into registers: a further line, its own line once more, a change of a record that stands."""

from collections.abc import Mapping
from datetime import datetime

from engine.errors import Conflict, InvalidPackage, NotFound
from engine.model import Json
from engine.package import Register
from engine.progress.apart import MOST, House, free, refuse_overlaps
from engine.progress.assigning import assigned, put, said
from engine.progress.case import Case, ask, log, names
from engine.progress.engaged import house_of
from engine.progress.shapes import find_register, refuse_move
from engine.store import registers
from engine.store.registers import HeldRow, NewLine


def write(case: Case, action: str, properties: Mapping[str, str]) -> bool:
    """Do ``<register>.add``, ``.add_each``, ``.renew``, ``.close`` (with a state) or ``.change``; False if none."""
    name, _, word = action.rpartition(".")
    word, _, state = word.partition(":")
    if word in ("add", "add_each", "renew") and name in case.package.registers:
        if not ask(case, properties.get("record-when", "true")):
            return True
        register = case.package.registers[name]
        if word == "add":
            _add(case, name, register, state)
        elif word == "add_each":
            _add_each(case, name, register, state, properties)
        else:
            _renew(case, name, register, state or _state(case, properties))
        return True
    if word == "close" and name in case.package.registers:
        _close(case, name, case.package.registers[name], state)
        return True
    if word == "change" and name:
        _change_named(case, name, properties)
        return True
    return False


def shape_of(case: Case, name: str) -> Register:
    """A register of this package, else of whatever package that is deployed brings it."""
    found = case.package.registers.get(name) or find_register(case.engine, case.tx, name)
    if found is not None:
        return found
    raise NotFound(
        f"没有台账“{name}”：带有它的流程包没有发布。",
        f"no register {name}",
        "请先发布带有这个台账的流程包。",
        "register.unknown",
    )


def change(case: Case, name: str, label: str, state: str, changes: Mapping[str, Json]) -> None:
    """One record as it is from now on: a further line of the same label, if its states allow it.

    A change to null leaves a column as it is, one to an empty text empties it.
    """
    shape = shape_of(case, name)
    registers.lock(case.tx, name)
    earlier = registers.by_label(case.tx, name, label)
    if earlier is None:
        raise NotFound(f"{shape.title}里没有“{label}”。", f"no record {label!r} in {name}", "", "register.unknown")
    refuse_move(shape, earlier, state or earlier.state)
    if unknown := sorted(set(changes) - {c.id for c in shape.column}):
        raise InvalidPackage(f"台账 {name} 没有栏目 {'、'.join(unknown)}。", f"{name} has no columns {unknown}")
    new = {column: value if value != "" else None for column, value in changes.items() if value is not None}
    data = {**earlier.data, **new}
    _append(case, name, shape, earlier.label, state or earlier.state, data, corrects=earlier.id)
    log(case, "record", detail={"register": name, "label": label, "state": shape.named(state or earlier.state)})


def _change_named(case: Case, name: str, properties: Mapping[str, str]) -> None:
    named = said(case, properties.get("record", f"${{{name}}}"))
    labels = [named] if isinstance(named, str) else list(named or [])
    for label in labels:
        scope = {**names(case), "item": label}
        state = said(case, properties.get("record-state", ""), scope)
        change(case, name, str(label), str(state or ""), assigned(case, properties.get("with", ""), scope))


def _state(case: Case, properties: Mapping[str, str]) -> str:
    return str(said(case, properties.get("record-state", "")) or "")


def _add(case: Case, name: str, register: Register, state: str) -> None:
    known, data = _columns(case, register)
    label = _new_label(case, name, register, known, data)
    if not register.numbered and registers.by_label(case.tx, name, label) is not None:
        raise Conflict(
            f"{register.title}里已有“{label}”。", f"{label!r} exists in {name}", "请改用别的名称。", "register.label"
        )
    _append(case, name, register, label, state or register.state, data)
    _added(case, name, label)


def _add_each(case: Case, name: str, register: Register, state: str, properties: Mapping[str, str]) -> None:
    """One record for each ``item`` of the list ``each``; one that is called the same already stands as it is now."""
    items = ask(case, properties.get("each", ""), names(case)) or []
    labels = []
    for item in items:
        known, data = _columns(case, register, {"item": item})
        label = _new_label(case, name, register, known, data)
        earlier = None if register.numbered else registers.by_label(case.tx, name, label)
        following = state or (earlier.state if earlier else register.state)
        if earlier is not None:
            refuse_move(register, earlier, following)
        _append(case, name, register, label, following, data, corrects=earlier.id if earlier else None)
        labels.append(label)
    if labels:
        _added(case, name, labels[0] if len(labels) == 1 else f"{labels[0]}等 {len(labels)} 条")


def _new_label(case: Case, name: str, register: Register, known: Mapping[str, Json], data: Mapping[str, Json]) -> str:
    year = case.calendar.local(case.now).year
    series = str(ask(case, register.series, known)) if register.series else name
    ordinal = registers.take(case.tx, f"{name}:{series}", year)
    return register.label_of(data, ordinal=ordinal, year=year, series=series)


def _added(case: Case, name: str, label: str) -> None:
    put(case, f"{name}_no", label)
    case.final = f"已登记 {label}"
    log(case, "record", detail={"register": name, "label": label})


def _renew(case: Case, name: str, register: Register, state: str) -> None:
    """The line of this instance once more as things stand now; the earlier line stays and is marked as replaced."""
    earlier = registers.last_of_instance(case.tx, name, case.row.id)
    if earlier is None:
        _add(case, name, register, state)
        return
    refuse_move(register, earlier, state or earlier.state)
    data = _columns(case, register)[1]
    _append(case, name, register, earlier.label, state or earlier.state, data, corrects=earlier.id)
    log(case, "record", detail={"register": name, "label": earlier.label})


def release(case: Case) -> None:
    """The case comes to nothing: a room, a sitting or what else it has announced is given back."""
    for name, register in case.package.registers.items():
        if register.stopped:
            _close(case, name, register, register.stopped, register.stopped_from)


def take_again(case: Case, ended: datetime | None) -> None:
    """A case that came to nothing goes on: what was given back when it ended is its own again, if it is still free."""
    for name, register in case.package.registers.items():
        last = registers.last_of_instance(case.tx, name, case.row.id) if register.stopped else None
        if last is not None and last.state == register.stopped and last.created_at == ended:
            before = registers.by_id(case.tx, last.corrects_id).state if last.corrects_id else register.state
            _renew(case, name, register, before)


def _close(case: Case, name: str, register: Register, state: str, earlier_states: tuple[str, ...] = ()) -> None:
    """The line of this instance in another state, if it is still in the first state, or in one of these."""
    earlier = registers.last_of_instance(case.tx, name, case.row.id)
    if earlier is not None and earlier.state in (earlier_states or (register.state,)):
        _renew(case, name, register, state)


def _append(
    case: Case,
    name: str,
    shape: Register,
    label: str,
    state: str,
    data: Mapping[str, Json],
    *,
    corrects: int | None = None,
) -> None:
    by = case.actor.id if case.actor else None
    line = NewLine(
        label=label, state=state, data=data, instance_id=case.row.id, at=case.now, by=by, corrects_id=corrects
    )
    added = registers.add(case.tx, name, line)
    refuse_overlaps(case.tx, name, shape, added, _house(case, shape), lambda things: _things(case, things))


def alternatives(case: Case, text: str, _properties: Mapping[str, str]) -> None:
    """``alternatives:field=room_booking`` writes what else is free at the time of this instance's line, and fits."""
    field, _, name = (part.strip() for part in text.partition("="))
    shape, line = shape_of(case, name), registers.last_of_instance(case.tx, name, case.row.id)
    found: list[str] = []
    if line is not None:
        mine = HeldRow(line.id, line.label, line.state, line.data, case.row.id, case.row.number, case.row.state)
        rows = free(case.tx, name, shape, mine, _house(case, shape), lambda things: _things(case, things))
        found = [thing.label for thing in rows[:MOST]]
    put(case, field, "、".join(found))


def _house(case: Case, shape: Register) -> House:
    return house_of(case.tx, shape, case.actor, case.calendar, case.directory)


def _things(case: Case, name: str) -> Register | None:
    return case.package.registers.get(name) or find_register(case.engine, case.tx, name)


def _columns(
    case: Case, register: Register, more: Mapping[str, Json] | None = None
) -> tuple[dict[str, Json], dict[str, Json]]:
    """What the expressions of a register know, and what its columns hold now."""
    known = names(case) | {"now": case.calendar.local(case.now).isoformat(), "title": case.row.title} | dict(more or {})
    data = {c.id: ask(case, c.value, known) if c.value else case.row.variables.get(c.id) for c in register.column}
    return known, data

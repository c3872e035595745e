"""Registers read: the shelf, one of them as a table by month, state and text, one record with its whole history."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.errors import BadInput, NotAllowed
from engine.model import Actor
from engine.package import Register
from engine.package.register import CORRECTORS
from engine.progress.own_lines import hidden, not_to_choose
from engine.progress.shapes import choosable
from engine.runtime import Engine
from engine.store import Tx, definitions, overview, registers
from engine.store.registers import RecordRow, Wanted
from engine.verbs.registers.finding import may_read, may_write, readable, require_unveiled, shape
from engine.verbs.registers.wording import Line, Writer

MOST = 5000  # lines that are looked through for one page


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register by name and title, the processes that write it, and how many records stand in it."""

    name: str
    title: str
    processes: tuple[str, ...]
    lines: int
    by_hand: bool  # whether this person adds and imports


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register as a table; ``choices`` are the texts that each filtered column has in these lines."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: int
    choices: Mapping[str, tuple[str, ...]]
    states: tuple[tuple[str, str, int], ...] = ()  # state, words, how many records stand in it
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """One line with its columns, and all lines that it replaces or that replace it, oldest first."""

    register: str
    title: str
    columns: tuple[tuple[str, str, str], ...]  # id, label, type
    line: Line
    chain: tuple[Line, ...]
    correctable: bool
    changeable: bool  # by hand, by this person
    moves: tuple[tuple[str, str], ...]  # states it may change into, with words
    shape: Register


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that a form may refer to; ``note`` says what one should know about it."""

    label: str
    note: str


def shelves(engine: Engine, actor: Actor) -> tuple[Shelf, ...]:
    """All registers that this person may read, by title."""
    with engine.store.reading() as tx:
        shapes: dict[str, Register] = {}
        writers: dict[str, list[str]] = {}
        for row in definitions.all_current(tx):
            package = engine.package(tx, row.id)
            for name, register in package.registers.items():
                shapes.setdefault(name, register)
                writers.setdefault(name, []).append(package.manifest.title)
        kept = {name: register for name, register in shapes.items() if may_read(register, actor)}
        if shapes and not kept:
            raise NotAllowed("您无权查看台账。", "may not read registers", "请联系办公室。")
        found = [
            Shelf(
                name,
                one.title,
                tuple(writers[name]),
                sum(_by_state(engine, tx, name, one, actor).values()),
                may_write(one, actor),
            )
            for name, one in kept.items()
        ]
    return tuple(sorted(found, key=lambda shelf: shelf.title))


def _by_state(engine: Engine, tx: Tx, name: str, known: Register, actor: Actor) -> Mapping[str, int]:
    """How many standing lines are in each state, as far as this person knows of them."""
    if actor.reach is None:
        return registers.count_by_state(tx, name)
    standing = registers.standing(tx, name)
    unseen = hidden(tx, engine.directory(tx), known, actor, standing)
    return Counter(row.state for row in standing if row.id not in unseen)


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
    state: str | None = None,
    standing: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> Sheet:
    """Lines of a register, newest first; ``month`` is ``2026-11``, ``filters`` compare columns by their text.

    With ``standing`` lines that another one has replaced are left out.
    """
    with engine.store.reading() as tx:
        known = readable(engine, tx, register, actor)
        corrected = overview.corrections(tx, register)
        since, until = _month(engine, tx, month)
        wanted = Wanted(register, since, until, state, standing)
        if text or filters or actor.reach is not None:  # by their texts and cases, which the database does not know
            read = registers.of_register(tx, wanted, limit=MOST)
            unseen = hidden(tx, engine.directory(tx), known, actor, [row for row, _n in read])
            writer = Writer(engine, tx, known, corrected, unseen)
            if actor.reach is not None:  # a company sees of another's lines not even that they are there
                read = [(row, n) for row, n in read if not writer.hides(row)]
            lines = [writer.line(row, n) for row, n in read]
            kept = [line for line in lines if _fits(line, text, filters or {})]
            total, shown = len(kept), kept[offset : offset + limit]
        else:
            found = registers.of_register(tx, wanted, limit=limit, offset=offset)
            unseen = hidden(tx, engine.directory(tx), known, actor, [row for row, _n in found])
            writer = Writer(engine, tx, known, corrected, unseen)
            lines = shown = [writer.line(row, n) for row, n in found]
            total = registers.count_of(tx, wanted)
        counted = _by_state(engine, tx, register, known, actor)
        return Sheet(
            name=register,
            title=known.title,
            columns=tuple((c.id, c.label) for c in known.column),
            lines=tuple(shown),
            total=total,
            choices={key: tuple(sorted({t for line in lines if (t := line.texts.get(key))})) for key in filters or {}},
            states=tuple((one, known.named(one), counted[one]) for one in (*known.states,) if counted.get(one)),
            by_hand=may_write(known, actor),
        )


def labels(engine: Engine, register: str, actor: Actor, *, text: str = "", limit: int = 100) -> tuple[str, ...]:
    """The labels of what a form may refer to."""
    return tuple(choice.label for choice in choices(engine, register, actor, text=text, limit=limit))


def choices(engine: Engine, source: str, actor: Actor, *, text: str = "", limit: int = 100) -> tuple[Choice, ...]:
    """What a form may refer to: everybody may choose a record without reading the register; newest first.

    ``source`` is a register, or ``seal:made,active`` with the states that the field takes.
    """
    register, _, states = source.partition(":")
    with engine.store.reading() as tx:
        known = shape(engine, tx, register)
        writer = Writer(engine, tx, known, {})
        found: list[Choice] = []
        allowed = choosable(known, states)
        standing = registers.standing(tx, register)
        unseen = not_to_choose(tx, engine.directory(tx), known, actor, standing)
        for row in reversed(standing):
            if (allowed and row.state not in allowed) or row.id in unseen:
                continue
            choice = Choice(row.label, _note(writer, known, row))
            if text.lower() in f"{choice.label} {choice.note}".lower():
                found.append(choice)
        return tuple(found[:limit])


def _note(writer: Writer, known: Register, row: RecordRow) -> str:
    """A record out of its usual state says so, with the column that the register names for this."""
    if row.state == known.state or not known.states:
        return ""
    hint = writer.texts(row).get(known.hint, "") if known.hint else ""
    label = next((c.label for c in known.column if c.id == known.hint), "")
    return known.named(row.state) + (f"，{label} {hint}" if hint else "")


def get(engine: Engine, record_id: int, actor: Actor) -> Detail:
    """One line and what became of it."""
    with engine.store.reading() as tx:
        row = require_unveiled(engine, tx, record_id, actor)
        known = readable(engine, tx, row.register, actor)
        writer = Writer(engine, tx, known, overview.corrections(tx, row.register))
        line = writer.line(row, writer.number(row))
        last = line.corrected_by is None
        own = last and may_write(known, actor)
        ways = known.moves.get(row.state, ()) if known.moves else tuple(s for s in known.states if s != row.state)
        return Detail(
            register=row.register,
            title=known.title,
            columns=tuple((c.id, c.label, c.type) for c in known.column),
            line=line,
            chain=_chain(writer, row),
            correctable=last and not known.moves and bool(actor.roles & set(CORRECTORS)),
            changeable=own,
            moves=tuple((to, known.named(to)) for to in ways) if own else (),
            shape=known,
        )


def _chain(writer: Writer, row: RecordRow) -> tuple[Line, ...]:
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


def _fits(line: Line, text: str | None, filters: Mapping[str, str]) -> bool:
    if text and not any(text in t for t in (line.label, *line.texts.values())):
        return False
    return all(line.texts.get(key) == value for key, value in filters.items() if value)

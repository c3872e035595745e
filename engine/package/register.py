"""Registers: named tables of records, with the states a record may pass through and who may write by hand."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import forms
from engine.errors import InvalidPackage
from engine.model import Json

READERS = ("clerk", "supervisor", "leader", "auditor", "admin")
CORRECTORS = ("clerk", "admin")
_BY_TYPE = {"select": "options", "multiselect": "options", "reference": "register"}


class Column(BaseModel):
    """One column; ``value`` is an expression over the instance's data, evaluated when a process adds a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    type: str = "text"
    value: str | None = None
    help: str = ""
    required: bool = False  # for whoever writes by hand or imports
    options: tuple[str, ...] = ()
    refers_to: str = Field("", alias="register")  # of a reference


class Remind(BaseModel):
    """A date column whose day is announced: so many days before, to whom, and what is to be done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    days: tuple[int, ...]
    to: str  # performer rule over the columns
    text: str = ""
    states: tuple[str, ...] = ()  # only of records in these; empty: all


class Overdue(BaseModel):
    """When a record is late: the instant in a column has passed while it is in one of these states."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    states: tuple[str, ...]
    who: str = ""  # column with whoever has it
    unit: str = ""  # column with whose it is


class Apart(BaseModel):
    """Records that may not overlap: of two with the same value in ``by`` one ends before the other begins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    margin: int = Field(0, ge=0, le=1440)  # minutes kept free between two
    states: tuple[str, ...] = ()  # in which a record holds its time; empty: in the first state of the register
    despite: str = ""  # column with why two are kept at once all the same; empty: never
    about: str = ""  # column that says what a record is for, to those who may know
    fits: dict[str, str] = {}  # column of the thing -> column of the record that it has to satisfy, to suggest another


class Register(BaseModel):
    """The shape of a register, and the lines it begins with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    title_en: str = ""
    label: str = "{n}"  # text of a line's own number
    series: str | None = None  # expression: the series the number is taken from
    state: str = "active"
    stopped: str = ""  # what a line in the first state becomes when its case comes to nothing
    stopped_from: tuple[str, ...] = ()  # states in which that happens; empty: the first
    states: dict[str, str] = {}
    moves: dict[str, tuple[str, ...]] = {}  # state -> states a record may change into; without it: any
    choose: tuple[str, ...] = ()  # states in which forms may refer to a record; empty: all
    hint: str = ""  # column shown beside a record that is not in its first state, e.g. when it comes back
    readers: tuple[str, ...] = READERS  # roles
    recorded: bool = False  # what is written by hand stands in the record of the house too
    writers: tuple[str, ...] = ()  # roles that add, change and import by hand; empty: only processes write
    column: tuple[Column, ...] = ()
    remind: tuple[Remind, ...] = ()
    overdue: Overdue | None = None
    apart: tuple[Apart, ...] = ()
    seed: tuple[dict[str, Json], ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> "Register":
        known = {self.state, *self.states}
        named = {
            *([self.stopped] if self.stopped else []),
            *self.stopped_from,
            *self.moves,
            *self.choose,
            *(to for states in self.moves.values() for to in states),
        }
        if self.moves and (unknown := sorted(named - known)):
            raise ValueError(f"no states {', '.join(unknown)}")
        if self.apart and (not self.moves or (self.writers and not all(rule.despite for rule in self.apart))):
            raise ValueError("apart: only processes may write such records; say moves, and no writers unless despite")
        columns = [c.id for c in self.column]
        if twice := sorted({c for c in columns if columns.count(c) > 1}):
            raise ValueError(f"columns {', '.join(twice)} stand twice")
        for name in (
            *([self.hint] if self.hint else []),
            *(rule.column for rule in self.remind),
            *_columns(self.overdue),
            *(name for rule in self.apart for name in (rule.by, rule.start, rule.end, *rule.fits.values())),
            *(name for rule in self.apart for name in (rule.despite, rule.about) if name),
        ):
            if name not in columns:
                raise ValueError(f"no column {name}")
        return self

    @cached_property
    def form(self) -> forms.Form:
        """The columns as a form, for whoever writes by hand; raises FormError."""
        return forms.form_of({"title": self.title, "field": [_field(c) for c in self.column]}, "register")

    @cached_property
    def numbered(self) -> bool:
        """Whether records are called by a number, and not by what stands in their columns."""
        return any(name == "n" for _text, name, _spec, _conversion in Formatter().parse(self.label))

    def may_become(self, state: str, following: str) -> bool:
        """Whether a record in one state may change into another."""
        return not self.moves or state == following or following in self.moves.get(state, ())

    def named(self, state: str) -> str:
        """A state in words."""
        return self.states.get(state, state)

    def label_of(self, data: Mapping[str, Json], *, ordinal: int, year: int, series: str) -> str:
        """A line's own number or name, made from its data."""
        texts = {key: "" if value is None else str(value) for key, value in data.items()}
        return self.label.format_map({**texts, "n": ordinal, "year": year, "series": series})


def _columns(overdue: Overdue | None) -> tuple[str, ...]:
    return tuple(filter(None, (overdue.column, overdue.who, overdue.unit))) if overdue else ()


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"id": column.id, "type": column.type, "label": column.label, "required": column.required}
    if column.help:
        found["help"] = column.help
    if key := _BY_TYPE.get(column.type):
        found[key] = list(column.options) if key == "options" else column.refers_to
    return found


def read_register(text: str, name: str) -> Register:
    """Parse registers/<name>.toml."""
    try:
        found = Register.model_validate(tomllib.loads(text))
        if found.writers:
            _ = found.form  # what only processes write needs none
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidPackage(f"registers/{name}.toml 有误：{error}", f"registers/{name}.toml: {error}") from error
    except forms.FormError as error:
        raise InvalidPackage(f"registers/{name}.toml：{error.message_zh}", f"registers/{name}.toml: {error}") from error
    return found

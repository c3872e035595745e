"""The nouns of a form: fields, sections, rules, what is wrong with a value and what is wrong with a form itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any
Evaluate = Callable[[str, Mapping[str, Json]], Json]
"""``evaluate(expression, variables)``: the caller brings the expression language; forms know none."""
Knows = Callable[[str, str], bool]
"""``knows(kind, value)``: does that person, unit, file or ``reference:<register>`` exist?"""
Names = Callable[[str, str], str]
"""``names(kind, value)``: what to show for a login, a unit code, a file id or a reference."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select: ``value`` is stored and seen by expressions, ``label`` is shown."""

    value: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the form file states it; ``required`` and ``visible`` are a constant or an expression."""

    id: str
    type: str
    label: str
    label_en: str
    required: bool | str = False
    visible: bool | str = True
    default: Json = None
    options: tuple[Option, ...] = ()
    min: int | str | None = None
    max: int | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""  # a name of types.PATTERNS, never a regular expression
    help: str = ""
    fields: tuple[Field, ...] = ()  # columns of rows
    system: bool = False  # only the engine writes it
    register: str = ""  # of a reference
    states: tuple[str, ...] = ()  # of the records it may refer to; ("*",) any; empty: as the register says
    opens: str = ""  # of a file: what it is, so that a page can show more than its name
    take: Mapping[str, str] = field(default_factory=dict, hash=False)  # field -> column of the record referred to

    @property
    def source(self) -> str:
        """Where a reference chooses from: ``seal``, or ``seal:made,active`` with the states it takes."""
        return f"{self.register}:{','.join(self.states)}" if self.states else self.register


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields under one heading, in the order they are drawn."""

    title: str
    title_en: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across fields: when the expression holds, the message stands at the field."""

    when: str
    field: str
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was deployed; immutable, so it can be compiled once and shared between threads."""

    name: str
    title: str
    title_en: str
    fields: tuple[Field, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    by_id: Mapping[str, Field] = field(default_factory=dict, repr=False, compare=False)
    plan: Any = field(default=None, repr=False, compare=False)  # checking.Plan: the compiled schema

    def expressions(self) -> tuple[tuple[str, str], ...]:
        """Every expression with the place it stands in, so that whoever deploys the form can compile them all."""
        found = [(f"rule {n} when", rule.when) for n, rule in enumerate(self.rules, 1)]
        for path, one in _all_fields(self.fields):
            found += [(f"{path} {key}", text) for key, text in _texts(one) if isinstance(text, str)]
        return tuple(found)


def is_expression(default: Json) -> bool:
    """Is this default computed (``${initiator}``) rather than written down?"""
    return isinstance(default, str) and default.startswith("${") and default.endswith("}")


def _texts(one: Field) -> list[tuple[str, Json]]:
    texts: list[tuple[str, Json]] = [("required", one.required), ("visible", one.visible)]
    return [*texts, ("default", one.default)] if is_expression(one.default) else texts


def _all_fields(fields: Sequence[Field], prefix: str = "") -> list[tuple[str, Field]]:
    found: list[tuple[str, Field]] = []
    for one in fields:
        found.append((prefix + one.id, one))
        found += _all_fields(one.fields, f"{prefix}{one.id}.")
    return found


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one value: ``path`` is ``title`` or ``items/0/amount``, ``label`` says it in Chinese."""

    path: str
    label: str
    code: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with a form file: ``where`` is a field path, a section or a rule."""

    where: str
    message_zh: str
    message_en: str
    code: str = "form.schema"


class FormError(Exception):
    """A form file that cannot be used, with all its faults at once."""

    def __init__(self, name: str, faults: Sequence[FormFault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        self.code = "form.schema"
        self.message_zh = f"表单 {name}：" + "；".join(f"{f.where}：{f.message_zh}" for f in self.faults)
        self.message_en = f"form {name}: " + "; ".join(f"{f.where}: {f.message_en}" for f in self.faults)
        super().__init__(self.message_en)


class Refused(Exception):
    """Raised inside the field types: this value does not pass, and why."""

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code, self.message_zh, self.message_en = code, message_zh, message_en

"""Registers: named tables whose lines a process appends and nobody deletes."""

import tomllib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import InvalidPackage
from engine.model import Json


class Column(BaseModel):
    """One column; ``value`` is an expression over the instance's data, evaluated when a line is added."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    type: str = "text"
    value: str | None = None
    help: str = ""


class Register(BaseModel):
    """The shape of a register, and the lines it begins with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    title_en: str = ""
    label: str = "{n}"  # text of a line's own number
    series: str | None = None  # expression: the series the number is taken from
    state: str = "active"
    states: dict[str, str] = {}
    column: tuple[Column, ...] = ()
    seed: tuple[dict[str, Json], ...] = ()

    def label_of(self, data: Mapping[str, Json], *, ordinal: int, year: int, series: str) -> str:
        """A line's own number or name, made from its data."""
        texts = {key: "" if value is None else str(value) for key, value in data.items()}
        return self.label.format_map({**texts, "n": ordinal, "year": year, "series": series})


def read_register(text: str, name: str) -> Register:
    """Parse registers/<name>.toml."""
    try:
        return Register.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidPackage(f"registers/{name}.toml 有误：{error}", f"registers/{name}.toml: {error}") from error

"""Texts of notices: one title and one body per code, filled in a sandbox because administrators may edit them."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import InvalidPackage

TITLE_LENGTH, BODY_LENGTH = 200, 4000

FILTERS = ("default", "first", "join", "last", "length", "lower", "replace", "trim", "truncate", "upper")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Facts, a few filters and no arithmetic that could fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"{operator} is not for texts")


def _sandbox() -> _Sandbox:
    # Plain text: the page escapes it when it shows it.
    sandbox = _Sandbox(autoescape=False, trim_blocks=True, lstrip_blocks=True)
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in FILTERS}
    return sandbox


_SANDBOX = _sandbox()


@lru_cache(maxsize=512)
def _template(source: str) -> Template:
    return _SANDBOX.from_string(source)


@dataclass(frozen=True, slots=True)
class Text:
    """The two templates of one notice."""

    code: str
    title: str
    body: str

    def fill(self, facts: Mapping[str, Any]) -> tuple[str, str]:
        """Title and body; a fact that is missing leaves nothing."""
        known = {key: value for key, value in facts.items() if value is not None}
        try:
            title = _template(self.title).render(known)
            body = _template(self.body).render(known)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise _wrong(self.code, str(error)) from error
        return one_line(title)[:TITLE_LENGTH], body.strip()[:BODY_LENGTH]


def render(code: str, facts: Mapping[str, Any], own: Mapping[str, Text] | None = None) -> tuple[str, str]:
    """Title and body of a notice; ``own`` are texts of a package or of the house that come before the shipped ones."""
    text = (own or {}).get(code) or shipped_texts().get(code)
    if text is None:
        raise _wrong(code, "没有这个通知模板")
    return text.fill(facts)


@cache
def shipped_texts() -> dict[str, Text]:
    """The texts of domain.md §10.5 and those of the everyday verbs."""
    return load_texts(files("engine.channels").joinpath("templates.toml").read_text("utf-8"))


def load_texts(text: str) -> dict[str, Text]:
    """All texts of one TOML file by code; InvalidPackage when one could not be filled."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("templates.toml", str(error)) from None
    return {code: _read(code, table) for code, table in tables.items()}


def load_text(code: str, title: str, body: str) -> Text:
    """One text from its two templates; InvalidPackage when one could not be filled."""
    return _read(code, {"title": title, "body": body})


def one_line(text: str) -> str:
    """The text without line breaks and control characters, so that it cannot end a header."""
    printable = ("" if unicodedata.category(c) in ("Cc", "Cf") and not c.isspace() else c for c in text)
    return " ".join("".join(printable).split())


def _read(code: str, table: Any) -> Text:
    title, body = (table.get(key) if isinstance(table, dict) else None for key in ("title", "body"))
    if not isinstance(title, str) or not isinstance(body, str) or not title.strip() or set(table) != {"title", "body"}:
        raise _wrong(code, "须有且只有 title 和 body")
    for part in (title, body):
        try:
            _template(part)
            loops = list(_SANDBOX.parse(part).find_all(nodes.For))
        except TemplateError as error:
            raise _wrong(code, str(error)) from None
        if any(next(loop.find_all(nodes.For), None) for loop in loops):
            raise _wrong(code, "循环里不能再有循环")  # a few of them would run for hours
    return Text(code, title, body)


def _wrong(code: str, why: str) -> InvalidPackage:
    return InvalidPackage(f"通知模板 {code}：{why}。", f"notice text {code}: {why}", code="package.notice")

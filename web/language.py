"""In which language a page speaks: Chinese as it is written in pages, or English out of the catalogue (decision 112).

What people and packages wrote (titles, steps, fields, opinions, notices) is said as it was written in both.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, has_request_context, session

from engine.errors import SanbanError
from engine.limits.wording import in_english

LANGUAGES = {"zh": "中文", "en": "English"}
CATALOGUES = Path(__file__).parent / "locales"
ENDS = (".", "?", "!", "。", "？")
WRITTEN = "zh"  # the language of templates, so of the keys of the catalogue
SCRIPT = "script"  # the context of what scripts say: it comes with the page
SHAPE = "shape"  # the context of what the engine has filled in before a page can look it up
SHAPED = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u3400-\u9fff]")
LONGEST = 500  # what is longer was written by somebody


def install(app: Flask) -> None:
    """Give templates ``_``, ``{% trans %}``, ``language`` and the filters for words that come from the engine."""
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    callables: Any = environment  # the extension adds what Jinja's own types do not know of
    callables.install_gettext_callables(_text, _number, newstyle=True, pgettext=pgettext)
    environment.globals["language"] = language
    environment.globals["languages"] = LANGUAGES
    environment.globals["script_words"] = lambda: script_words(language())
    environment.filters.update(told=told, span=span, message=message, hint=hint, explained=explained)


def language() -> str:
    """``zh`` or ``en``: what this browser's session holds; without a request, and for programs, Chinese."""
    found = session.get("language", WRITTEN) if has_request_context() else WRITTEN
    return found if found in LANGUAGES else WRITTEN


def N_(text: str) -> str:  # noqa: N802 - the name that extractors and readers know
    """Mark a constant for the catalogue; ``told`` says it in the language of whoever looks."""
    return text


def NP_(context: str, text: str) -> str:  # noqa: N802
    """The same for a word that is said otherwise in a context; ``pgettext`` says it."""
    return text


def _(text: str, **values: object) -> str:
    """The text in the language of whoever looks, with ``%(name)s`` filled in; a bare ``%`` is written ``%%``."""
    return _text(text) % values


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The same for a number of things; Chinese says one and many alike."""
    return _number(one, many, number) % {"number": number, **values}


def told(word: object) -> str:
    """A word or a sentence that the engine brought, in the language of whoever looks; what is unknown as it is."""
    text, spoken = str(word or ""), language()
    return text if spoken == WRITTEN else _said(spoken, text)


def span(text: str) -> str:
    """剩 2 天 3 小时 in the language of whoever looks."""
    return text if language() == WRITTEN else in_english(text)


def message(error: Any) -> str:
    """What happened, of an error or of anything with ``message_zh`` and ``message_en``."""
    if language() == WRITTEN:
        return str(error.message_zh)
    happened = str(error.message_en or error.message_zh)
    return f"{happened[:1].upper()}{happened[1:]}"  # programs read it in the midst of lines, people as a sentence


def hint(error: SanbanError | Any) -> str:
    """What to do about an error."""
    return told(error.hint)


def explained(error: SanbanError | Any) -> str:
    """What happened and what to do about it, in one text."""
    happened, advice = message(error), hint(error)
    if language() == WRITTEN:
        return f"{happened}{advice}"
    return f"{happened if happened.endswith(ENDS) else happened + '.'} {advice}".rstrip()


def _text(text: str) -> str:
    spoken = language()
    return text if spoken == WRITTEN else catalogue(spoken).ugettext(text)


def _number(one: str, many: str, number: int) -> str:
    spoken = language()
    return one if spoken == WRITTEN else catalogue(spoken).ungettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """A word that Chinese has in several senses, in one of them; without a request it marks a constant like ``N_``."""
    spoken = language()
    return text if spoken == WRITTEN else str(catalogue(spoken).upgettext(context, text))


@cache
def catalogue(spoken: str) -> Translations:
    """Every ``.po`` of a language; read once in a process, and only where somebody speaks it."""
    whole = Translations()
    for entries in _files(spoken):
        compiled = BytesIO()
        write_mo(compiled, entries)
        compiled.seek(0)
        whole.merge(Translations(compiled))
    return whole


@cache
def script_words(spoken: str) -> dict[str, str]:
    """What the scripts of web/frontend say, in a language that is not theirs."""
    said = (each for entries in _files(spoken) for each in entries if each.context == SCRIPT and each.string)
    return {str(each.id): str(each.string) for each in said}


@lru_cache(maxsize=4096)
def _said(spoken: str, text: str, *, inside: bool = False) -> str:
    """Known as it is, or in a shape: what fills the shape is said in the same way."""
    known = catalogue(spoken).ugettext(text) if text else ""
    if known != text or len(text) > LONGEST or not (inside or HAN.search(text)):
        return known
    clauses = text.split("；") if "；" in text else []
    known_clauses = [_said(spoken, clause, inside=inside) for clause in clauses]
    if clauses and all(said != clause for said, clause in zip(known_clauses, clauses, strict=True)):
        return "; ".join(known_clauses)
    for shape in _shapes(spoken):
        found = shape.chinese.fullmatch(text) if inside or shape.alone else None
        if found:
            return shape.say(lambda each: _said(spoken, each, inside=True), found.groups())
    parts = [_said(spoken, part) for part in text.split("、")] if "、" in text else []
    if parts and not HAN.search("".join(parts)):
        return ", ".join(parts)  # a list of known words; one of names stays as somebody wrote it
    return in_english(text) if inside else text


@dataclass(frozen=True, slots=True)
class _Shape:
    """``alone``: has words enough of its own to be looked for in a whole text, not only in what fills another shape."""

    chinese: re.Pattern[str]
    places: tuple[str, ...]
    english: str
    alone: bool

    def say(self, word: Callable[[str], str], found: Sequence[str]) -> str:
        """The English with what was found in the places of the Chinese."""
        filling = dict(zip(self.places, map(word, found), strict=True))
        return SHAPED.sub(lambda place: filling[place[1]], self.english)


@cache
def _shapes(spoken: str) -> tuple[_Shape, ...]:
    """Those with the most words of their own come first."""
    said = [each for entries in _files(spoken) for each in entries if each.context == SHAPE and each.string]
    return tuple(_shape(str(each.id), str(each.string)) for each in sorted(said, key=_own_words))


def _shape(chinese: str, english: str) -> _Shape:
    parts = SHAPED.split(chinese)
    own = "".join(parts[::2])
    pattern = re.compile("(.*?)".join(map(re.escape, parts[::2])), re.DOTALL)
    return _Shape(pattern, tuple(parts[1::2]), english, alone=len(own) > 1 and HAN.search(own) is not None)


def _own_words(message: Message) -> tuple[int, bool, int]:
    own = SHAPED.sub("", str(message.id))
    return -len(HAN.findall(own)), not str(message.id).startswith(own[0]), -len(own)


@cache
def _files(spoken: str) -> tuple[Catalog, ...]:
    found = []
    for path in sorted((CATALOGUES / spoken).glob("*.po")):
        with path.open("rb") as source:
            found.append(read_po(source, locale=spoken))
    return tuple(found)

"""In which language a page speaks: Chinese as it is written in pages, or English out of the catalogue (decision 112).

What people and packages wrote (titles, steps, fields, opinions, notices) is said as it was written in both.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, has_request_context, session

from engine.errors import SanbanError
from engine.limits.wording import in_english
from web import catalogue, shapes

LANGUAGES = {"zh": "中文", "en": "English"}
ENDS = (".", "?", "!", "。", "？")
WRITTEN = "zh"  # the language of templates, so of the keys of the catalogue


def install(app: Flask) -> None:
    """Give templates ``_``, ``{% trans %}``, ``language`` and the filters for words that come from the engine."""
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    callables: Any = environment  # the extension adds what Jinja's own types do not know of
    callables.install_gettext_callables(_text, _number, newstyle=True, pgettext=pgettext)
    environment.globals["language"] = language
    environment.globals["languages"] = LANGUAGES
    environment.globals["script_words"] = lambda: catalogue.script_words(language())
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
    return text if spoken == WRITTEN else shapes.said(spoken, text)


def told_of(text: str, known: Iterable[str]) -> str:
    """A text that is one of these words or shapes, in the language of whoever looks; any other may be data."""
    spoken = language()
    return text if spoken == WRITTEN else shapes.said_of(spoken, text, known)


def told_within(text: str, known: Iterable[str]) -> str:
    """A text in which some clauses are of these words and shapes, and others may be people's own."""
    spoken = language()
    return text if spoken == WRITTEN else shapes.said_within(spoken, text, known)


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
    return text if spoken == WRITTEN else catalogue.texts(spoken).ugettext(text)


def _number(one: str, many: str, number: int) -> str:
    spoken = language()
    return one if spoken == WRITTEN else catalogue.texts(spoken).ungettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """A word that Chinese has in several senses, in one of them."""
    spoken = language()
    return text if spoken == WRITTEN else str(catalogue.texts(spoken).upgettext(context, text))

"""Sentences of the engine where people's own words may stand as well, said in the language of whoever looks.

``told`` knows every sentence of the engine; here only those that are named are looked for, so that a cell, a reason or
a note that somebody wrote is never taken for one.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache

from web.language import WRITTEN, _, language, told

VALUE = re.compile(r"%\\\((\w+)\\\)s")  # a place to fill in, as re.escape leaves it
APART = "，；"


def phrase(text: str, forms: Iterable[str]) -> str:
    """A text with each of these forms in it said anew: ``forms`` are Chinese with ``%(name)s``, marked by ``N_``."""
    if language() == WRITTEN:
        return text
    for form in forms:
        found = _pattern(form).search(text)
        if found:
            said = _(form, **{name: told(value) for name, value in found.groupdict().items()})
            text = text[: found.start()] + said + text[found.end() :]
    return text


def whole(text: str, forms: Iterable[str]) -> str:
    """A text that is one of these forms from beginning to end, whatever has been filled in."""
    if language() == WRITTEN:
        return text
    for form in forms:
        found = _whole_pattern(form).fullmatch(text)
        if found:
            return _(form, **found.groupdict())
    return text


def told_of(text: str, words: Collection[str]) -> str:
    """A text that is one of these words, in the language of whoever looks; whatever else it is may be data."""
    return told(text) if text in words else text


@cache
def _whole_pattern(form: str) -> re.Pattern[str]:
    return re.compile(VALUE.sub(r"(?P<\1>.+)", re.escape(form)))


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Finds the form as a whole clause, or as the bracket at the end of one."""
    start = "" if form.startswith("（") else f"(?:^|(?<=[{APART}]))"
    return re.compile(start + VALUE.sub(rf"(?P<\1>[^{APART}（）]+)", re.escape(form)) + f"(?=$|[{APART}（])")

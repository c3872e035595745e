"""The other languages of the pages, as they stand in web/locales: texts, and what scripts say (decision 112).

Knows no request: web/language.py asks for the language of whoever looks.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER: Final = Path(__file__).parent / "locales"
SCRIPT: Final = "script"  # the context of what scripts say: it comes with the page
SHAPE: Final = "shape"  # the context of what the engine has filled in before a page can look it up


@cache
def texts(spoken: str) -> Translations:
    """Every ``.po`` of a language; read once in a process, and only where somebody speaks it."""
    whole = Translations()
    for entries in _files(spoken):
        compiled = BytesIO()
        write_mo(compiled, entries)
        compiled.seek(0)
        whole.merge(Translations(compiled))
    return whole


def of_context(spoken: str, context: str) -> list[Message]:
    """What a language has in one context."""
    return [each for entries in _files(spoken) for each in entries if each.context == context and each.string]


@cache
def script_words(spoken: str) -> dict[str, str]:
    """What the scripts of web/frontend say, in a language that is not theirs."""
    return {str(each.id): str(each.string) for each in of_context(spoken, SCRIPT)}


@cache
def _files(spoken: str) -> tuple[Catalog, ...]:
    found = []
    for path in sorted((FOLDER / spoken).glob("*.po")):
        with path.open("rb") as source:
            found.append(read_po(source, locale=spoken))
    return tuple(found)

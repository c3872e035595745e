"""Keeps the English catalogue of the pages: what is said in web/ and has no English yet, or is said no longer.

.venv/bin/python tools/words.py                 write web/locales/en/messages.po anew
.venv/bin/python tools/words.py --check         fail where something is missing, idle or not whole
.venv/bin/python tools/words.py --missing web/templates/inbox web/inbox      what these still lack, as a .po
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tools.engine_texts import engine_texts
from tools.script_literals import script_literals
from web.catalogue import SCRIPT, SHAPE
from web.engine_words import words
from web.shapes import PLACE

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "web" / "locales" / "en"
IN_CONTEXT = ((1, "c"), 2)
KEYWORDS = {
    "_": None, "N_": None, "NP_": IN_CONTEXT, "gettext": None, "ngettext": (1, 2), "pgettext": IN_CONTEXT,
}  # fmt: skip
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")  # with the full-width signs
HEADER = b"""# The English of the pages: keys are the Chinese that is written in them.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
FILLED = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def main(arguments: list[str]) -> int:
    """Do what the arguments say."""
    said, kept = everything_said(), everything_kept()
    if arguments[:1] == ["--missing"]:
        _print_missing(said, kept, tuple(arguments[1:]))
        return 0
    if arguments[:1] == ["--check"]:
        found = list(faults(said, kept))
        sys.stdout.write(("\n".join(found) or f"{len(said)} texts, all of them in English") + "\n")
        return 1 if found else 0
    for message in said:
        known = kept.get(message.id, message.context)
        if known is not None:
            message.string = known.string
    for path in KEPT.glob("*.po"):
        path.unlink()
    with (KEPT / "messages.po").open("wb") as target:
        target.write(HEADER)  # without dates: the same texts are the same file
        write_po(target, said, width=0, sort_output=True, no_location=True, omit_header=True)
    return 0


def faults(said: Catalog, kept: Catalog) -> Iterator[str]:
    """What has no English, what is said no longer, and English that is not whole."""
    yield from (*_missing(said, kept), *_idle(said, kept), *_unsound(kept), *_contradictions())


def everything_said() -> Catalog:
    """Each text that a page may say, with the files that say it."""
    said = Catalog(locale="en", charset="utf-8", project="Sanban", copyright_holder="Sanban")
    for place, text, context in _everything():
        if _is_chinese(text):
            said.add(text, locations=[(place, 0)], context=context)
    return said


def _everything() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    found = extract_from_dir(ROOT / "web", METHODS, OPTIONS, KEYWORDS, directory_filter=_is_ours)
    yield from ((f"web/{name}", text, context) for name, _line, text, _comments, context in found)
    yield from ((place, text, SCRIPT) for place, _line, text, looked_up in script_literals() if looked_up)
    for place, text in (*engine_texts(), *(("web/engine_words.py", word) for word in words())):
        yield place, text, SHAPE if PLACE.search(text) else None


def everything_kept() -> Catalog:
    """What the files of the catalogue hold."""
    kept = Catalog(locale="en")
    for message in _entries():
        if not message.fuzzy and _whole(message):
            kept[message.id] = message
    return kept


def _entries() -> Iterator[Message]:
    for path in sorted(KEPT.glob("*.po")):
        with path.open("rb") as source:
            yield from (message for message in read_po(source, locale="en") if message.id)


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "static", "locales", "__pycache__"}


def _is_chinese(text: object) -> bool:
    return any(isinstance(part, str) and HAN.search(part) for part in (text if isinstance(text, tuple) else (text,)))


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _missing(said: Catalog, kept: Catalog) -> Iterator[str]:
    for message in said:
        if message.id and kept.get(message.id, message.context) is None:
            yield f"no English: {message.id!r} in {message.locations[0][0] if message.locations else '?'}"


def _idle(said: Catalog, kept: Catalog) -> Iterator[str]:
    for message in kept:
        if message.id and said.get(message.id, message.context) is None:
            yield f"said no longer: {message.id!r}"


def _unsound(kept: Catalog) -> Iterator[str]:
    """English with Chinese in it, or with other things to fill in than the Chinese has."""
    for message in kept:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for text in ids for name in FILLED.findall(text)}
        for text in strings:
            if HAN.search(text):
                yield f"Chinese in the English of {ids[0]!r}: {text!r}"
            if set(FILLED.findall(text)) - wanted or (text == strings[-1] and set(FILLED.findall(text)) != wanted):
                yield f"fills in something else: {ids[0]!r}: {text!r}"


def _contradictions() -> Iterator[str]:
    """What one file says otherwise than another, or a sentence of the engine otherwise than the same one of a page."""
    said: dict[tuple[str, str | None], str] = {}
    for message in _entries():
        chinese, english = (FILLED.sub("…", str(text)) for text in (message.id, message.string))
        context = None if message.context == SHAPE else message.context
        before = said.setdefault((chinese, context), english)
        if before != english:
            yield f"two ways to say {chinese!r}: {before!r}, {english!r}"


def _print_missing(said: Catalog, kept: Catalog, places: tuple[str, ...]) -> None:
    lacking = Catalog(locale="en", charset="utf-8")
    for message in said:
        here = [place for place, _line in message.locations if place.startswith(places)]
        if message.id and here and kept.get(message.id, message.context) is None:
            lacking.add(message.id, locations=[(place, 0) for place in here], context=message.context)
    write_po(sys.stdout.buffer, lacking, width=0, sort_by_file=True, include_lineno=False, omit_header=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The texts that scripts of web/frontend hold, and whether each is looked up in the words that come with the page."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.jslexer import Token, tokenize, unquote_string

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "web" / "frontend" / "js"
LOOKING_UP = {"t", "parts"}  # of web/frontend/js/words.js


def script_literals() -> Iterator[tuple[str, int, str, bool]]:
    """Place, line and text of each, and whether it is the first argument of t() or parts()."""
    for path in sorted(SCRIPTS.rglob("*.js")):
        place = str(path.relative_to(ROOT))
        for line, text, looked_up in _literals(path.read_text(encoding="utf-8")):
            yield place, line, text, looked_up


def _literals(source: str) -> Iterator[tuple[int, str, bool]]:
    before = [Token("", "", 0), Token("", "", 0)]
    for token in tokenize(source, template_string=True, dotted=False):
        if token.type in ("linecomment", "multilinecomment"):
            continue
        if token.type == "string":
            name, bracket = before
            yield token.lineno, unquote_string(token.value), name.value in LOOKING_UP and bracket.value == "("
        elif token.type == "template_string":
            yield token.lineno, token.value, False  # its pieces cannot be looked up: t('… {name}', { name })
        before = [before[1], token]

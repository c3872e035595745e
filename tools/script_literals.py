"""The texts that scripts of web/frontend hold, and whether each is looked up in the words that come with the page."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "web" / "frontend" / "js"
LOOKING_UP = {"t", "parts"}  # of web/frontend/js/words.js
TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      |(?P<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
      |(?P<template>`(?:\\.|[^`\\])*`)
      |(?P<pattern>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*)
      |(?P<name>[\w$]+)
      |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
DIVIDED = re.compile(r"[\w$)\]]$")  # after these a slash divides, after all others it begins a pattern


def script_literals() -> Iterator[tuple[str, int, str, bool]]:
    """Place, line and text of each, and whether it is the first argument of t() or parts()."""
    for path in sorted(SCRIPTS.rglob("*.js")):
        place = str(path.relative_to(ROOT))
        for line, text, looked_up in literals(path.read_text(encoding="utf-8")):
            yield place, line, text, looked_up


def literals(source: str) -> Iterator[tuple[int, str, bool]]:
    """Line, text, and whether it is looked up, of each text in a script."""
    before, at = ("", ""), 0
    while at < len(source):
        found = TOKEN.match(source, at)
        assert found is not None
        token, kind = found[0], found.lastgroup
        if kind == "pattern" and DIVIDED.search(before[1]):
            token, kind = "/", "sign"
        if kind in ("text", "template"):
            # the pieces of a template cannot be looked up: t('… {name}', { name })
            looked_up = kind == "text" and before[0] in LOOKING_UP and before[1] == "("
            yield source.count("\n", 0, at) + 1, re.sub(r"\\(.)", r"\1", token[1:-1]), looked_up
        if kind != "skip":
            before = (before[1], token)
        at += len(token)

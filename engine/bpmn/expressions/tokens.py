"""Cuts the text of an expression into tokens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.bpmn.expressions.refusals import (
    PYTHON_ATTRIBUTES,
    TEXT_FORMATTING,
    forbidden_attribute,
    over_budget,
    unreadable,
)

TOKEN = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)
      | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<name>[^\W\d]\w*)
      | (?P<op>\.\.|\*\*|<<|>>|:=|&&|\|\||==|!=|<>|<=|>=|[-+*/%<>!?:.,()\[\]{}=@])""",
    re.VERBOSE,
)
WORDS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/", "mod": "%"}
SPELLINGS = {"and": "&&", "or": "||", "<>": "!="}
COSTLY = {"**", "<<", ">>"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``kind`` is number, text, name, op or end."""

    kind: str
    value: str


def tokenize(text: str, source: str) -> list[Token]:
    """All tokens of ``text``; ``source`` is what a message shows."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = TOKEN.match(text, position)
        if match is None:
            raise unreadable(source, f"第 {position + 1} 个字符", f"character {position + 1}")
        tokens.append(_token(match, source))
        position = match.end()
    return [*tokens, Token("end", "")]


def refuse_python(tokens: Sequence[Token], source: str) -> None:
    """Name the attempt to reach Python's insides, whatever else is wrong with the text."""
    for dot, token in pairwise(tokens):
        if dot == Token("op", ".") and token.kind == "name":
            if token.value in TEXT_FORMATTING:
                raise unreadable(source, "不支持文本格式化", "text formatting is not offered")
            if token.value.startswith("_") or token.value in PYTHON_ATTRIBUTES:
                raise forbidden_attribute(source, token.value)


def _token(match: re.Match[str], source: str) -> Token:
    kind, value = match.lastgroup or "", match.group()
    if kind == "text":
        return Token(kind, re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), value[1:-1]))
    if kind == "number" and len(value) > 25:
        raise over_budget(source, "数字太长", "a number is too long")
    if value in COSTLY:
        raise over_budget(source, f"不支持运算 {value}", f"the operator {value} is not offered")
    if value in WORDS or value in SPELLINGS:
        return Token("op", WORDS.get(value) or SPELLINGS[value])
    return Token(kind, value)

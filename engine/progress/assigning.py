"""How a service task writes variables: one name, or ``title=${item.title}, kind=日常督办`` as values."""

from collections.abc import Mapping

from engine.errors import InvalidPackage
from engine.model import Json
from engine.progress.case import CONSTANTS, Case, ask


def put(case: Case, name: str, value: Json) -> None:
    """Write one variable; what the engine sets is not written by a process."""
    if name in CONSTANTS:
        raise InvalidPackage(f"变量 {name} 由系统设置，流程不能改写。", f"{name} is set by the engine")
    case.row.variables = case.row.variables | {name: value}


def said(case: Case, text: str, scope: Mapping[str, Json] | None = None) -> Json:
    """A text as it stands, or the value of its expression."""
    return ask(case, text, scope) if "{" in text or text.startswith("=") else text


def assigned(case: Case, text: str, scope: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """``title=${item.title}, kind=日常督办`` as values."""
    parts = [part.partition("=") for part in _split(text)]
    return {key.strip(): said(case, value.strip(), scope) for key, _, value in parts}


def _split(text: str) -> list[str]:
    """Split at commas outside braces and brackets."""
    parts, depth, last = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "({[") - (sign in ")}]")
        if sign == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    return [p for p in (*parts, text[last:]) if p.strip()]

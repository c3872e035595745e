"""Real FEEL: what feelin can read becomes one node of the tree, and is asked in V8 when its value is needed.

What feelin cannot read (``==``, a function of the house such as ``post()``) is left to our own reader, and what our own
reader refuses as an attack is refused before feelin sees it.
"""

import ast
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.expressions.foreign import call
from engine.bpmn.expressions.isolate import Answer, ask
from engine.bpmn.expressions.moments import office_day
from engine.bpmn.expressions.refusals import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    PYTHON_ATTRIBUTES,
    PYTHON_WORDS,
    TEXT_FORMATTING,
    failed,
    forbidden_attribute,
    forbidden_name,
    over_budget,
    unknown_variable,
    unreadable,
)
from engine.bpmn.expressions.surroundings import office
from engine.errors import ExpressionError
from forms import Amount

NODE: Final = ".feelin"
ATTACKS: Final = frozenset({"expr.name", "expr.attribute", "expr.budget"})
WRONG: Final = frozenset(
    {"INVALID_TYPE", "INVALID_ARGUMENTS", "NO_FUNCTION_FOUND", "FUNCTION_INVOCATION_FAILURE", "UNSUPPORTED"}
)
EXACT: Final = 2**53  # whole numbers beyond it have no spelling of their own in V8
DIGITS: Final = 15  # of a decimal number, which its binary float gives back as they were
Reading = Callable[[], ast.expr]


def read(text: str, source: str, own: Reading, *, test: bool = False) -> ast.expr:
    """The tree of a text of FEEL; ``own`` reads the same text in our language. Raises ``ExpressionError``."""
    mine, refusal = _tried(own)
    if refusal is not None and refusal.reason in ATTACKS:
        raise refusal
    found = ask(json.dumps({"ask": "read", "text": text, "test": test}), source)
    if "error" not in found:
        _refuse_python(found, source)
    if "error" in found or found["foreign"]:
        if mine is None:
            assert refusal is not None
            raise refusal
        return mine
    names = [ast.Name(id=name, ctx=ast.Load()) for name in found["free"]]
    return call(
        NODE,
        _constant(text),
        _constant(test),
        _constant(tuple(found["asked"])),
        _constant(tuple(found["maybe"])),
        *names,
    )


def worth(
    arguments: list[Any], names: Mapping[str, Any], *, now: str | None, given: Any, spend: Callable[[int], None]
) -> Any:
    """The value of such a node where these names are known; ``given`` is what the tests of a cell ask about."""
    text, test, asked, maybe = (argument.value for argument in arguments[:4])
    wanted = {name: names[name] for name in (*(node.id for node in arguments[4:]), *maybe) if name in names}
    question = {"ask": "value", "text": text, "test": test, "zone": office().zone.key}
    if now is not None:
        question |= {"now": now, "today": office_day(now)}
    if test:
        question["input"] = _outgoing(given, text)
    asking = json.dumps({**question, "names": _outgoing(wanted, text)})
    spend(len(asking) // 512)
    return _answered(ask(asking, text), text, asked=asked, maybe=maybe)


def _tried(own: Reading) -> tuple[ast.expr | None, ExpressionError | None]:
    try:
        return own(), None
    except ExpressionError as refused:
        return None, refused


def _constant(value: Any) -> ast.Constant:
    return ast.Constant(value=value)


def _refuse_python(found: Answer, source: str) -> None:
    """The same names as everywhere, although V8 knows nothing of Python."""
    for name in (*found["free"], *found["maybe"], *found["called"]):
        if name.startswith("_"):
            raise forbidden_name(source, name)
    for name in (*found["free"], *found["maybe"], *found["called"], *found["made"]):
        if name.startswith("_"):  # a name that the text gives itself
            raise unreadable(source, f"名称 {name} 不能以下划线开头", f"the name {name} begins with an underscore")
        if PYTHON_WORDS & set(name.split()):
            raise unreadable(source, f"不支持 {name}", f"{name} is not offered")
    for name in found["fields"]:
        if name in TEXT_FORMATTING:
            raise unreadable(source, "不支持文本格式化", "text formatting is not offered")
        if name.startswith("_") or name in PYTHON_ATTRIBUTES:
            raise forbidden_attribute(source, name)


def _answered(answer: Answer, text: str, *, asked: tuple[str, ...], maybe: tuple[str, ...]) -> Any:
    """The value, or the error it stands for: a null that comes from a wrong type, or a name that is missing.

    A name whose absence is asked for (``asked``) may be missing; one that may be a field of an item (``maybe``) is
    looked for by feelin without an item too, which means nothing.
    """
    if answer.get("error") == "clock":
        raise unknown_variable(text, "now()")
    if answer.get("error") == "beyond":
        shown = answer["message"][:40]
        raise over_budget(text, f"结果超出范围：{shown}", f"the result is out of range: {shown}")
    if "error" in answer:
        raise failed(text, answer["message"])
    for warning in answer["warnings"]:
        known = warning["part"] in (*asked, *maybe)
        if warning["type"] == "NO_VARIABLE_FOUND" and not known:
            raise unknown_variable(text, warning["part"])
    wrong = [warning for warning in answer["warnings"] if warning["type"] in WRONG]
    if answer["value"] is None and wrong:
        raise failed(text, wrong[0]["message"])
    return _incoming(answer["value"], text)


def _outgoing(value: Any, text: str) -> Any:
    """A value as V8 counts: money and exact numbers become floats, and no number changes without being told."""
    if isinstance(value, Amount):
        value = value.number
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and abs(value) > EXACT:
        raise over_budget(text, "数值太大", "the number is too large")
    if isinstance(value, dict):
        return {str(key): _outgoing(item, text) for key, item in value.items()}
    return [_outgoing(item, text) for item in value] if isinstance(value, list) else value


def _incoming(value: Any, text: str) -> Any:
    """An answer as our JSON: whole numbers are whole, and decimals are spelled in as many digits as a float holds."""
    if isinstance(value, str | list) and len(value) > LONGEST_TEXT:
        raise over_budget(text, "文本或列表太长", "a text or list is too long")
    if isinstance(value, float):
        value = int(value) if value.is_integer() else float(f"{value:.{DIGITS}g}")
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise over_budget(text, "数值太大", "the number is too large")
    if isinstance(value, dict):
        return {key: _incoming(item, text) for key, item in value.items()}
    return [_incoming(item, text) for item in value] if isinstance(value, list) else value

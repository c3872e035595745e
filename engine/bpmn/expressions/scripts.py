"""Scripts: assignments in the expression language, separated by semicolons or new lines."""

import re
from dataclasses import dataclass

from engine.bpmn.expressions.expression import Expression, compile_expression
from engine.bpmn.expressions.refusals import forbidden_name, unreadable

ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.+)", re.DOTALL)
COMMENT = re.compile(r"^\s*(#|//).*$", re.MULTILINE)
MOST = 100  # assignments of one script


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = value``."""

    name: str
    value: Expression


def compile_script(text: str, *, feel: bool = False) -> tuple[Assignment, ...]:
    """The assignments of a script in order, in FEEL if so said; raises ``ExpressionError`` if it is anything else."""
    lines = [line for line in _statements(COMMENT.sub("", text)) if line.strip()]
    if len(lines) > MOST:
        raise unreadable(text, f"超过 {MOST} 条赋值", f"more than {MOST} assignments")
    return tuple(_assignment(line, feel) for line in lines)


def _assignment(line: str, feel: bool) -> Assignment:
    match = ASSIGNMENT.fullmatch(line.strip())
    if match is None:
        raise unreadable(
            line.strip(), "脚本只支持赋值：名称 = 表达式", "a script consists of assignments: name = expression"
        )
    if match[1].startswith("_"):
        raise forbidden_name(line.strip(), match[1])
    value = f"={match[2]}" if feel and not match[2].startswith("=") else match[2]
    return Assignment(match[1], compile_expression(value))


def _statements(text: str) -> list[str]:
    """Cut at semicolons and new lines outside of quotes and brackets."""
    statements, start, depth, quote = [], 0, 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character in ";\n" and depth <= 0:
            statements.append(text[start:position])
            start = position + 1
    return [*statements, text[start:]]

"""The one small expression language of conditions, timers, collections, scripts, performer rules and form visibility.

Three spellings mean the same: JUEL ``${amount > 5000}``, FEEL ``=amount > 5000`` and bare ``amount > 5000``. A text is
read once into an allow-listed tree; there is no ``eval``, no access to Python attributes and no code from a diagram.
"""

from engine.bpmn.expressions.expression import (
    Expression,
    broken,
    compile_collection,
    compile_expression,
    compile_template,
    is_expression,
)
from engine.bpmn.expressions.feel_functions import greatest, least
from engine.bpmn.expressions.scripts import Assignment, compile_script
from engine.bpmn.expressions.semantics import total, truth
from engine.bpmn.expressions.surroundings import Office, office, settle
from engine.bpmn.expressions.unary import compile_test, passes

__all__ = [
    "Assignment",
    "Expression",
    "Office",
    "broken",
    "compile_collection",
    "compile_expression",
    "compile_script",
    "compile_template",
    "compile_test",
    "greatest",
    "is_expression",
    "least",
    "office",
    "passes",
    "settle",
    "total",
    "truth",
]

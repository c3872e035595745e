"""The script engine SpiffWorkflow is given: it refuses everything, so that no path leads to ``eval`` or ``exec``."""

from typing import NoReturn

from engine.errors import ExpressionError


class NoScripts:
    """Stands where the library expects its Python engine."""

    def evaluate(self, *_: object, **__: object) -> NoReturn:
        """Never called by our specs."""
        raise ExpressionError("不允许执行脚本", "scripts are never executed", code="bpmn.code_forbidden")

    execute = evaluate


NO_SCRIPTS = NoScripts()

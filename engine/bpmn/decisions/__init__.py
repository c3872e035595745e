"""DMN decision tables: as values, evaluated by the expression language of the house."""

from engine.bpmn.decisions.evaluating import decide
from engine.bpmn.decisions.model import Decision, Result, Table

__all__ = ["Decision", "Result", "Table", "decide"]

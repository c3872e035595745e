"""Collects everything that is found in the files, so that an author sees all of it at once."""

from dataclasses import dataclass, field

from engine.bpmn.diagram.catalogue import ERRORS, Text
from engine.bpmn.diagram.decision_texts import DECISIONS
from engine.bpmn.diagram.doubts import WARNINGS
from engine.bpmn.values import Stub
from engine.errors import ExpressionError, Problem

TEXTS = {**ERRORS, **DECISIONS}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: the element's id and its line in the file."""

    id: str
    line: int | None = None
    file: str = ""


@dataclass(slots=True)
class Findings:
    """Problems refuse the upload, warnings do not, adaptations say what is read differently from how it is drawn."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    adaptations: list[str] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)

    def error(self, finding: str, place: Place, **facts: object) -> None:
        """Something that cannot run; ``finding`` is a key of the catalogue."""
        self.problems.append(_problem(TEXTS[finding], place, "error", facts))

    def warn(self, finding: str, place: Place, **facts: object) -> None:
        """Something that runs, but probably not as meant."""
        self.warnings.append(_problem(WARNINGS[finding], place, "warning", facts))

    def adapt(self, place: Place, sentence: str) -> None:
        """Something that is read differently from how it is drawn."""
        self.adaptations.append(f"{place.id}：{sentence}")

    def expression(self, place: Place, error: ExpressionError) -> None:
        """An expression that is refused; a method of another engine only fails when it is needed."""
        foreign = error.reason == "expr.call"
        target = self.warnings if foreign else self.problems
        target.append(_of_expression(place, error, "warning" if foreign else "error"))

    def cell(self, place: Place, error: ExpressionError) -> None:
        """A cell of a decision table that is refused: a table is ours to evaluate, so nothing is left for later."""
        self.problems.append(_of_expression(place, error, "error"))


def _of_expression(place: Place, error: ExpressionError, severity: str) -> Problem:
    text = Text(error.reason, "{zh}", "{en}", "{hint}", "Use the expression language of Sanban.")
    facts: dict[str, object] = {"zh": error.message_zh, "en": error.message_en, "hint": error.hint}
    return _problem(text, place, severity, facts)


def _problem(text: Text, place: Place, severity: str, facts: dict[str, object]) -> Problem:
    trace = facts.pop("trace", ())
    assert isinstance(trace, tuple)
    known = {"id": place.id[:80], **facts}
    code, zh, en, fix_zh, fix_en = (part.format(**known) for part in text)
    return Problem(code, place.id, place.line, zh, en, fix_zh, fix_en, severity, place.file, trace)

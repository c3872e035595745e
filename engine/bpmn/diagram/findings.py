"""Collects everything that is found in the files, so that an author sees all of it at once."""

from dataclasses import dataclass, field

from engine.errors import ExpressionError, Problem


@dataclass(slots=True)
class Findings:
    """Problems refuse the upload, warnings do not, adaptations say what is read differently from how it is drawn."""

    file: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    adaptations: list[str] = field(default_factory=list)

    def error(self, code: str, where: "Place | None", zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> None:
        """Something that cannot run."""
        self.problems.append(self._problem(code, where, zh, en, fix_zh, fix_en, "error"))

    def warn(self, code: str, where: "Place | None", zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> None:
        """Something that runs, but probably not as meant."""
        self.warnings.append(self._problem(code, where, zh, en, fix_zh, fix_en, "warning"))

    def adapt(self, where: "Place | None", sentence: str) -> None:
        """Something that is read differently from how it is drawn."""
        self.adaptations.append(f"{where.id}：{sentence}" if where is not None else sentence)

    def expression(self, where: "Place", error: ExpressionError) -> None:
        """An expression that is refused; a method of another engine only fails when it is needed."""
        report = self.warn if error.reason == "expr.call" else self.error
        report(error.reason, where, error.message_zh, str(error), error.hint, "Use the expression language of Sanban.")

    def _problem(
        self, code: str, where: "Place | None", zh: str, en: str, fix_zh: str, fix_en: str, severity: str
    ) -> Problem:
        element, line = (where.id, where.line) if where is not None else (None, None)
        file = where.file if where is not None and where.file else self.file
        return Problem(code, element, line, zh, en, fix_zh, fix_en, severity, file)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: the element's id and its line in the file."""

    id: str
    line: int | None = None
    file: str = ""

"""Every error that may cross a module border, as one tree; each carries facts, a code and words in two languages.

SanbanError
├── BadInput            the request cannot be understood or breaks a stated rule
│   ├── FormProblems        fields that do not pass, one message per field and row
│   ├── InvalidProcess      an upload that cannot run, with every problem at once
│   ├── InvalidPackage      process.toml, a form, a checklist or an example is wrong
│   ├── InvalidLimit        a limit that cannot be computed
│   └── ExpressionError     an expression that is refused or fails
├── NotFound            no such thing, or none that this person may know of
├── NotAllowed          the person may not do this
├── TooSoon             after wrong passwords: not yet
├── Unreachable         somebody outside who is asked does not answer
├── Conflict            somebody or something was faster
│   ├── AlreadyHandled      the work item was decided by somebody else
│   ├── HandedOn            the work item was passed on to somebody else
│   ├── NotOffered          the task is not open in the diagram
│   ├── Outdated            the case has changed since the caller looked at it
│   └── ReusedKey           one idempotency key, two different requests
├── NobodyFound         no person answers to a performer rule
└── Incident            the instance cannot go on; nothing was changed
    └── StepBudgetExceeded  an automatic loop without a wait
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from forms import FieldProblem


class SanbanError(Exception):
    """Base of all errors: ``code`` is stable, ``message_zh``/``message_en`` say what happened, ``hint`` what to do."""

    code: ClassVar[str] = "error"

    def __init__(self, message_zh: str, message_en: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message_en or message_zh)
        self.message_zh = message_zh
        self.message_en = message_en or message_zh
        self.hint = hint
        self.reason = code or type(self).code


class BadInput(SanbanError):
    """The request cannot be understood or breaks a stated rule."""

    code = "bad_input"


class TooLarge(BadInput):
    """More bytes than there is room for."""

    code = "file.too_large"


class FormProblems(BadInput):
    """Fields that do not pass."""

    code = "form.invalid"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        zh = "；".join(f"{p.label}：{p.message_zh}" for p in self.problems[:5])
        en = "; ".join(f"{p.path}: {p.message_en}" for p in self.problems[:5])
        super().__init__(zh, en, "请按提示修改后再提交。", self.problems[0].code if self.problems else "")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a line of a table, counted as a spreadsheet counts; without ``column`` it is the whole line."""

    line: int
    column: str
    given: str
    message_zh: str
    message_en: str = ""


class BadRows(BadInput):
    """A table of which nothing was taken over, with every line that is wrong."""

    code = "rows"

    def __init__(self, what: str, rows: Sequence[RowFault], code: str = "") -> None:
        self.rows, first = tuple(rows), rows[0]
        more = f"；共 {len(self.rows)} 处" if len(self.rows) > 1 else ""
        zh = f"{what}：第 {first.line} 行“{first.column}”{first.message_zh}{more}。"
        en = f"{len(self.rows)} faults, the first in line {first.line}"
        super().__init__(zh, en, "请按行改正后再导入；没有导入任何内容。", code)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about an uploaded file, on its element and line; ``severity`` is ``error`` or ``warning``.

    ``trace`` are the elements a token passes until the finding shows, where it takes a way to get there.
    """

    code: str
    element: str | None
    line: int | None
    message_zh: str
    message_en: str
    fix_zh: str = ""
    fix_en: str = ""
    severity: str = "error"
    file: str = ""
    trace: tuple[str, ...] = ()


class InvalidProcess(BadInput):
    """An upload that cannot run, with every problem at once."""

    code = "bpmn.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f"（共 {len(self.problems)} 处）" if len(self.problems) > 1 else ""
        super().__init__(first.message_zh + more, first.message_en, first.fix_zh, first.code)


class InvalidPackage(BadInput):
    """process.toml, a form, a checklist, a ladder or an example of a package is wrong."""

    code = "package.invalid"


class InvalidLimit(BadInput):
    """A limit that cannot be computed."""

    code = "time.limit"


class ExpressionError(BadInput):
    """An expression that is refused or fails; ``name`` is the unknown variable, if that is the cause."""

    code = "expr.invalid"

    def __init__(
        self, message_zh: str, message_en: str = "", hint: str = "", code: str = "", name: str | None = None
    ) -> None:
        super().__init__(message_zh, message_en, hint, code)
        self.name = name


class NotFound(SanbanError):
    """No such thing, or none that this person may know of."""

    code = "not_found"


class NotAllowed(SanbanError):
    """The person may not do this."""

    code = "authz.denied"


class TooSoon(SanbanError):
    """Whoever asks must wait so many seconds: after wrong passwords, known or not, or after too much at once."""

    code = "auth.slow"

    def __init__(
        self, seconds: int, message_zh: str = "", message_en: str = "", hint: str = "", code: str = ""
    ) -> None:
        self.seconds = seconds
        super().__init__(
            message_zh or f"登录失败次数较多，请在 {seconds} 秒后再试。",
            message_en or f"Too many failed logins; try again in {seconds} seconds.",
            hint or "忘记密码请联系管理员。",
            code,
        )


class Unreachable(SanbanError):
    """Somebody outside who is asked does not answer: a directory, a provider."""

    code = "outside.down"


class Conflict(SanbanError):
    """Somebody or something was faster: ``by`` whom and when, where that is known."""

    code = "conflict"

    def __init__(
        self,
        message_zh: str,
        message_en: str = "",
        hint: str = "",
        code: str = "",
        *,
        by: str = "",
        at: datetime | None = None,
    ) -> None:
        self.by, self.at = by, at
        super().__init__(message_zh, message_en, hint, code)


class AlreadyHandled(Conflict):
    """The work item was decided before; names who and when."""

    code = "work.already_handled"

    def __init__(self, by: str, at: datetime | None, local: str) -> None:
        super().__init__(
            f"这件已由 {by} 于 {local} 办理，您的意见未提交。",
            f"Already handled by {by} at {local}; your opinion was not submitted.",
            "可查看结果，或办理下一件。",
            by=by,
            at=at,
        )


class HandedOn(Conflict):
    """Whoever had the work item has it no more: names who passed it to whom and when."""

    code = "work.handed_on"

    def __init__(self, by: str, to: str, at: datetime, local: str) -> None:
        super().__init__(
            f"您不再是本环节办理人（{local} 由 {by} 转给 {to}），您的意见未提交。",
            f"{by} passed it to {to} at {local}; your opinion was not submitted.",
            "如仍须由您办理，请对方转回。",
            by=by,
            at=at,
        )


class NotOffered(Conflict):
    """The task is not open in the diagram: done, cancelled, or not reached."""

    code = "work.not_offered"


class Outdated(Conflict):
    """The case has changed since the caller looked at it."""

    code = "instance.changed"

    def __init__(self, revision: int) -> None:
        super().__init__(
            "这件在您读取之后已有变化，没有办理。",
            f"the case has gone on to revision {revision}",
            "请重新读取，核对后再办理。",
        )


class Superseded(Conflict):
    """A draft, a package or a binding has changed since the caller looked at it."""

    code = "object.changed"

    def __init__(self, revision: int) -> None:
        super().__init__(
            "在您读取之后，这里已有新的内容，没有保存。",
            f"it has changed since: the revision is {revision} now",
            "请重新读取，核对后再保存。",
        )


class ReusedKey(Conflict):
    """One idempotency key came with two different requests."""

    code = "idem.mismatch"


class NobodyFound(SanbanError):
    """No person answers to a performer rule, not even along the fallback chain."""

    code = "org.nobody"


class Incident(SanbanError):
    """The instance cannot go on; the transaction is rolled back and an incident is shown to administrators."""

    code = "instance.incident"


class Altered(SanbanError):
    """What is stored is not what was written: it is neither shown nor worked with; ``code`` is the check-up's own."""

    code = "instance.altered"

    def __init__(self, what: str, code: str = "") -> None:
        super().__init__(
            f"{what}的存储内容与写入时不一致，为防误用已停止显示和办理。",
            f"{what} is not stored as it was written; it is neither shown nor worked with",
            "请告诉系统管理员：运行 sanban doctor 查看，从备份恢复；核实无误的用 sanban doctor --accept 确认。",
            code,
        )


class StepBudgetExceeded(Incident):
    """An automatic loop without a wait, or a tree of calls that never ends."""

    code = "bpmn.loop_without_wait"

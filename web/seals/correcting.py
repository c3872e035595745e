"""更正: a further line that says what was wrong; the earlier one stays."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed, SanbanError
from engine.verbs import registers
from web import toast
from web.auth import actor
from web.language import _, explained
from web.seals.pages import of_use
from web.shell import the_engine

# what people write down; names, units, times and files come from the instance
CORRECTED = ("text", "integer", "textarea", "date")


def form(record: int) -> ResponseReturnValue:
    """Ask what is wrong, and why."""
    detail = of_use(record)
    if not detail.correctable:
        raise NotAllowed("这一条不能更正。", "this line may not be corrected", "请更正最新的一条，或联系印章管理员。")
    return _ask(detail)


def correct(record: int) -> ResponseReturnValue:
    """Add the correcting line."""
    detail = of_use(record)
    reason = request.form.get("_reason", "")
    changes: dict[str, Any] = {
        key: request.form[key].strip()
        for key, _label, _kind in fields(detail)
        if key in request.form and request.form[key].strip() != str(detail.line.data.get(key) or "")
    }
    try:
        made = registers.correct(the_engine(), record, changes, reason, actor())
    except NotAllowed:
        raise
    except SanbanError as problem:
        return _ask(detail, explained(problem), 422)
    toast.say(_("已更正 %(what)s，原登记保留。", what=made.label))
    return redirect(url_for("seals.line", record=made.id), 303)


def fields(detail: registers.Detail) -> list[tuple[str, str, str]]:
    """Columns that a correction may change."""
    return [(key, label, kind) for key, label, kind in detail.columns if kind in CORRECTED]


def _ask(detail: registers.Detail, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "seals/correct.html",
        detail=detail,
        fields=fields(detail),
        problem=problem,
        entered=request.form,
        reason=request.form.get("_reason", ""),
    )
    return page, status

"""Set the limit of a step for the house or a unit, and withdraw it again: versions, never a change of the past."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, NotFound
from engine.progress.stopwatch import REASONS
from engine.verbs import house_limits
from web import toast
from web.auth import actor
from web.language import _, explained
from web.shell import the_engine

WHOLE = "whole"


def form(key: str) -> ResponseReturnValue:
    """The dialog of one step."""
    return _ask(key)


def set_limit(key: str) -> ResponseReturnValue:
    """Keep a new version."""
    sent = request.form
    try:
        version = house_limits.set_limit(
            the_engine(),
            key,
            _element(),
            actor(),
            limit=sent.get("limit", ""),
            warn=sent.get("warn", ""),
            ladder=sent.get("ladder", ""),
            reasons=sent.getlist("reasons"),
            scope=sent.get("scope", ""),
            note=sent.get("note", ""),
        )
    except BadInput as problem:
        return _ask(key, explained(problem), 422)
    toast.say(_("已保存为第 %(version)s 版，此后打开的环节按新时限；已打开的不变。", version=version))
    return redirect(url_for("sla.process", key=key, scope=sent.get("scope") or None), 303)


def withdraw(key: str) -> ResponseReturnValue:
    """Let the package count again."""
    scope = request.form.get("scope", "")
    try:
        house_limits.withdraw(the_engine(), key, _element(), actor(), scope=scope, note=request.form.get("note", ""))
    except BadInput as problem:
        return _ask(key, explained(problem), 422)
    toast.say(_("已恢复为流程包的时限。"))
    return redirect(url_for("sla.process", key=key, scope=scope or None), 303)


def _element() -> str:
    asked = request.values.get("element", "")
    return "" if asked == WHOLE else asked


def _ask(key: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    table = house_limits.of_process(the_engine(), key, actor(), scope=request.values.get("scope", "")[:40])
    row = next((row for row in table.rows if row.element == _element()), None)
    if row is None:
        raise NotFound("没有这个环节。", "no such step", "请从时限表打开。")
    page = render_template(
        "sla/set.html", table=table, row=row, whole=WHOLE, reasons=REASONS, entered=request.form, problem=problem
    )
    return page, status

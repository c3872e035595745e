"""催办 for many matters with one press."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import supervision
from web import toast
from web.auth import actor, safe_address
from web.language import N_, NP_, _, explained, told_of
from web.shell import the_engine

SKIPPED = (  # why the engine leaves one out
    NP_("shape", "今日已催（{0}）"), N_("已经办结或暂停"), N_("没有在办的人"),
    NP_("shape", "没有找到 {0}，或您无权查看。"),
)  # fmt: skip
NAMED = 3  # so many of those left out are named in the message


def chase() -> ResponseReturnValue:
    """Remind whoever holds the chosen matters, or all late ones of a department; each person hears once."""
    back = redirect(safe_address(request.form.get("next") or "/supervision"), 303)
    try:
        result = supervision.chase(the_engine(), _numbers(), actor(), text=request.form.get("text", ""))
    except SanbanError as problem:
        toast.say(explained(problem), "bad")
        return back
    toast.say(_told(result), "good" if result.chased else "bad")
    return back


def _numbers() -> list[str]:
    dept = request.form.get("dept", "")
    if not dept:
        return request.form.getlist("number")
    late = supervision.overview_of(the_engine(), actor(), light="red", dept=dept).matters
    return [matter.number for matter in late][: supervision.MOST_CHASED]


def _told(result: supervision.ChaseResult) -> str:
    """已催办 7 件，合并为 6 条提醒；跳过 1 件：DB-2026-0033 今日已催（09:12）。"""
    said = _("没有发出催办")
    if result.chased:
        said = _("已催办 %(n)s 件，合并为 %(messages)s 条提醒", n=len(result.chased), messages=result.messages)
    if result.skipped:
        named = _("、").join(f"{number} {told_of(reason, SKIPPED)}" for number, reason in result.skipped[:NAMED])
        more = _("等") if len(result.skipped) > NAMED else ""
        said += _("；跳过 %(n)s 件：%(named)s%(more)s", n=len(result.skipped), named=named, more=more)
    return _("%(said)s。", said=said)

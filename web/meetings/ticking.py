"""Tick an entry with its evidence, say why it does not apply, or ask for more time."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, NotFound, SanbanError
from engine.verbs import meetings, work
from engine.verbs.meetings import Entry
from web import drawing, toast
from web.auth import actor
from web.language import N_, NP_, _, explained, told_of
from web.meetings import pages
from web.shell import the_engine
from web.words import typed_moment

SAID = {
    "done": N_("已完成 %(entry)s。"), "na": N_("已标为不适用 %(entry)s。"), "later": N_("已延期 %(entry)s。"),
}  # fmt: skip
BOUNDS = (NP_("shape", "在“{0}”之前"), NP_("shape", "后续事项 {0} 的截止时间"), NP_("shape", "{0} 的截止时间"))
OTHERWISE = N_("已办理 %(entry)s。")
ASKED = {
    "na": N_("已申请不适用，等 %(who)s 批准： %(entry)s。"),
    "later": N_("已申请延期，等 %(who)s 批准： %(entry)s。"),
}


def form(number: str, item: int) -> ResponseReturnValue:
    """Evidence, remark, and the ways an entry can be settled or postponed."""
    return _ask(number, item)


def settle(number: str, item: int) -> ResponseReturnValue:
    """Settle an entry or ask about it; what keeps it from being settled is said where the person is."""
    entry = _entry(number, item)
    outcome, remark, key = (
        request.form.get("_outcome", "done"),
        request.form.get("_opinion", ""),
        request.form.get("_key"),
    )
    asked = ""
    try:
        if outcome == "done" or not entry.asks:
            uploads = [upload for upload in request.files.getlist("_evidence-upload") if upload.filename]
            stored = [drawing.store(upload, actor(), number) for upload in uploads]
            work.decide(the_engine(), item, outcome, actor(), opinion=remark, key=key, attachments=stored)
        else:
            found = work.asking(the_engine(), item, actor())
            asked = found.judge if found is not None else ""
            until = _until() if outcome == "later" else None
            work.ask_entry(the_engine(), item, outcome, actor(), reason=remark, until=until, key=key)
    except SanbanError as problem:
        words = explained(problem)
        if request.form.get("_from") == "form":
            return _ask(number, item, words, 422)
        return pages.page(number, refused=item, problem=words, status=422)
    named = _("%(code)s：%(title)s", code=entry.code, title=toast.short(entry.title))
    if asked:
        toast.say(_(ASKED["later" if outcome == "later" else "na"], who=asked, entry=named))
    else:
        toast.say(_(SAID.get(outcome, OTHERWISE), entry=named))
    return redirect(_back(number, entry), 303)


def because(text: str) -> str:
    """What bounds a postponement, as the engine says it."""
    return told_of(text, BOUNDS)


def _until() -> datetime | None:
    text = request.form.get("_until", "").strip()
    if not text:
        return None
    try:
        return typed_moment(text)
    except ValueError:
        raise BadInput("延期的时间看不懂。", "until when?", "写法如 2026-03-24 17:30。", "entry.until") from None


def _ask(number: str, item: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    entry = _entry(number, item)
    offered = entry.mine and entry.state == "open"
    shown = render_template(
        "meetings/entry.html",
        number=number,
        entry=entry,
        asking=work.asking(the_engine(), item, actor()) if offered and entry.asks else None,
        problem=problem,
        remark=request.form.get("_opinion", ""),
        until=request.form.get("_until", ""),
        back=_back(number, entry),
    )
    return shown, status


def _entry(number: str, item: int) -> Entry:
    board = meetings.board(the_engine(), number, actor())
    found = [entry for phase in board.phases for entry in phase.entries if entry.item_id == item]
    if not found:
        raise NotFound(f"{number} 的清单里没有这一项。", f"no entry {item} in {number}", "请从看板打开。")
    return found[0]


def _back(number: str, entry: Entry) -> str:
    view, show = request.values.get("view", ""), request.values.get("show", "")
    return url_for("meetings.board", number=number, view=view or None, show=show or None, _anchor=f"e-{entry.code}")

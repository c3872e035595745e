"""Tick an entry with its evidence, or say why it does not apply."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, SanbanError
from engine.verbs import meetings, work
from engine.verbs.meetings import Entry
from web import drawing, toast
from web.auth import actor
from web.meetings import pages
from web.shell import the_engine

OUTCOMES = {"done": "完成", "na": "标为不适用"}


def form(number: str, item: int) -> ResponseReturnValue:
    """Evidence, remark, and the two ways an entry can be settled."""
    return _ask(number, item)


def settle(number: str, item: int) -> ResponseReturnValue:
    """Settle an entry; what keeps it from being settled is said where the person is."""
    entry = _entry(number, item)
    outcome, remark = request.form.get("_outcome", "done"), request.form.get("_opinion", "")
    try:
        uploads = [upload for upload in request.files.getlist("_evidence-upload") if upload.filename]
        stored = [drawing.store(upload, actor(), number) for upload in uploads]
        work.decide(
            the_engine(), item, outcome, actor(), opinion=remark, key=request.form.get("_key"), attachments=stored
        )
    except SanbanError as problem:
        words = f"{problem.message_zh}{problem.hint}"
        if request.form.get("_from") == "form":
            return _ask(number, item, words, 422)
        return pages.page(number, refused=item, problem=words, status=422)
    toast.say(f"已{OUTCOMES.get(outcome, '办理')} {entry.code}：{toast.short(entry.title)}。")
    return redirect(_back(number, entry), 303)


def _ask(number: str, item: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    entry = _entry(number, item)
    shown = render_template(
        "meetings/entry.html",
        number=number,
        entry=entry,
        problem=problem,
        remark=request.form.get("_opinion", ""),
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

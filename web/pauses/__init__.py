"""停表 from the pages: ask for it on a task, allow, refuse or end it on the page of the instance."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, SanbanError
from engine.model import ItemView
from engine.verbs import pauses
from web import toast
from web.auth import actor
from web.language import N_, _, explained, told
from web.shell import the_engine
from web.task import answers

blueprint = Blueprint("pauses", __name__)
DONE = {"approve": N_("已准予停表。"), "refuse": N_("已答复不准停表。"), "end": N_("已恢复计时。")}


@blueprint.get("/t/<number>/pause")
def form(number: str) -> ResponseReturnValue:
    """Ask why, on what grounds and for how long."""
    return _ask(answers.item_view(number))


@blueprint.post("/t/<number>/pause")
def ask(number: str) -> ResponseReturnValue:
    """Send the request to whoever may allow it, and stay on the page."""
    view, sent = answers.item_view(number), request.form
    days = sent.get("days", "")
    try:
        pauses.ask(
            the_engine(),
            view.item.id,
            sent.get("code", ""),
            actor(),
            basis=sent.get("basis", ""),
            days=int(days) if days.isdecimal() and len(days) < 4 else 0,
            key=sent.get("_key"),
        )
    except SanbanError as problem:
        return _ask(view, explained(problem), 422)
    toast.say(_("停表申请已提交，批准前照常计时。"))
    return redirect(answers.address(view), 303)


@blueprint.post("/d/<number>/pauses/<int:pause>")
def act(number: str, pause: int) -> ResponseReturnValue:
    """Allow, refuse or end a pause."""
    doing, words, key = request.form.get("do", ""), request.form.get("words", ""), request.form.get("_key")
    try:
        if doing == "approve":
            pauses.approve(the_engine(), pause, actor(), words=words, key=key)
        elif doing == "refuse":
            pauses.refuse(the_engine(), pause, actor(), words=words, key=key)
        elif doing == "end":
            pauses.end(the_engine(), pause, actor(), words=words, key=key)
        else:
            raise BadInput("没有这种操作。", f"no act {doing!r}", "请用页面上的按钮操作。")
    except SanbanError as problem:
        toast.say(explained(problem), "bad")
    else:
        toast.say(told(DONE[doing]))
    return redirect(url_for("instances.overview", number=number), 303)


def _ask(view: ItemView, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "pauses/ask.html",
        view=view,
        reasons=pauses.reasons(the_engine(), view.item.id, actor()),
        action=url_for("pauses.ask", number=view.instance.number, item=view.item.id),
        back_url=answers.address(view),
        entered=request.form,
        problem=problem,
    )
    return page, status

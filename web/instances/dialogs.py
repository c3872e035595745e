"""The dialog of every act on an instance, and the second person's answer to a move."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, SanbanError
from engine.verbs import following, instances, moving
from web import toast
from web.auth import actor
from web.instances.keeping import ACTS, ITEM_ACTS, Act
from web.language import _, explained, pgettext
from web.shell import the_engine


def act_form(number: str, name: str) -> ResponseReturnValue:
    """Ask why, and where to."""
    return _ask(number, name)


def act_taken(number: str, name: str) -> ResponseReturnValue:
    """Do it; what was entered stays when it is refused."""
    act, form = _act(name), request.form
    if act.typed and form.get("_number", "").strip() != number:
        return _ask(number, name, _("请输入编号 %(number)s 以确认。", number=number), 422)
    try:
        act.act(the_engine(), number, form, actor())
    except SanbanError as problem:
        return _ask(number, name, explained(problem), 422)
    toast.say(
        _("已%(act)s。", act=pgettext("button", act.title)) if name != "move" else _("已提出申请，等另一人同意。")
    )
    return _back(number)


def answer_move(number: str, request_id: int) -> ResponseReturnValue:
    """Agree to a move, or not."""
    form = request.form
    agree = form.get("_agree") == "yes"
    try:
        moving.answer_move(
            the_engine(), number, request_id, actor(), agree=agree, opinion=form.get("_opinion", ""),
            key=form.get("_key"),
        )  # fmt: skip
    except SanbanError as problem:
        toast.say(explained(problem), "bad")
    else:
        toast.say(_("已同意，已按申请移动。") if agree else _("未移动，申请已了结。"))
    return _back(number)


def follow(number: str) -> ResponseReturnValue:
    """关注, or no more."""
    if request.form.get("on") == "1":
        following.follow(the_engine(), number, actor())
        toast.say(_("已关注，退回、暂停和办结时会通知您。"))
    else:
        following.unfollow(the_engine(), number, actor())
        toast.say(_("已取消关注。"), "plain")
    return _back(number)


def followed() -> ResponseReturnValue:
    """What I follow."""
    return render_template("instances/following.html", rows=following.followed(the_engine(), actor()))


def _act(name: str) -> Act:
    found = ACTS.get(name) or ITEM_ACTS.get(name)
    if found is None:
        raise NotFound("没有这种操作。", f"no act {name!r}", "请用页面上的按钮操作。")
    return found


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for("instances.overview", number=number), 303)


def _ask(number: str, name: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found, act, form = instances.seen(the_engine(), number, actor()), _act(name), request.values
    page = render_template(
        "instances/act.html",
        instance=found,
        act=act,
        name=name,
        item=form.get("item", ""),
        places=act.places(found) if act.places else [],
        chosen=form.getlist("_place"),
        person=[login for login in form.getlist("_to") if login],
        at=form.get("_at", ""),
        typed=form.get("_number", ""),
        words=form.get("_opinion", ""),
        problem=problem,
    )
    return page, status

"""``/settings/tokens``: what programs sign in with in one's name, and ending it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs.people import tokens
from web import toast
from web.auth import actor
from web.language import N_, _
from web.shell import the_engine
from web.whole_numbers import whole

# what each reaches, the narrowest first: it is what a new token has unless somebody asks for more
REACH: dict[tokens.Scope, tuple[str, str]] = {
    "read": (N_("只读"), N_("只能查看您看得到的内容，不改动任何东西。")),
    "work": (N_("办理"), N_("还可以办理您自己的件、待办和草稿；不能授权、请假，也不能动用管理权限。")),
    "all": (N_("全部"), N_("您能做的都可以做，包括管理权限。仅在前两种不够时选用。")),
}


def page(refusal: SanbanError | None = None, made: str = "") -> ResponseReturnValue:
    """One's tokens and the form for another; ``made`` is the text of a new one, shown this once."""
    shown = render_template(
        "settings/tokens.html",
        tokens=tokens.kept(the_engine(), actor(), made),
        reach=REACH,
        longest=tokens.LIFE.days,
        made=made,
        given=request.form,
        refusal=refusal,
    )
    return shown, 422 if refusal else 200


def issue() -> ResponseReturnValue:
    """Another token, with the password (and code) said again: it opens the house without either."""
    form = request.form
    try:
        made, _ends = tokens.issue(
            the_engine(),
            actor().login,
            form.get("_password", ""),
            form.get("_code", ""),
            scope=form.get("scope", ""),
            days=whole(form.get("days", "")),
        )
    except SanbanError as refusal:
        return page(refusal)
    return page(made=made)


def end(token_id: int) -> ResponseReturnValue:
    """One of them is over."""
    try:
        tokens.end(the_engine(), actor(), token_id)
    except SanbanError as refusal:
        return page(refusal)
    toast.say(_("已撤销令牌 %(n)s。", n=token_id))
    return redirect(url_for("settings.tokens"), 303)

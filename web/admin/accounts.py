"""How somebody gets in: first passwords asked for and given out, and a second factor that was lost."""

from collections.abc import Callable

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, Conflict
from engine.verbs import people
from web import toast
from web.admin import users
from web.auth import actor, confirmed_actor
from web.language import _
from web.shell import the_engine


def ask_password(login: str) -> ResponseReturnValue:
    """Somebody needs a first password; a security administrator gives it out."""
    return _done(login, lambda: people.ask_password(the_engine(), login, actor()), _("已申请，请安全管理员发放。"))


def drop_password(login: str) -> ResponseReturnValue:
    """That password is not given out."""
    return _done(login, lambda: people.drop_password(the_engine(), login, actor()), _("已取消发放。"))


def issue_password(login: str) -> ResponseReturnValue:
    """A first password, on this page and never again."""
    try:
        found = people.issue_password(the_engine(), login, confirmed_actor())
    except (BadInput, Conflict) as refusal:
        return users.roles(login, refusal)
    return render_template("admin/password.html", part="users", found=found)


def reset_factor(login: str) -> ResponseReturnValue:
    """Somebody has lost their telephone."""
    words = _("已重置动态验证码，对方的登录已全部退出。")
    return _done(login, lambda: people.reset_factor(the_engine(), login, confirmed_actor()), words)


def _done(login: str, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except (BadInput, Conflict) as refusal:
        return users.roles(login, refusal)
    toast.say(words)
    return redirect(url_for("admin.roles", login=login), 303)

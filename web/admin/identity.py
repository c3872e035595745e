"""Who somebody is at the provider outside: bound or forgotten by whoever gives rights, with the password said again."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, Conflict
from engine.model import Actor
from engine.verbs import people
from web import toast
from web.admin import users
from web.auth import confirmed_actor
from web.language import _
from web.shell import the_engine


def bind(login: str) -> ResponseReturnValue:
    """Somebody signs in as this subject from now on."""
    subject = request.form.get("subject", "")
    return _done(login, lambda me: people.bind(the_engine(), login, subject, me), _("已绑定统一认证账号。"))


def unbind(login: str) -> ResponseReturnValue:
    """Somebody is nobody outside any more."""
    return _done(login, lambda me: people.unbind(the_engine(), login, me), _("已解除绑定，原有登录已退出。"))


def forget_password(login: str) -> ResponseReturnValue:
    """The directory or the provider decides instead of a password of this office."""
    words = _("已清除本地密码，今后由目录服务或统一认证登录。")
    return _done(login, lambda me: people.forget_password(the_engine(), login, me), words)


def _done(login: str, act: Callable[[Actor], None], words: str) -> ResponseReturnValue:
    try:
        act(confirmed_actor())
    except (BadInput, Conflict) as refusal:
        return users.roles(login, refusal)
    toast.say(words)
    return redirect(url_for("admin.roles", login=login), 303)

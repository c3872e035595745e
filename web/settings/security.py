"""``/settings/security``: where one is signed in, ending that, and a new password."""

from collections.abc import Callable

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import people
from web import toast
from web.auth import actor, confirmed_actor
from web.language import _
from web.shell import the_engine
from web.whole_numbers import whole


def page(refusal: SanbanError | None = None, codes: tuple[str, ...] = ()) -> ResponseReturnValue:
    """Open sessions, the second factor, and the form for a new password; ``codes`` are shown this once."""
    engine, me = the_engine(), actor()
    shown = render_template(
        "settings/security.html",
        sessions=people.open_sessions(engine, me, session.get("sid", "")),
        factor=people.factor_of(engine, me),
        found=people.proposed(engine, me),
        own_password=people.has_password(engine, me),
        codes=codes,
        refusal=refusal,
    )
    return shown, 422 if refusal else 200


def begin_factor() -> ResponseReturnValue:
    """A secret for one's telephone, with the password said again."""
    try:
        people.begin_factor(the_engine(), confirmed_actor())
    except SanbanError as refusal:
        return page(refusal)
    return redirect(url_for("settings.security", _anchor="factor-head"), 303)


def confirm_factor() -> ResponseReturnValue:
    """The first code: the factor counts, and the recovery codes are shown."""
    return _with_codes(lambda: people.confirm_factor(the_engine(), actor(), request.form.get("code", "")))


def renew_codes() -> ResponseReturnValue:
    """Other recovery codes."""
    return _with_codes(lambda: people.renew_codes(the_engine(), confirmed_actor()))


def remove_factor() -> ResponseReturnValue:
    """Without a second factor again."""
    try:
        people.remove_factor(the_engine(), confirmed_actor())
    except SanbanError as refusal:
        return page(refusal)
    toast.say(_("已取消动态验证码。"))
    return redirect(url_for("settings.security"), 303)


def _with_codes(act: Callable[[], tuple[str, ...]]) -> ResponseReturnValue:
    try:
        return page(codes=act())
    except SanbanError as refusal:
        return page(refusal)


def end_sessions() -> ResponseReturnValue:
    """End one session, or all but this one."""
    named = request.form.get("session", "")
    only = whole(named) if named else None
    try:
        ended = people.end_sessions(the_engine(), actor(), only=only, but=session.get("sid", ""))
    except SanbanError as refusal:
        return page(refusal)
    toast.say(_("已退出 %(n)s 处登录。", n=ended))
    return redirect(url_for("settings.security"), 303)


def change_password() -> ResponseReturnValue:
    """A new password; everything that was signed in with the old one is over."""
    form = request.form
    try:
        people.change_password(the_engine(), actor(), form.get("old", ""), form.get("new", ""))
    except SanbanError as refusal:
        return page(refusal)
    return redirect(url_for("auth.form"), 303)

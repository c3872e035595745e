"""``/settings/security``: where one is signed in, ending that, and a new password."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import people
from web import toast
from web.auth import actor
from web.shell import the_engine
from web.whole_numbers import whole


def page(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """Open sessions and the form for a new password."""
    found = people.open_sessions(the_engine(), actor(), session.get("sid", ""))
    own = people.has_password(the_engine(), actor())
    shown = render_template("settings/security.html", sessions=found, refusal=refusal, own_password=own)
    return shown, 422 if refusal else 200


def end_sessions() -> ResponseReturnValue:
    """End one session, or all but this one."""
    named = request.form.get("session", "")
    only = whole(named) if named else None
    try:
        ended = people.end_sessions(the_engine(), actor(), only=only, but=session.get("sid", ""))
    except SanbanError as refusal:
        return page(refusal)
    toast.say(f"已退出 {ended} 处登录。")
    return redirect(url_for("settings.security"), 303)


def change_password() -> ResponseReturnValue:
    """A new password; everything that was signed in with the old one is over."""
    form = request.form
    try:
        people.change_password(the_engine(), actor(), form.get("old", ""), form.get("new", ""))
    except SanbanError as refusal:
        return page(refusal)
    return redirect(url_for("auth.form"), 303)

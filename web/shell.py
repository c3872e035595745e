"""What surrounds every page: menus, counts, banner, theme, size, toast; and the engine of a request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.model import Actor
from engine.verbs import calendars, inbox, notifications, people
from web import navigation, toast
from web.words import stamp, today

if TYPE_CHECKING:
    from engine.runtime import Engine

THEMES = ("light", "dark")
SIZES = ("m", "l", "xl")
# where a person begins, by the first role that fits
HOMES = (("supervisor", "/supervision"), ("designer", "/processes"))


def install(app: Flask) -> None:
    """Add the start page, the variables of every template, and sessions that background requests do not prolong."""
    app.session_interface = _Sessions()
    app.add_url_rule("/", "home", home)
    app.context_processor(_context)


def the_engine() -> "Engine":
    """The engine this application serves."""
    return cast("Engine", current_app.extensions["sanban"])


def fragment() -> bool:
    """Whether a script asks for a part of a page; otherwise the whole page is the answer."""
    return request.headers.get("HX-Request") == "true"


def in_background() -> None:
    """This request comes from a timer of the page, not from a person: it does not keep the session alive."""
    g.in_background = True


def home() -> Response:
    """Go to the page where this person's work is."""
    roles = current_user.actor.roles
    for role, path in HOMES:
        if role in roles and "leader" not in roles and navigation.exists(path):
            return redirect(path)
    return redirect("/inbox")


class _Sessions(SecureCookieSessionInterface):
    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if g.get("in_background") and not session.modified:
            return False
        return super().should_set_cookie(app, session)


def _context() -> dict[str, Any]:
    engine = the_engine()
    shared: dict[str, Any] = {
        "organisation": engine.settings.organisation,
        "theme": _chosen("theme", THEMES),
        "size": _chosen("size", SIZES),
        "undo_seconds": engine.settings.undo_seconds,
        "today_stamp": stamp(engine.now()),
        "is_fragment": fragment(),
    }
    if current_user.is_authenticated:
        shared |= _personal(engine, current_user.actor)
    return shared


def _chosen(name: str, allowed: tuple[str, ...]) -> str:
    """A choice of this person, or of this browser before the login."""
    kept = current_user.actor.settings.get(name) if current_user.is_authenticated else session.get(name)
    return kept if kept in allowed else allowed[0]


def _personal(engine: "Engine", me: Actor) -> dict[str, Any]:
    return {
        "me": me,
        "menus": navigation.menus(me),
        "phone_bar": navigation.bar(me),
        "counts": counts(),
        "unread": counts().get("notices", 0),
        "exists": navigation.exists,
        "substitutions": _substitutions(engine, me),
        "calendar_note": _calendar_note(engine),
        "calendar_warning": calendars.warning(engine) if "admin" in me.roles else None,
        "shortcuts_on": me.settings.get("shortcuts", True),
        "toast": toast.taken,
        "ways_to_confirm": lambda: people.ways(engine, me),
    }


def counts() -> Mapping[str, int]:
    """The numbers of this person's menus, looked up once a request."""
    if "counts" not in g:
        engine, me = the_engine(), current_user.actor
        g.counts = {**inbox.counts(engine, me), "notices": notifications.unread(engine, me)}
    return cast(Mapping[str, int], g.counts)


def _substitutions(engine: "Engine", me: Actor) -> list[dict[str, Any]]:
    """Open substitutions that concern this person, from either side."""
    directory, now = people.directory(engine), engine.now()
    rows = []
    for row in directory.substitutions:
        if me.id not in (row.principal_id, row.substitute_id) or not row.since <= now < row.until:
            continue
        principal, substitute = directory.person(row.principal_id), directory.person(row.substitute_id)
        if principal and substitute:
            rows.append({"mine": row.principal_id == me.id, "principal": principal.name, "substitute": substitute.name,
                         "since": row.since, "until": row.until})  # fmt: skip
    own = directory.person(me.id)
    leave = directory.leave(own, now) if own else None
    if leave is not None and not any(row["mine"] for row in rows):
        rows.append({"mine": True, "principal": me.name, "substitute": "", "since": leave.since, "until": leave.until})
    return rows


def _calendar_note(engine: "Engine") -> dict[str, Any]:
    with engine.store.reading() as tx:
        calendar = engine.calendar(tx)
    day = calendar.day_of(engine.now())
    working = calendar.is_working(day)
    hours = [f"{start:%H:%M}–{end:%H:%M}" for start, end in calendar.hours_on(day)] if working else []
    return {"day": today(engine.now()), "working": working, "hours": hours}

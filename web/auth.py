"""Who asks: login, logout and the actor of a request. Flask-Login keeps only the id of the person in the session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from engine import errors
from engine.model import Actor
from engine.verbs import people
from web.errors import refusal

IDLE = timedelta(minutes=30)
# blueprints that answer machines and know their callers by token
MACHINES = ("api", "health")

blueprint = Blueprint("auth", __name__)
log = structlog.get_logger(__name__)


class _SignedIn:
    """What Flask-Login wants of a user, around our actor."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return str(self.actor.id)


def install(app: Flask) -> None:
    """Everything needs a login unless its view says otherwise with ``public``."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.before_request(_require_login)
    app.register_blueprint(blueprint)


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that needs no login."""
    view.public = True  # type: ignore[attr-defined]
    return view


def actor() -> Actor:
    """The person who asks; there is one wherever a view without ``public`` runs."""
    return cast(Actor, current_user.actor)


def confirmed_actor() -> Actor:
    """The person who asks, with the password (and code) they have said again in this form, if they have."""
    password, code = request.form.get("_password", ""), request.form.get("_code", "")
    if not password:
        return actor()
    return people.confirm_session(current_app.extensions["sanban"], actor(), session.get("sid", ""), password, code)


@blueprint.get("/login")
@public
def form() -> Any:
    """The login page; whoever is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(safe_address(request.args.get("next")))
    left = request.args.get("left") == "provider"
    return render_template("login/form.html", next=request.args.get("next", ""), login="", problem=None, left=left)


@blueprint.post("/login")
@public
def enter() -> Any:
    """Check the password and begin a fresh session."""
    engine = current_app.extensions["sanban"]
    login = request.form.get("login", "").strip()
    try:
        found = people.sign_in(engine, login, request.form.get("password", ""))
    except errors.SanbanError as problem:
        return refused(problem, request.form.get("next", ""), login)
    return begin(found, request.form.get("next"))


def refused(problem: errors.SanbanError, back: str, login: str = "", via: str = "password") -> ResponseReturnValue:
    """The login page with what was wrong; the attempt stands in the log."""
    # not the login: a password typed into the wrong field would stand in the log
    log.warning("sign-in refused", code=problem.reason, address=request.remote_addr, via=via)
    page = render_template("login/form.html", next=back, login=login, problem=problem)
    wait = {"Retry-After": str(problem.seconds)} if isinstance(problem, errors.TooSoon) else {}
    return page, refusal(problem).status, wait


def begin(found: Actor, back: str | None, via: str = "", *, done: str = "", outside: str | None = None) -> Response:
    """A fresh session for somebody who has just shown who they are, and on to where they wanted.

    After a password something may be missing yet: then the session counts for nothing but that (``done`` is over).
    """
    engine = current_app.extensions["sanban"]
    lacks = "" if via else people.lacking(engine, found, done)
    people.end_session(engine, session.get("sid", ""))
    spoken = session.get("language") or found.settings.get("language")
    session.clear()  # a session fixed before the login is worth nothing after it
    session.permanent = True
    if spoken:
        session["language"] = spoken
    agent = request.headers.get("User-Agent", "")
    session["sid"] = people.begin_session(engine, found, agent, lacks=lacks, outside=outside)
    session["epoch"] = people.session_epoch(engine, found.login)
    if lacks:
        session["back"] = safe_address(back)
        return cast(Response, redirect(url_for("entering.page"), 303))
    log.info("signed in", person=found.id, address=request.remote_addr, via=via or "password")
    if via:
        session["via"] = via
    login_user(_SignedIn(found))
    return cast(Response, redirect(safe_address(back), 303))


@blueprint.post("/logout")
def leave() -> Any:
    """End the session, here and for whoever copied its cookie."""
    people.end_session(current_app.extensions["sanban"], session.get("sid", ""))
    via = session.get("via")
    logout_user()
    session.clear()
    answer = cast(Response, redirect(url_for("auth.form", left=via), 303))
    answer.headers["Clear-Site-Data"] = '"storage"'  # not "cache": no page is kept there, and browsers take seconds
    return answer


def _load(person_id: str) -> _SignedIn | None:
    engine = current_app.extensions["sanban"]
    # None when the person has left, has a new password or has signed out elsewhere: the session ends at once
    found = people.of_session(engine, session.get("sid", ""), session.get("epoch", -1))
    g.who = found.id if found else None
    return _SignedIn(found) if found and str(found.id) == person_id else None


def _require_login() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "public", False) or request.endpoint == "static":
        return None
    if request.blueprint and request.blueprint.split(".")[0] in MACHINES:
        return None
    if current_user.is_authenticated:
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else request.referrer
    answer = redirect(url_for("auth.form", next=_local(back)), 303)
    if request.headers.get("HX-Request"):
        answer = Response(status=401, headers={"HX-Redirect": answer.location})
    return cast(Response, answer)


def _local(address: str | None) -> str:
    """Path and query of an address of ours."""
    parts = urlsplit(address or "/")
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def safe_address(address: str | None) -> str:
    """``address`` if it stays on this server, otherwise the start page: //evil, /\\evil and https:evil do not."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return "/"
    if any(sign in address for sign in "\\\r\n\t") or urlsplit(address).netloc:
        return "/"
    return address

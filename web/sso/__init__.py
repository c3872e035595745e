"""``/login/sso``: signing in by the provider of the house, showing anew who one is, and signing out there."""

from typing import TYPE_CHECKING, cast

import structlog
from apiflask import APIFlask
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from engine.errors import SanbanError, Unreachable
from engine.verbs import people
from web.auth import actor, begin, public, refused, safe_address
from web.errors import refusal
from web.shell import the_engine
from web.sso import logout, provider

if TYPE_CHECKING:
    from engine.runtime import Engine

VIA = "provider"
log = structlog.get_logger(__name__)
blueprint = Blueprint("sso", __name__, url_prefix="/login/sso")


def install(app: APIFlask) -> None:
    """The routes, and the words of the button for the login page."""
    engine = cast("Engine", app.extensions["sanban"])
    provider.install(app, engine.settings)
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(logged_out)  # no browser comes here: what counts is the signature
    name = engine.settings.oidc_name if engine.settings.oidc_issuer else ""
    app.context_processor(lambda: {"provider_name": name})


@blueprint.get("")
@public
def leave_for() -> ResponseReturnValue:
    """On to the provider; whoever is signed in goes on."""
    back = safe_address(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(back)
    try:
        return provider.send(back)
    except SanbanError as problem:
        return refused(problem, back, via=VIA)


@blueprint.get("/confirm")
def confirm() -> ResponseReturnValue:
    """On to the provider for a fresh login: what it says counts like the password said again."""
    return provider.send("", anew=True)


@blueprint.get("/back")
@public
def arrive() -> ResponseReturnValue:
    """Back from the provider: signed in, confirmed, or refused in words."""
    back, here = "", current_user.is_authenticated
    try:
        told, back, anew = provider.returned()
        if not anew:
            return begin(people.sign_in_as(the_engine(), told), back, VIA, outside=told.outside)
        if not here:
            return redirect(url_for("auth.form"), 303)
        people.confirm_as(the_engine(), actor(), session.get("sid", ""), told)
    except SanbanError as problem:
        return _unconfirmed(problem) if here else refused(problem, back, via=VIA)
    return render_template("login/confirmed.html", problem=None, minutes=the_engine().settings.confirm_minutes)


def _unconfirmed(problem: SanbanError) -> ResponseReturnValue:
    log.warning("not confirmed", code=problem.reason, address=request.remote_addr, via=VIA)
    return render_template("login/confirmed.html", problem=problem), refusal(problem).status


@blueprint.post("/backchannel")
@public
def logged_out() -> ResponseReturnValue:
    """The provider itself says that somebody has left there (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        told, once = logout.announced(request.form.get("logout_token", ""))
        ended = people.logged_out(the_engine(), told, once, the_engine().now())
    except SanbanError as problem:
        log.warning("logout refused", code=problem.reason, address=request.remote_addr)
        status = 503 if isinstance(problem, Unreachable) else 400
        return {"error": "invalid_request", "error_description": problem.message_en}, status
    log.info("logged out at the provider", sessions=ended, address=request.remote_addr)
    return "", 200


@blueprint.get("/out")
@public
def out() -> ResponseReturnValue:
    """Sign out at the provider too."""
    return redirect(provider.way_out() or url_for("auth.form"), 303)

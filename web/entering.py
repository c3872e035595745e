"""``/login/further``: what a sign-in with a password still lacks: a code, a password of one's own, a second factor."""

import structlog
from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import people
from engine.verbs.people import Entering
from web.auth import begin, public, safe_address
from web.errors import refusal
from web.shell import the_engine

blueprint = Blueprint("entering", __name__, url_prefix="/login/further")
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """The one address of all steps: what is shown there follows from the session."""
    app.register_blueprint(blueprint)


@blueprint.get("")
@public
def page() -> ResponseReturnValue:
    """The next step; whoever is not about to sign in begins anew."""
    who = _who()
    return _shown(who) if who is not None else redirect(url_for("auth.form"), 303)


@blueprint.post("")
@public
def go_on() -> ResponseReturnValue:
    """Do the step, and on to the next, or to where the person wanted."""
    who = _who()
    if who is None:
        return redirect(url_for("auth.form"), 303)
    if who.lacks == "enrolment" and request.form.get("do") == "begin":
        people.begin_factor(the_engine(), who.actor)
        return redirect(url_for("entering.page"), 303)
    back = safe_address(session.get("back"))
    try:
        codes = _done(who)
    except SanbanError as problem:
        log.warning("sign-in refused", code=problem.reason, address=request.remote_addr, via=who.lacks)
        return _shown(who, problem), refusal(problem).status
    answer = begin(who.actor, back, done=who.lacks)
    return render_template("login/codes.html", codes=codes, onward=back) if codes else answer


def _done(who: Entering) -> tuple[str, ...]:
    """The step of this session, whatever the form says; recovery codes, if it was the last of an enrolment."""
    engine, form = the_engine(), request.form
    if who.lacks == "enrolment":
        return people.confirm_factor(engine, who.actor, form.get("code", ""))
    if who.lacks == "password":
        people.choose_password(engine, who, form.get("new", ""))
    else:
        people.require_code(engine, who.actor, form.get("code", ""))
    return ()


def _who() -> Entering | None:
    return people.entering(the_engine(), session.get("sid", ""), session.get("epoch", -1))


def _shown(who: Entering, problem: SanbanError | None = None) -> str:
    found = people.proposed(the_engine(), who.actor) if who.lacks == "enrolment" else None
    return render_template("login/further.html", name=who.actor.name, lacks=who.lacks, found=found, problem=problem)

"""``/incidents``: what the house could not do by itself; administrators try again or say what they did."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import incidents
from web import toast
from web.auth import actor
from web.language import _, message
from web.shell import the_engine

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Open incidents, or with ``resolved`` those that were settled."""
    return _page()


@blueprint.post("/<int:incident>/retry")
def retry(incident: int) -> ResponseReturnValue:
    """Let what failed be tried again."""
    again = incidents.retry(the_engine(), incident, actor())
    toast.say(_("%(n)s 项正在重试。", n=again))
    return redirect(url_for("incidents.index"), 303)


@blueprint.post("/<int:incident>/resolve")
def resolve(incident: int) -> ResponseReturnValue:
    """Close it with words."""
    try:
        incidents.resolve(the_engine(), incident, actor(), request.form.get("how", ""))
    except BadInput as problem:
        return _page(incident, message(problem)), 422
    toast.say(_("已标记为处理。"))
    return redirect(url_for("incidents.index"), 303)


def _page(wrong: int = 0, problem: str = "") -> str:
    resolved = request.args.get("resolved") == "1"
    found = incidents.listed(the_engine(), actor(), resolved=resolved)
    may_act = "admin" in actor().roles
    return render_template(
        "incidents/index.html", incidents=found, resolved=resolved, may_act=may_act, wrong=wrong, problem=problem
    )

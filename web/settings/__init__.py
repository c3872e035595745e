"""``/settings``: what a person chose for themselves — phrases, look, shortcuts."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import people
from web import toast
from web.auth import actor, safe_address
from web.settings.choices import LONGEST_PHRASE, MOST_PHRASES, phrases, return_phrases
from web.shell import SIZES, THEMES, fragment, the_engine

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """All settings in one list, for a phone."""
    return render_template("settings/index.html")


@blueprint.get("/phrases")
def phrases_page() -> ResponseReturnValue:
    """Words that can be put into an opinion with one press."""
    return render_template("settings/phrases.html", own=phrases(actor()), returns=return_phrases(actor()))


@blueprint.post("/phrases")
def save_phrases() -> ResponseReturnValue:
    """Keep the lists in the order of the page; empty lines go, double ones stay once."""
    for name in ("phrases", "return_phrases"):
        lines = [line.strip()[:LONGEST_PHRASE] for line in request.form.get(name, "").splitlines()]
        people.set_setting(the_engine(), name, list(dict.fromkeys(filter(None, lines)))[:MOST_PHRASES], actor())
    toast.say("常用语已保存。")
    return redirect(url_for("settings.phrases_page"), 303)


@blueprint.get("/look")
def look() -> ResponseReturnValue:
    """Theme and size of the letters."""
    return render_template("settings/look.html")


@blueprint.post("/look")
def save_look() -> ResponseReturnValue:
    """Keep theme and size."""
    _keep("theme", THEMES)
    _keep("size", SIZES)
    toast.say("外观已保存。")
    return redirect(url_for("settings.look"), 303)


@blueprint.post("/theme")
def theme() -> ResponseReturnValue:
    """The switch in the top bar."""
    _keep("theme", THEMES)
    return ("", 204) if fragment() else redirect(safe_address(request.form.get("next")), 303)


@blueprint.get("/shortcuts")
def shortcuts() -> ResponseReturnValue:
    """What the keys do, and whether they do it."""
    return render_template("settings/shortcuts.html")


@blueprint.post("/shortcuts")
def save_shortcuts() -> ResponseReturnValue:
    """Switch the keys on or off."""
    people.set_setting(the_engine(), "shortcuts", request.form.get("on") == "1", actor())
    toast.say("快捷键设置已保存。")
    return redirect(url_for("settings.shortcuts"), 303)


def _keep(name: str, allowed: tuple[str, ...]) -> None:
    chosen = request.form.get(name, "")
    if chosen in allowed:
        people.set_setting(the_engine(), name, chosen, actor())
        session[name] = chosen

"""``/settings``: what a person chose for themselves — phrases, look, shortcuts."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from engine.errors import BadInput
from engine.verbs import notifications, people
from web import toast
from web.auth import actor, public, safe_address
from web.language import LANGUAGES, N_, _
from web.notifications.pages import CHANNELS
from web.settings import absence, security, tokens
from web.settings.choices import LONGEST_PHRASE, MOST_PHRASES, phrases, return_phrases
from web.shell import SIZES, THEMES, fragment, the_engine

NOTICES = (
    ("todo", N_("待我办")), ("chase", N_("催办与督办")), ("copy", N_("抄送与传阅")), ("system", N_("系统")),
)  # fmt: skip

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
    toast.say(_("常用语已保存。"))
    return redirect(url_for("settings.phrases_page"), 303)


@blueprint.get("/look")
def look() -> ResponseReturnValue:
    """Theme, size of the letters, language."""
    return render_template("settings/look.html")


@blueprint.post("/look")
def save_look() -> ResponseReturnValue:
    """Keep theme, size and language."""
    _keep("theme", THEMES)
    _keep("size", SIZES)
    _keep("language", tuple(LANGUAGES))
    toast.say(_("外观已保存。"))
    return redirect(url_for("settings.look"), 303)


@blueprint.post("/theme")
def theme() -> ResponseReturnValue:
    """The switch in the top bar."""
    _keep("theme", THEMES)
    return ("", 204) if fragment() else redirect(safe_address(request.form.get("next")), 303)


@blueprint.post("/language")
@public
def speak() -> ResponseReturnValue:
    """Another language from here on; whoever is signed in keeps it."""
    if current_user.is_authenticated:
        _keep("language", tuple(LANGUAGES))
    elif request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    return redirect(safe_address(request.form.get("next")), 303)


@blueprint.get("/shortcuts")
def shortcuts() -> ResponseReturnValue:
    """What the keys do, and whether they do it."""
    return render_template("settings/shortcuts.html")


@blueprint.post("/shortcuts")
def save_shortcuts() -> ResponseReturnValue:
    """Switch the keys on or off."""
    people.set_setting(the_engine(), "shortcuts", request.form.get("on") == "1", actor())
    toast.say(_("快捷键设置已保存。"))
    return redirect(url_for("settings.shortcuts"), 303)


@blueprint.get("/notify")
def notify() -> ResponseReturnValue:
    """Which notices leave through which channel."""
    return _notify(None)


@blueprint.post("/notify")
def save_notify() -> ResponseReturnValue:
    """Keep the choice; with ``do=try`` send oneself something as well."""
    form = request.form
    chosen = {kind: form.getlist(kind) for kind, _title in NOTICES}
    given = {name: form.get(f"robot-{name}", "") for name in CHANNELS}
    robots = {name: text for name, text in given.items() if text.strip()}
    try:
        notifications.wish(
            the_engine(),
            actor(),
            channels=chosen,
            robots=robots,
            digest=form.get("digest") == "1",
            first_daily=form.get("first_daily") == "1",
            quiet=(form.get("quiet-from", ""), form.get("quiet-until", "")),
        )
    except BadInput as problem:
        return _notify(problem), 422
    if form.get("do") == "try":
        notifications.try_out(the_engine(), actor())
        toast.say(_("已保存；测试通知稍后送达，可在消息中查看结果。"))
    else:
        toast.say(_("通知设置已保存。"))
    return redirect(url_for("settings.notify"), 303)


def _notify(problem: BadInput | None) -> str:
    wishes = notifications.wishes_of(the_engine(), actor())
    return render_template(
        "settings/notify.html", wishes=wishes, kinds=NOTICES, channels=CHANNELS, problem=problem, given=request.form
    )


def _keep(name: str, allowed: tuple[str, ...]) -> None:
    chosen = request.form.get(name, "")
    if chosen in allowed:
        people.set_setting(the_engine(), name, chosen, actor())
        session[name] = chosen


for _method, _rule, _name, _view in (
    ("GET", "/substitution", "substitution", absence.page),
    ("POST", "/substitution", "authorise", absence.authorise),
    ("POST", "/substitution/<int:row>/end", "end_authority", absence.end_authority),
    ("POST", "/leaves/preview", "preview_leave", absence.preview_leave),
    ("POST", "/leaves", "take_leave", absence.take_leave),
    ("GET", "/leaves/<int:leave>", "leave", absence.leave),
    ("POST", "/leaves/<int:leave>/end", "end_leave", absence.end_leave),
    ("GET", "/security", "security", security.page),
    ("POST", "/security/password", "change_password", security.change_password),
    ("POST", "/security/factor", "begin_factor", security.begin_factor),
    ("POST", "/security/factor/confirm", "confirm_factor", security.confirm_factor),
    ("POST", "/security/factor/codes", "renew_codes", security.renew_codes),
    ("POST", "/security/factor/remove", "remove_factor", security.remove_factor),
    ("POST", "/security/end", "end_sessions", security.end_sessions),
    ("GET", "/tokens", "tokens", tokens.page),
    ("POST", "/tokens", "issue_token", tokens.issue),
    ("POST", "/tokens/<int:token_id>/end", "end_token", tokens.end),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])

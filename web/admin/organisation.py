"""The organisation as a tree of units with posts and holders, and what may be added to it."""

from collections.abc import Callable
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, SanbanError
from engine.verbs import people
from web import toast
from web.auth import actor
from web.language import N_, _
from web.shell import the_engine

KINDS = {"department": N_("部门"), "company": N_("所属单位"), "external": N_("外单位"), "group": N_("集团")}


def index(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """The tree with the forms beside it."""
    shown = render_template(
        "admin/org.html",
        part="org",
        places=people.places(the_engine(), actor()),
        kinds=KINDS,
        refusal=refusal,
        entered=request.form,
    )
    return shown, 422 if refusal else 200


def add_unit() -> ResponseReturnValue:
    """A new unit below another."""

    def act() -> object:
        return people.add_unit(
            the_engine(),
            _text("code"),
            _text("name"),
            actor(),
            kind=_text("kind") or "department",
            parent=_text("parent") or None,
            short=_text("short"),
        )

    return _answer(act, _("单位已添加。"))


def add_post() -> ResponseReturnValue:
    """A new post of a unit."""
    return _answer(
        lambda: people.add_post(the_engine(), _text("unit"), _text("code"), _text("title"), actor()), _("岗位已添加。")
    )


def appoint() -> ResponseReturnValue:
    """Somebody to a post, as A or B."""

    def act() -> object:
        unit, _dot, post = _text("post").rpartition(".")
        return people.appoint(
            the_engine(),
            _text("person"),
            unit,
            post,
            actor(),
            role=_text("role") or "A",
            main=_text("main") == "1",
            since=_day("since"),
            until=_day("until"),
        )

    return _answer(act, _("任命已登记。"))


def put_in_charge() -> ResponseReturnValue:
    """A leader in charge of a unit."""

    def act() -> object:
        return people.put_in_charge(
            the_engine(), _text("person"), _text("unit"), actor(), topic=_text("topic") or None, since=_day("since")
        )

    return _answer(act, _("分管关系已登记。"))


def _answer(act: Callable[[], object], words: str) -> ResponseReturnValue:
    try:
        act()
    except SanbanError as refusal:
        return index(refusal)
    toast.say(words)
    return redirect(url_for("admin.org"), 303)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _day(name: str) -> date | None:
    text = _text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("日期应写成 2026-11-18。", f"{name} is not a date", "请改正后再提交。") from None

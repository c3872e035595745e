"""Ask others from a work item, by the table of ways; take an item from a pool, put it back."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AlreadyHandled, HandedOn, NotFound, NotOffered, SanbanError
from engine.model import ItemView
from engine.verbs import people, work
from web import toast
from web.auth import actor
from web.language import _, explained, told
from web.shell import the_engine
from web.task import answers, looking
from web.task.ways import WAYS, Asked, Way


def way_form(number: str, way: str) -> ResponseReturnValue:
    """Ask who, and what for."""
    return _ask(answers.item_view(number), way)


def way_taken(number: str, way: str) -> ResponseReturnValue:
    """Do it, and go back to the list or, when the item stays mine, to its page."""
    view, form, chosen = answers.item_view(number), request.form, _way(way)
    logins = [login for login in form.getlist("_to") if login]
    asked = Asked(logins, form.get("_opinion", ""), form.get("_where", "beside"), form.get("_key"))
    if not logins:
        return _ask(view, way, _("请选择人员。"), 422)
    before = answers.own_place(view)
    try:
        done = chosen.act(the_engine(), view.item.id, asked, actor())
    except (AlreadyHandled, HandedOn, NotOffered) as problem:
        return answers.refused(view, problem, asked.words)
    except SanbanError as problem:
        return _ask(view, way, explained(problem), 422)
    if chosen.leaves:
        return answers.onward(chosen.title, done, before)
    toast.say(_("已%(what)s：%(names)s。", what=told(chosen.title), names=_("、").join(_names(logins))))
    return redirect(answers.address(view), 303)


def claim(number: str) -> ResponseReturnValue:
    """Take a pool item for myself."""
    view = answers.item_view(number)
    work.claim(the_engine(), view.item.id, actor())
    return redirect(answers.address(view), 303)


def release(number: str) -> ResponseReturnValue:
    """Put a claimed item back."""
    view = answers.item_view(number)
    work.release(the_engine(), view.item.id, actor())
    toast.say(_("已放回《%(title)s》，其他人可以领办。", title=toast.short(view.instance.title)))
    return redirect(looking.back_url(), 303)


def _way(name: str) -> Way:
    if name not in WAYS:
        raise NotFound("没有这种操作。", f"no way {name!r}", "请用页面上的按钮操作。")
    return WAYS[name]


def _names(logins: list[str]) -> list[str]:
    found = [people.directory(the_engine()).person(login) for login in logins]
    return [person.name for person in found if person]


def _ask(view: ItemView, way: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "task/ask.html",
        way=_way(way),
        items=[view.item.id],
        titles=[],
        action=url_for("task.way_taken", number=view.instance.number, way=way, **looking.filters().carried()),
        back_url=answers.address(view),
        chosen=request.form.getlist("_to"),
        where=request.form.get("_where", ""),
        opinion=request.form.get("_opinion", ""),
        problem=problem,
    )
    return page, status

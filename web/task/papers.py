"""Make a document of the package at a step: say what will be made, make it, and show it on the step's page."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AlreadyHandled, HandedOn, NotFound, NotOffered, SanbanError
from engine.model import ItemView
from engine.verbs import papers
from web import toast
from web.auth import actor
from web.language import _, explained
from web.shell import the_engine
from web.task import answers, looking


def document_form(number: str, name: str) -> ResponseReturnValue:
    """Ask before it is made: it takes a second or two, and takes the place of what was made before."""
    return _ask(answers.item_view(number), name)


def document_made(number: str, name: str) -> ResponseReturnValue:
    """Make it and go back to the step."""
    view = answers.item_view(number)
    title = _title(view, name)
    try:
        papers.make(the_engine(), view.item.id, name, actor(), key=request.form.get("_key"))
    except (AlreadyHandled, HandedOn, NotOffered) as problem:
        return answers.refused(view, problem, "")
    except SanbanError as problem:
        return _ask(view, name, explained(problem), 422)
    toast.say(_("已生成%(title)s，请核对后办理。", title=title))
    return redirect(answers.address(view), 303)


def _title(view: ItemView, name: str) -> str:
    found = dict(view.documents).get(name)
    if found is None:
        raise NotFound("这一步不能生成这种文书。", f"no document {name!r} here", "请用页面上的按钮操作。")
    return found


def _ask(view: ItemView, name: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "task/document.html",
        title=_title(view, name),
        action=url_for("task.document_made", number=view.instance.number, name=name, **looking.filters().carried()),
        back_url=answers.address(view),
        problem=problem,
    )
    return page, status

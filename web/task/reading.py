"""Show a work item, and say what would follow while its form is being filled in."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import work
from web import drawing, toast
from web.auth import actor
from web.shell import the_engine
from web.task import answers, looking
from web.task.parts import buttons


def page(number: str) -> ResponseReturnValue:
    """My open item on this instance; without one the instance itself, saying who has handled it."""
    item = answers.wanted(number)
    view = work.view(the_engine(), item, actor()) if item is not None else None
    if view is None or view.instance.number != number or not buttons(view):
        toast.say(answers.who_handled(number), "plain")
        return redirect(url_for("instances.overview", number=number), 303)
    work.opened(the_engine(), view.item.id, actor())
    return answers.page(view)


def opened(number: str) -> ResponseReturnValue:
    """The item was read in the preview."""
    item = answers.wanted(number)
    if item is not None:
        work.opened(the_engine(), item, actor())
    return "", 204


def next_steps(number: str) -> ResponseReturnValue:
    """A fragment: who would be next under what the form holds now, and which fields it asks for."""
    view = answers.item_view(number)
    data = drawing.posted(view.form, actor())
    return render_template("task/live.html", **looking.context(view, entered=data))

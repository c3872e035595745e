"""Show a work item, and say what would follow while its form is being filled in."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import looks, work
from web import drawing, toast
from web.auth import actor
from web.shell import the_engine
from web.task import answers, looking
from web.task.parts import buttons


def page(number: str) -> ResponseReturnValue:
    """My open item on this instance; without one the instance itself, saying who has handled it."""
    item = answers.wanted(number)
    if not request.args.get("item"):
        several = work.all_mine(the_engine(), number, actor())
        if len({one.performer_title for one in several}) > 1:
            return render_template("task/choose.html", number=number, items=several, carry=looking.filters().carried())
    view = work.view(the_engine(), item, actor()) if item is not None else None
    if view is None or view.instance.number != number or not buttons(view):
        toast.say(answers.who_handled(number), "plain")
        return redirect(url_for("instances.overview", number=number), 303)
    work.opened(the_engine(), view.item.id, actor())
    if looks.looked(the_engine(), number, actor()):
        view = work.view(the_engine(), view.item.id, actor())
    return answers.page(view)


def opened(number: str) -> ResponseReturnValue:
    """The item was read in the preview."""
    item = answers.wanted(number)
    if item is not None:
        work.opened(the_engine(), item, actor())
    return "", 204


def why(number: str) -> ResponseReturnValue:
    """Why this is with me, by which rule and hops, who has acted, and what each button would do."""
    view = answers.item_view(number)
    one = work.explain(the_engine(), view.item.id, actor())
    return render_template("task/why.html", one=one, back=answers.address(view))


def next_steps(number: str) -> ResponseReturnValue:
    """A fragment: who would be next under what the form holds now, and which fields it asks for."""
    view = answers.item_view(number)
    data = drawing.posted(view.form, actor())
    return render_template("task/live.html", **looking.context(view, entered=data))

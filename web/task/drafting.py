"""Keep what somebody has typed on a work item, and throw it away."""

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from engine.verbs import work
from web import drawing
from web.auth import actor
from web.shell import the_engine
from web.task import answers
from web.task.looking import OPINION
from web.words import clock


def save(number: str) -> ResponseReturnValue:
    """A script gets the time of saving; without one the page comes back."""
    view = answers.item_view(number)
    entered = drawing.posted(view.form, actor(), instance=number)
    kept = {id: value for id, value in entered.items() if view.permissions.get(id) == "write"}
    kept[OPINION] = request.form.get(OPINION, "")
    saved = work.save_draft(the_engine(), f"item:{view.item.id}", kept, actor(), title=view.instance.title)
    if request.headers.get("Accept", "").startswith("application/json"):
        return jsonify(saved=clock(saved))
    return redirect(answers.address(view), 303)


def drop(number: str) -> ResponseReturnValue:
    """Show the step again as it arrived."""
    view = answers.item_view(number)
    work.drop_draft(the_engine(), f"item:{view.item.id}", actor())
    return redirect(answers.address(view), 303)

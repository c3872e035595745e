"""What can be done to an instance from its own page: chase it, take a decision back, withdraw it."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.model import Done
from engine.verbs import instances, work
from web import toast
from web.auth import actor
from web.language import N_, _, explained, message
from web.shell import the_engine
from web.whole_numbers import whole


def urge(number: str) -> ResponseReturnValue:
    """催办 from the page of the instance."""
    chase(number)
    return redirect(url_for("instances.overview", number=number), 303)


def urge_readers(number: str) -> ResponseReturnValue:
    """催阅 from the page of the instance."""
    _remind(lambda: work.urge_readers(the_engine(), number, actor()), N_("已催阅《%(title)s》。"))
    return redirect(url_for("instances.overview", number=number), 303)


def chase(number: str) -> None:
    """Remind whoever holds it, once a working day; the toast says what came of it."""
    _remind(lambda: instances.urge(the_engine(), number, actor()), N_("已催办《%(title)s》的办理人。"))


def _remind(act: Callable[[], Done], words: str) -> None:
    try:
        toast.say(_(words, title=toast.short(act().title)))
    except SanbanError as problem:
        toast.say(explained(problem), "bad")


def withdraw_form(number: str) -> ResponseReturnValue:
    """Ask why."""
    return _ask(number)


def withdraw(number: str) -> ResponseReturnValue:
    """撤销: the initiator takes it back."""
    reason = request.form.get("_opinion", "")
    try:
        done = instances.withdraw(the_engine(), number, actor(), reason=reason, key=request.form.get("_key"))
    except SanbanError as problem:
        return _ask(number, reason, explained(problem), 422)
    toast.say(_("已撤销《%(title)s》，记录仍保留。", title=toast.short(done.title)))
    return redirect(url_for("instances.overview", number=number), 303)


def retract(number: str) -> ResponseReturnValue:
    """撤回: my last decision on this instance, as long as nobody has opened the next step."""
    item = request.form.get("item", "")
    try:
        work.retract(the_engine(), whole(item), actor())
    except SanbanError as problem:
        toast.say(message(problem), "bad")
        return redirect(url_for("instances.overview", number=number), 303)
    toast.say(_("已撤回，这件回到您的待办。"))
    return redirect(url_for("task.page", number=number, item=item), 303)


def _ask(number: str, reason: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    found = instances.get(the_engine(), number, actor())
    return render_template("instances/withdraw.html", instance=found, reason=reason, problem=problem), status

"""``/settings/substitution``: one's own leaves and who stands in; a leave shows what it moves before it counts."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import people
from web import absences, toast
from web.auth import actor
from web.language import _
from web.shell import the_engine


def page(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """Own leaves and authorities, and the forms for new ones."""
    shown = render_template(
        "settings/substitution.html",
        leaves=people.leaves(the_engine(), actor()),
        standing=people.substitutions(the_engine(), actor()),
        refusal=refusal,
        entered=request.form,
        **absences.context(),
    )
    return shown, 422 if refusal else 200


def preview_leave() -> ResponseReturnValue:
    """What would be handed over; nothing counts yet."""
    try:
        asked = absences.asked()
    except SanbanError as refusal:
        return page(refusal)
    return render_template(
        "settings/leave_preview.html",
        asked=asked,
        by=people.directory(the_engine()).person(asked["by"]),
        rows=people.preview_leave(the_engine(), actor().login, actor()),
        entered=request.form,
    )


def take_leave() -> ResponseReturnValue:
    """Record the leave."""
    try:
        row = people.take_leave(the_engine(), actor().login, actor(), **absences.asked())
    except SanbanError as refusal:
        return page(refusal)
    toast.say(_("已登记，待办按岗位移交，回来后交还。"))
    return redirect(url_for("settings.leave", leave=row), 303)


def leave(leave: int) -> ResponseReturnValue:
    """One leave with its lists."""
    return render_template("settings/leave.html", leave=people.leave(the_engine(), leave, actor()))


def end_leave(leave: int) -> ResponseReturnValue:
    """Back again."""
    back = people.end_leave(the_engine(), leave, actor())
    toast.say(_("已销假，%(n)s 件未办的回到您手里。", n=sum(row.done for row in back)))
    return redirect(url_for("settings.leave", leave=leave), 303)


def authorise() -> ResponseReturnValue:
    """Let somebody stand in."""
    try:
        absences.authorise(actor().login, actor())
    except SanbanError as refusal:
        return page(refusal)
    toast.say(_("代理已登记。"))
    return redirect(url_for("settings.substitution"), 303)


def end_authority(row: int) -> ResponseReturnValue:
    """End an authority early."""
    people.end_substitution(the_engine(), row, actor())
    toast.say(_("代理已结束。"))
    return redirect(url_for("settings.substitution"), 303)

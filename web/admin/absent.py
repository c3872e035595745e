"""Who is away and who stands in, for everybody."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.verbs import people
from web import absences, toast
from web.auth import actor
from web.language import _
from web.shell import the_engine


def index(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """All leaves and authorities, with the forms for new ones."""
    shown = render_template(
        "admin/substitution.html",
        part="substitution",
        leaves=people.leaves(the_engine(), actor(), everybody=True),
        standing=people.substitutions(the_engine(), actor(), everybody=True),
        refusal=refusal,
        entered=request.form,
        **absences.context(),
    )
    return shown, 422 if refusal else 200


def preview_leave() -> ResponseReturnValue:
    """What somebody's leave would move."""
    engine, login = the_engine(), request.form.get("login", "").strip()
    try:
        asked = absences.asked()
        rows = people.preview_leave(engine, login, actor())
    except SanbanError as refusal:
        return index(refusal)
    directory = people.directory(engine)
    return render_template(
        "admin/leave_preview.html",
        part="substitution",
        person=directory.person(login),
        by=directory.person(asked["by"]),
        asked=asked,
        rows=rows,
        entered=request.form,
    )


def take_leave() -> ResponseReturnValue:
    """Record somebody's leave."""
    try:
        row = people.take_leave(the_engine(), request.form.get("login", "").strip(), actor(), **absences.asked())
    except SanbanError as refusal:
        return index(refusal)
    toast.say(_("已登记，待办按岗位移交。"))
    return redirect(url_for("settings.leave", leave=row), 303)


def end_leave(leave: int) -> ResponseReturnValue:
    """Somebody is back."""
    people.end_leave(the_engine(), leave, actor())
    toast.say(_("已销假，未办的件已交回本人。"))
    return redirect(url_for("settings.leave", leave=leave), 303)


def authorise() -> ResponseReturnValue:
    """Let somebody stand in for somebody."""
    try:
        absences.authorise(request.form.get("login", "").strip(), actor())
    except SanbanError as refusal:
        return index(refusal)
    toast.say(_("代理已登记。"))
    return redirect(url_for("admin.substitution"), 303)


def end_authority(row: int) -> ResponseReturnValue:
    """End an authority early."""
    people.end_substitution(the_engine(), row, actor())
    toast.say(_("代理已结束。"))
    return redirect(url_for("admin.substitution"), 303)

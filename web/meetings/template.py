"""``/meetings/template``: the checklist that the next meetings follow, its versions, and what reviews propose."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed, SanbanError
from engine.verbs import revising
from web import toast
from web.auth import actor
from web.language import N_, _, explained
from web.shell import the_engine
from web.whole_numbers import whole

PROCESS = "meeting_preparation"
MOST = 100  # proposals at once
EFFECTS = {"add": N_("新增"), "change": N_("修改"), "drop": N_("取消")}


def page() -> str:
    """Proposals that wait, the versions, and the rows as they are."""
    return _shown()


def answer() -> ResponseReturnValue:
    """The difference first; the version when it is confirmed; or a proposal is declined."""
    step, declined, ids = request.form.get("_step", "preview"), request.form.get("_decline", ""), _ids()
    try:
        if declined:
            one = whole(declined)
            revising.decline(the_engine(), PROCESS, one, actor(), reason=request.form.get(f"_reason-{one}", ""))
            toast.say(_("已记录：这条建议不采纳。"))
        elif step == "accept":
            revising.accept(the_engine(), PROCESS, ids, actor(), note=request.form.get("_note", ""))
            toast.say(_("清单已有新版本，以后立项的会议按新版本准备。"))
        else:
            return _shown(chosen=ids, seen=revising.foresee(the_engine(), PROCESS, ids, actor()))
    except NotAllowed:
        raise
    except SanbanError as problem:
        return _shown(chosen=ids, problem=explained(problem)), 422
    return redirect(url_for("meetings.template"), 303)


def propose() -> ResponseReturnValue:
    """A revision outside a review."""
    form = request.form
    given: dict[str, Any] = {name: form.get(name, "") for name in revising.GIVEN}
    change = next((code for code, words in EFFECTS.items() if words == form.get("change")), "")
    revision = revising.Revision(change, form.get("entry", "").strip(), **given)
    try:
        revising.propose(the_engine(), PROCESS, revision, actor(), why=form.get("why", ""))
    except NotAllowed:
        raise
    except SanbanError as problem:
        return _shown(refused=explained(problem)), 422
    toast.say(_("建议已提交，由清单维护人采纳或说明理由。"))
    return redirect(url_for("meetings.template"), 303)


def _ids() -> list[int]:
    return [whole(text) for text in request.form.getlist("_proposal")][:MOST]


def _shown(
    *, chosen: list[int] | None = None, seen: tuple[object, ...] = (), problem: str = "", refused: str = ""
) -> str:
    return render_template(
        "meetings/template.html",
        template=revising.overview(the_engine(), PROCESS, actor()),
        chosen=chosen or [],
        seen=seen,
        problem=problem,
        note=request.form.get("_note", ""),
        effects=EFFECTS,
        refused=refused,
        entered=request.form,
    )

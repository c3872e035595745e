"""Change the day, place or size of a meeting, or call it off; its difference lists, and who has been called."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, FormProblems, NotOffered, SanbanError
from engine.model import InstanceView, Json
from engine.package import Package
from engine.runtime import Engine
from engine.verbs import definitions, instances, replanning
from web import drawing, toast
from web.auth import actor
from web.language import N_, _, explained
from web.shell import the_engine
from web.words import typed_moment

EFFECTS = {
    "again": N_("待重新确认"), "moved": N_("改期"), "added": N_("新增"),
    "dropped": N_("不再需要"), "noted": N_("按新情况办理"),
}  # fmt: skip


def form(number: str) -> ResponseReturnValue:
    """What may be changed, as it is now."""
    return _ask(number, {})


def submit(number: str) -> ResponseReturnValue:
    """The difference list first; the change itself when it is confirmed."""
    found, package = _found(number)
    step, reason = request.form.get("_step", "preview"), request.form.get("_reason", "")
    sent = drawing.posted(package.form, actor())
    data = {name: sent[name] for name in _fields(package) if name in sent}
    try:
        if step == "preview":
            seen = replanning.preview(the_engine(), number, data, actor(), extra=_extra())
            return _ask(number, data, seen=seen)
        if step == "call_off":
            replanning.call_off(
                the_engine(), number, actor(), reason=reason, agreed_at=_agreed(), key=request.form.get("_key")
            )
        else:
            replanning.change(
                the_engine(), number, data, actor(),
                reason=reason, extra=_extra(), agreed_at=_agreed(), key=request.form.get("_key"),
            )  # fmt: skip
    except FormProblems as problem:
        return _ask(number, data, problems=problem, status=422)
    except SanbanError as problem:
        return _ask(number, data, refused=explained(problem), status=422)
    if step == "call_off":
        toast.say(_("已取消 %(title)s，受影响的责任人已通知。", title=found.title))
    else:
        toast.say(_("已变更 %(title)s，受影响的责任人已通知。", title=found.title))
    return redirect(url_for("meetings.changes", number=number), 303)


def changes(number: str) -> str:
    """Every difference list, the newest first."""
    found, _package = _found(number)
    return render_template(
        "meetings/changes.html",
        found=found,
        lists=replanning.changes(the_engine(), number, actor()),
        offered=replanning.offered(the_engine(), number, actor()),
        effects=EFFECTS,
    )


def confirm(number: str, item: int) -> ResponseReturnValue:
    """Write down what an owner answered on the telephone."""
    try:
        words = request.form.get("_words", "")
        replanning.confirm(the_engine(), number, item, actor(), words=words, key=request.form.get("_key"))
    except SanbanError as problem:
        toast.say(explained(problem), "bad")
    else:
        toast.say(_("已登记。"))
    return redirect(url_for("meetings.changes", number=number), 303)


def _ask(
    number: str,
    data: dict[str, Json],
    *,
    seen: replanning.Change | None = None,
    problems: FormProblems | None = None,
    refused: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    found, package = _found(number)
    if replanning.offered(the_engine(), number, actor()) is None:
        raise NotOffered("您现在不能变更这件。", "nothing is offered to change", "请联系总协调人或办公室。")
    rights = {f.id: "write" if f.id in _fields(package) else "hide" for f in package.form.fields}
    wrong = problems.problems if problems is not None else ()
    drawn = drawing.draw(package.form, {**found.data, **data}, rights, problems=wrong)
    shown = render_template(
        "meetings/change.html",
        found=found,
        asked=package.manifest.replan,
        widgets=drawing.widgets(drawn),
        problems=wrong,
        seen=seen,
        refusal=refused,
        effects=EFFECTS,
        sent=request.form,
    )
    return shown, status


def _found(number: str) -> tuple[InstanceView, Package]:
    engine: Engine = the_engine()
    found = instances.get(engine, number, actor())
    return found, definitions.package(engine, found.process, found.version)


def _fields(package: Package) -> tuple[str, ...]:
    return package.manifest.replan.fields if package.manifest.replan is not None else ()


def _extra() -> list[tuple[str, str]]:
    """One more entry a line: the id of its kind, then its name."""
    parts = [line.strip().partition(" ") for line in request.form.get("_extra", "").splitlines() if line.strip()]
    return [(code, title) for code, _gap, title in parts]


def _agreed() -> datetime | None:
    text = request.form.get("_agreed", "").strip()
    if not text:
        return None
    try:
        return typed_moment(text)
    except ValueError:
        raise BadInput(
            "批准时间看不懂。", "when was it agreed to?", "写法如 2026-03-24 08:50。", "work.agreed_at"
        ) from None

"""The first form of a process: begun with defaults, a draft or a copy; handed in once however often it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import forms
from engine.errors import FormProblems, NotAllowed, SanbanError
from engine.model import Actor, Json, NextStep
from engine.package import Package
from engine.runtime import evaluate
from engine.verbs import definitions, instances, people, registers, work
from web import drawing, toast
from web.auth import actor
from web.checked_words import panel
from web.language import _, message
from web.shell import the_engine
from web.words import clock, local


def form(process: str) -> ResponseReturnValue:
    """The form as this person left it, as a copy of an older instance, begun from a record of a register, or new."""
    package = _package(process)
    kept = work.draft(the_engine(), _scope(process), actor())
    copied = request.args.get("copy", "")
    data = _begun(package)
    record = request.args.get("record", "")
    if copied:
        data |= _copied(package, copied)
    elif record:
        allowed = registers.start_rights(the_engine(), package)
        data |= registers.begun_from(the_engine(), package, allowed, request.args.get("field", ""), record, actor())
    elif kept:
        data |= kept[0]
    return _page(package, data, saved=kept[1] if kept and not copied and not record else None)


def submit(process: str) -> ResponseReturnValue:
    """Start the instance; the same key never starts two."""
    package = _package(process)
    data = drawing.posted(package.form, actor())
    try:
        done = instances.start(the_engine(), process, data, _acting(), key=request.form.get("_key"))
    except FormProblems as refused:
        return _page(package, data, problems=refused.problems, status=422)
    except SanbanError as problem:
        return _page(package, data, refusal=problem, status=422)
    toast.say(_("已提交，现在在 %(who)s 手里。", who=toast.whom(done.next)) if done.next else _("已提交。"))
    return redirect(url_for("instances.overview", number=done.number), 303)


def way(process: str) -> ResponseReturnValue:
    """A fragment: the way under what the form holds now, and the fields it asks for."""
    package = _package(process)
    return render_template("start/live.html", **_context(package, drawing.posted(package.form, actor())))


def save(process: str) -> ResponseReturnValue:
    """Keep what has been typed."""
    package = _package(process)
    data = drawing.posted(package.form, actor())
    saved = work.save_draft(the_engine(), _scope(process), data, actor(), title=work.draft_title(package, data))
    if request.headers.get("Accept", "").startswith("application/json"):
        return jsonify(saved=clock(saved))
    toast.say(_("已于 %(at)s 存为草稿。", at=clock(saved)))
    return redirect(url_for("start.form", process=process), 303)


def drop(process: str) -> ResponseReturnValue:
    """Begin again."""
    work.drop_draft(the_engine(), _scope(process), actor())
    return redirect(url_for("start.form", process=process), 303)


def _acting() -> Actor:
    """This person in the post the form names, where they have several."""
    post = request.form.get("_post", "")
    return people.in_post(the_engine(), actor(), post) if post else actor()


def _package(process: str) -> Package:
    if process not in {card.key for card in definitions.cards(the_engine(), actor())}:
        definitions.package(the_engine(), process)  # raises NotFound when there is no such process
        raise NotAllowed("您不能发起这个流程。", f"may not start {process}", "请联系流程管理员。")
    return definitions.package(the_engine(), process)


def _scope(process: str) -> str:
    return f"start:{process}"


def _begun(package: Package) -> dict[str, Json]:
    me, engine = actor(), the_engine()
    unit = people.directory(engine).unit(me.unit_id) if me.unit_id is not None else None
    known = {
        "initiator": me.login,
        "initiator_unit": unit.code if unit else "",
        "today": local(engine.now()).date().isoformat(),
    }
    return dict(forms.defaults(package.form, lambda text, names: evaluate(text, {**names, **known})))


def _copied(package: Package, number: str) -> dict[str, Json]:
    """What may be written in an instance of the same process, without files and the engine's own fields."""
    found = instances.get(the_engine(), number, actor())
    if found.process != package.manifest.key:
        return {}
    fields, allowed = package.form.by_id, registers.start_rights(the_engine(), package)
    kept = {id for id, right in allowed.items() if right == "write" and fields[id].type not in ("file", "files")}
    return {id: value for id, value in found.data.items() if id in kept and value is not None}


def _page(
    package: Package,
    data: Mapping[str, Json],
    *,
    problems: Sequence[forms.FieldProblem] = (),
    refusal: SanbanError | None = None,
    saved: Any = None,
    status: int = 200,
) -> ResponseReturnValue:
    about = _context(package, data, problems=problems)
    return render_template("start/form.html", **about, problems=problems, refusal=refusal, saved=saved), status


def _context(
    package: Package, data: Mapping[str, Json], *, problems: Sequence[forms.FieldProblem] = ()
) -> dict[str, Any]:
    allowed = registers.start_rights(the_engine(), package)
    drawn = drawing.draw(package.form, data, allowed, problems=problems)
    steps, unknown = _forecast(package, data, allowed)
    ends = [step.deadline for step in steps if step.deadline]
    return {
        "process": package.manifest,
        "posts": people.posts(the_engine(), actor()),
        "post": request.form.get("_post", ""),
        "drawing": drawn,
        **panel(work.check_start(the_engine(), package.manifest.key, data, actor())),
        "parts": [part for part in drawn.sections if any(widget.writable or widget.text for widget in part.widgets)],
        "steps": steps,
        "unknown": unknown,
        "ends": max(ends) if ends else None,
        "stuck": steps[0].problem if steps and not steps[0].people else "",
    }


def _forecast(
    package: Package, data: Mapping[str, Json], allowed: Mapping[str, str]
) -> tuple[tuple[NextStep, ...], str]:
    writable = {id for id, right in allowed.items() if right == "write"}
    entered = {id: value for id, value in data.items() if id in writable}
    try:
        return instances.forecast(the_engine(), package.manifest.key, entered, _acting()), ""
    except SanbanError as problem:
        return (), message(problem)

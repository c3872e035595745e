"""A new record, or a change of one that stands, by people who may write the register."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import FormProblems, NotAllowed, NotFound, SanbanError
from engine.package import Register
from engine.verbs import registers
from web import drawing, toast
from web.auth import actor
from web.language import _
from web.shell import the_engine


def new(register: str) -> ResponseReturnValue:
    """The empty form of a register."""
    return _page(register, registers.to_write(the_engine(), register, actor()), {})


def add(register: str) -> ResponseReturnValue:
    """Add the record."""
    shape = registers.to_write(the_engine(), register, actor())
    data = drawing.posted(shape.form, actor())
    try:
        made = registers.add(the_engine(), register, data, actor(), state=request.form.get("_state", ""))
    except (NotAllowed, NotFound):
        raise
    except SanbanError as problem:
        return _page(register, shape, data, problem=problem)
    toast.say(_("已登记 %(what)s。", what=made.label))
    return redirect(url_for("registers.line", register=register, record=made.id), 303)


def change_form(register: str, record: int) -> ResponseReturnValue:
    """The form of a record as it stands."""
    detail = _changeable(register, record)
    return _page(register, detail.shape, detail.line.data, detail=detail)


def change(register: str, record: int) -> ResponseReturnValue:
    """Add the line that stands for the record from now on."""
    detail = _changeable(register, record)
    data = drawing.posted(detail.shape.form, actor())
    reason, state = request.form.get("_reason", ""), request.form.get("_state", "")
    try:
        made = registers.change(the_engine(), record, data, reason, actor(), state=state)
    except (NotAllowed, NotFound):
        raise
    except SanbanError as problem:
        return _page(register, detail.shape, {**detail.line.data, **data}, detail=detail, problem=problem)
    toast.say(_("已变更 %(what)s，原登记保留。", what=made.label))
    return redirect(url_for("registers.line", register=register, record=made.id), 303)


def _changeable(register: str, record: int) -> registers.Detail:
    detail = registers.get(the_engine(), record, actor())
    if detail.register != register:
        raise NotFound("这个台账里没有这一条登记。", f"record {record} is not in {register}", "请从台账打开。")
    if not detail.changeable:
        raise NotAllowed("这一条不能变更。", "this record may not be changed", "请变更最新的一条，或走相应的流程。")
    return detail


def _page(
    register: str,
    shape: Register,
    data: Mapping[str, Any],
    *,
    detail: registers.Detail | None = None,
    problem: SanbanError | None = None,
) -> ResponseReturnValue:
    problems = problem.problems if isinstance(problem, FormProblems) else ()
    rights = {field.id: "write" for field in shape.form.fields}
    page = render_template(
        "registers/edit.html",
        name=register,
        shape=shape,
        detail=detail,
        drawing=drawing.draw(shape.form, data, rights, problems=problems),
        problems=problems,
        problem=None if problems else problem,
        reason=request.form.get("_reason", ""),
        state=request.form.get("_state", ""),
    )
    return page, 422 if problem else 200

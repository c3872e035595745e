"""Import in two steps: a file is looked at row by row, then all of it is applied or nothing."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, SanbanError
from engine.verbs import files, registers
from web import toast
from web.auth import actor
from web.drawing import store
from web.language import _
from web.registers.sending import download
from web.shell import the_engine

SHOWN = 200  # rows of a preview that the page lists; faults are listed all


def form(register: str) -> ResponseReturnValue:
    """Choose a file."""
    return _page(register)


def template(register: str) -> Response:
    """An empty table with the columns of the register."""
    title, content = registers.template(the_engine(), register, actor())
    return download(content, f"{title}模板.xlsx")


def preview(register: str) -> ResponseReturnValue:
    """What the file would do; it is kept as an attachment of whoever uploaded it."""
    registers.to_write(the_engine(), register, actor())
    upload = request.files.get("table")
    try:
        if upload is None or not upload.filename:
            raise BadInput("请选择要导入的表格。", "no file", "可用 .xlsx、.xls 或 .csv。", "register.import")
        file_id = store(upload, actor())
        content, name = _content(file_id)
        seen = registers.preview(the_engine(), register, content, name, actor())
    except SanbanError as problem:
        return _page(register, problem=problem)
    return _page(register, seen=seen, file=file_id, file_name=name)


def take_in(register: str) -> ResponseReturnValue:
    """Apply the file that was looked at."""
    registers.to_write(the_engine(), register, actor())
    try:
        content, name = _content(request.form.get("file", ""))
        done = registers.take_in(the_engine(), register, content, name, actor())
    except SanbanError as problem:
        return _page(register, problem=problem)
    new, changed, same = (done.counts.get(kind, 0) for kind in ("new", "changed", "same"))
    told = _("已导入：新增 %(new)s 条，变更 %(changed)s 条，未变 %(same)s 条。", new=new, changed=changed, same=same)
    toast.say(told)
    return redirect(url_for("registers.sheet", register=register), 303)


def _content(file_id: str) -> tuple[bytes, str]:
    stored, path = files.get(the_engine(), file_id, actor())
    return path.read_bytes(), stored.name


def _page(
    register: str,
    *,
    seen: registers.Preview | None = None,
    file: str = "",
    file_name: str = "",
    problem: SanbanError | None = None,
) -> ResponseReturnValue:
    shape = registers.to_write(the_engine(), register, actor())
    page = render_template(
        "registers/import.html",
        name=register,
        shape=shape,
        seen=seen,
        shown=SHOWN,
        file=file,
        file_name=file_name,
        problem=problem,
    )
    return page, 422 if problem else 200

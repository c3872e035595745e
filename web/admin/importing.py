"""A roster taken over in two steps: what it would change is looked at, then all of it is applied or nothing."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.csv_files import csv_text
from engine.errors import BadInput, BadRows, SanbanError
from engine.org import COLUMNS
from engine.verbs import files, people
from web import toast
from web.auth import actor
from web.drawing import store
from web.language import N_, _, told
from web.shell import the_engine

FROM_DIRECTORY = "directory"  # instead of the number of a file
SHOWN = 200  # rows of a list that the page shows; faults and leavers are shown all
EXAMPLE = ("zhangsan", "张三", "cwb", "财务部", "", "group", "部门", "staff", "经办", "A", "是", "", "")

SEAT_MARKS = (N_("（B）"), N_("（主职）"))  # what the comparison puts behind a post


def form() -> ResponseReturnValue:
    """Choose a file."""
    return _page()


def template() -> Response:
    """An empty roster with one example row."""
    text = csv_text([[words[0] for words in COLUMNS.values()], EXAMPLE])
    name = "attachment; filename=roster.csv; filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": name})


def preview() -> ResponseReturnValue:
    """What the file would change; it is kept as an attachment of whoever uploaded it."""
    upload = request.files.get("table")
    try:
        if upload is None or not upload.filename:
            raise BadInput("请选择要导入的花名册。", "no file", "可用 .xlsx 或 .csv。", "org.table")
        file_id = store(upload, actor())
        rows, name = _rows(file_id)
        seen = people.preview_roster(the_engine(), rows, name, actor())
    except SanbanError as refusal:
        return _page(refusal=refusal)
    return _page(seen=seen, file=file_id)


def compare() -> ResponseReturnValue:
    """What the directory would change."""
    try:
        seen = people.preview_roster(the_engine(), people.directory_rows(the_engine()), people.DIRECTORY, actor())
    except SanbanError as refusal:
        return _page(refusal=refusal)
    return _page(seen=seen, file=FROM_DIRECTORY)


def take_in() -> ResponseReturnValue:
    """Apply what was looked at."""
    try:
        rows, name = _rows(request.form.get("file", ""))
        done = people.apply_roster(the_engine(), rows, name, actor(), seen=request.form.get("seen", "") or "none")
    except BadRows:
        return _page(seen=people.preview_roster(the_engine(), rows, name, actor()))
    except SanbanError as refusal:
        return _page(refusal=refusal)
    difference = done.difference
    if difference is not None:
        came, left = len(difference.added) + len(difference.back), len(difference.left)
        changed, moved = len(difference.changed), len(difference.moved)
        words = _(
            "已导入：新增 %(came)s 人，变更 %(changed)s 人，调岗 %(moved)s 人，离岗 %(left)s 人。",
            came=came,
            changed=changed,
            moved=moved,
            left=left,
        )
        toast.say(words)
    return redirect(url_for("admin.org"), 303)


def _rows(file_id: str) -> tuple[people.Rows, str]:
    if file_id == FROM_DIRECTORY:
        return people.directory_rows(the_engine()), people.DIRECTORY
    stored, path = files.get(the_engine(), file_id, actor())
    return people.table_rows(path.read_bytes(), stored.name), stored.name


def _page(
    *, seen: people.RosterPreview | None = None, file: str = "", refusal: SanbanError | None = None
) -> ResponseReturnValue:
    asked = bool(the_engine().settings.ldap_url)
    page = render_template(
        "admin/import.html",
        part="org",
        seen=seen,
        file=file,
        shown=SHOWN,
        refusal=refusal,
        has_directory=asked,
        seat=seat,
    )
    return page, 422 if refusal or (seen is not None and seen.faults) else 200


def seat(words: str) -> str:
    """A post with its marks, in the language of whoever looks."""
    for mark in SEAT_MARKS:
        words = words.replace(mark, told(mark))
    return words

"""The monthly report as a page and as an Excel file, the list behind each number, and what tomorrow brings."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from engine import reports as figures
from engine.verbs import marking, reports
from web.auth import actor
from web.language import N_
from web.reports.wording import sentence
from web.shell import the_engine
from web.whole_numbers import whole
from web.words import local

PAGE = 100
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def index() -> Response:
    """The report of the present month."""
    return redirect(f"/reports/timeliness/{_this_month()}")


def timeliness(month: str) -> str:
    """One month by process, unit, post, person and step."""
    view = reports.timeliness(the_engine(), month, actor())
    return render_template(
        "reports/timeliness.html",
        view=view,
        sentence=sentence(view),
        this_month=_this_month(),
        before=figures.beside(view.month, -1),
        after=figures.beside(view.month, 1),
        link=lambda kind, narrow: _address(view.month, kind, narrow),
        formulas=figures.FORMULAS,
        link_of=lambda month: lambda kind, narrow: _address(month, kind, narrow),
        tables=(
            ("units", N_("按部门"), N_("部门"), "", view.units),
            ("processes", N_("按流程"), N_("流程"), "", view.processes),
            ("posts", N_("按岗位"), N_("岗位"), N_("部门"), view.posts),
            ("people", N_("按人员"), N_("人员"), N_("岗位"), view.people),
            ("slowest", N_("最慢的 10 个环节"), N_("环节"), N_("流程"), view.slowest),
        ),
    )


def excel(month: str) -> Response:
    """The same as a file."""
    view = reports.timeliness(the_engine(), month, actor())
    body = reports.workbook(view, the_engine().zone, marking.mark(the_engine(), actor()))
    name = f"timeliness-{view.month}.xlsx"
    return Response(body, mimetype=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def behind(month: str, kind: str) -> str:
    """What a number counts."""
    narrow = {name: request.args[name] for name in reports.NARROWING if name in request.args}
    offset = request.args.get("offset", "")
    found = reports.behind(
        the_engine(),
        month,
        kind,
        actor(),
        narrow=narrow,
        limit=PAGE,
        offset=whole(offset),
    )
    following = found.offset + len(found.entries)
    return render_template(
        "reports/list.html",
        found=found,
        narrowed=bool(narrow),
        whole=_address(found.month, kind, {}),
        more=_address(found.month, kind, narrow | {"offset": str(following)}) if following < found.total else "",
    )


def forecast() -> str:
    """What becomes late by the end of the next working day, and which posts are empty then."""
    return render_template("reports/forecast.html", view=reports.forecast(the_engine(), actor()))


def _this_month() -> str:
    return f"{local(the_engine().now()):%Y-%m}"


def _address(month: str, kind: str, narrow: Mapping[str, Any]) -> str:
    query = urlencode(narrow)
    return f"/reports/timeliness/{month}/list/{kind}{'?' + query if query else ''}"

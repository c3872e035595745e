"""The numbers of a year as a page and as an Excel file, and the list behind each."""

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from engine.verbs import marking, reports
from web.auth import actor
from web.registers.sending import download
from web.shell import the_engine
from web.whole_numbers import whole
from web.words import local

PAGE = 100


def index() -> Response:
    """The present year."""
    return redirect(f"/reports/year/{_this_year()}")


def year(year: int) -> str:
    """Every number of a year with its parts, definition and target."""
    view = reports.yearly_figures(the_engine(), year, actor())
    return render_template("reports/year.html", view=view, this_month=f"{local(the_engine().now()):%Y-%m}")


def excel(year: int) -> Response:
    """The same as a file."""
    view = reports.yearly_figures(the_engine(), year, actor())
    return download(
        reports.year_workbook(view, marking.mark(the_engine(), actor())), f"年度办公室工作数据-{view.year}.xlsx"
    )


def behind(year: int, code: str) -> str:
    """What a number counts."""
    offset = whole(request.args.get("offset", ""))
    found = reports.behind_figure(the_engine(), year, code, actor(), limit=PAGE, offset=offset)
    following = found.offset + len(found.entries)
    return render_template("reports/year_list.html", found=found, more=following if following < found.total else 0)


def _this_year() -> int:
    return local(the_engine().now()).year

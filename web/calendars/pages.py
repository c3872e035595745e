"""The year grid, the import form and the progress of a change."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.csv_files import csv_text
from engine.errors import BadRows, RowFault, SanbanError
from engine.verbs import calendars
from web.auth import actor
from web.language import N_, WRITTEN, _, language
from web.shell import the_engine
from web.words import WEEKDAYS, local, month_name, weekday

MONDAY = date(2026, 1, 5)  # any
MOST_FAULTS = 50  # on the page; the file has all of them
KINDS = {
    "work": N_("工作日"),
    "off": N_("休（放假）"),
    "weekend": N_("周末"),
    "makeup": N_("班（调休上班）"),
    "half": N_("半天"),
}
CHOICES = (("off", N_("休")), ("work", N_("上班")), ("half", N_("半天")), ("plain", N_("按默认")))


def year(problem: str = "", status: int = 200) -> ResponseReturnValue:
    """A year of the house or of one unit; ``?day=`` opens the form of a day."""
    number, scope = _number(request.values.get("year", "")), request.values.get("scope", "")[:40]
    view = calendars.year(the_engine(), number, actor(), scope=scope)
    chosen = _chosen(view, request.values.get("day", ""))
    page = render_template(
        "calendars/year.html",
        view=view,
        chosen=chosen,
        kinds=KINDS,
        choices=CHOICES,
        weekdays=_weekdays(),
        months=[month_name(n, "wide") for n in range(1, 13)],
        spans=_spans,
        today=local(the_engine().now()).date(),
        warning=calendars.warning(the_engine()),
        problem=problem,
        entered=request.form,
    )
    return page, status


def import_form(problem: SanbanError | None = None, text: str = "", status: int = 200) -> ResponseReturnValue:
    """Where the notice is pasted or a file chosen; what is wrong in a table is listed line by line."""
    faults = problem.rows if isinstance(problem, BadRows) else ()
    page = render_template(
        "calendars/import.html", problem=problem, text=text, faults=faults[:MOST_FAULTS], download=_as_csv(faults)
    )
    return page, status


def change(change: int) -> ResponseReturnValue:
    """What was changed, and how many open deadlines are counted anew by now."""
    return render_template("calendars/change.html", change=calendars.change(the_engine(), change, actor()))


def _as_csv(faults: Sequence[RowFault]) -> str:
    """All faults as an address that a browser saves as a file."""
    rows = [("行", "列", "内容", "问题"), *((str(f.line), f.column, f.given, f.message_zh) for f in faults)]
    return "data:text/csv;charset=utf-8," + quote(csv_text(rows))


def _weekdays() -> Sequence[str]:
    """What stands above the days of a week; one sign in Chinese."""
    return WEEKDAYS if language() == WRITTEN else [weekday(MONDAY + timedelta(days=n)) for n in range(7)]


def _spans(hours: str) -> str:
    """Office hours as the engine writes them, put together as the language does."""
    return hours.replace(N_("、"), _("、"))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else local(the_engine().now()).year


def _chosen(view: calendars.YearView, text: str) -> dict[str, Any] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    found = next((v for month in view.months for v in month if v.day == day), None)
    return None if found is None else {"view": found, "weekday": _weekdays()[day.weekday()]}

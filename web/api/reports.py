"""Calls about reports: a month, the lists behind its numbers, and the forecast."""

from datetime import date, datetime
from typing import Any

from flask import Response, request

from engine.verbs import marking, reports
from web.api import shapes
from web.api.blueprint import EXCEL, api, caller, file_as
from web.registers.sending import download
from web.shell import the_engine
from web.whole_numbers import whole


class Line(shapes.Shape):
    """One process, unit, post, person or step; ``narrow`` are the filters of the lists behind its numbers."""

    name: str
    beside: str
    narrow: dict[str, str]
    due: int
    on_time: int
    late: int
    unfinished: int
    rate: float | None
    done: int
    mean_hours: float | None
    stood_in: int


class ReturnLine(shapes.Shape):
    """How often a step sent back for a reason."""

    process: str
    step: str
    gate: str
    code: str
    words: str
    count: int
    narrow: dict[str, str]


class Change(shapes.Shape):
    """What would be counted otherwise now than when the month was frozen."""

    number: str
    title: str
    step: str
    what: str


class Point(shapes.Shape):
    """A month beside others; null where nothing is known."""

    month: str
    due: int | None
    on_time: int | None
    rate: float | None
    started: int | None
    faulty: int | None
    conformity: float | None
    mean_hours: float | None


class ConformityLine(shapes.Shape):
    """How many of the cases that a unit, process or person began came back for a fault; rates in percent."""

    name: str
    narrow: dict[str, str]
    started: int
    faulty: int
    rate: float | None
    fault_rate: float | None
    points: int


class Conformity(shapes.Shape):
    """The whole, and by unit, process and whoever began the cases."""

    total: ConformityLine
    units: list[ConformityLine]
    processes: list[ConformityLine]
    people: list[ConformityLine]


class Targets(shapes.Shape):
    """What the office wants to reach, in percent."""

    on_time: float
    conformity: float


class Timeliness(shapes.Shape):
    """The report of a month, as far as the caller may see."""

    month: str
    scope: str
    until: datetime | None
    snapshot: str
    digest: str
    sentence: str
    total: Line
    started: int
    returned: int
    return_rate: float | None
    backlog: int
    paused_hours: float
    targets: Targets
    before: Point | None
    conformity: Conformity
    processes: list[Line]
    units: list[Line]
    posts: list[Line]
    people: list[Line]
    slowest: list[Line]
    returns: list[ReturnLine]
    changes: list[Change]
    trend: list[Point]


class Entry(shapes.Shape):
    """One line of a list."""

    number: str
    title: str
    process: str
    step: str
    unit: str
    post: str
    person: str
    charged: str
    arrived: datetime | None
    due: datetime | None
    done: datetime | None
    hours: float | None
    note: str


class Listed(shapes.Shape):
    """A stretch of the list behind a number; ``total`` is the number."""

    month: str
    kind: str
    title: str
    total: int
    entries: list[Entry]
    limit: int
    offset: int


class Coming(shapes.Shape):
    """Open work whose deadline comes by the end of the next working day."""

    number: str
    title: str
    process: str
    step: str
    urgency: str
    holder: str
    unit: str
    deadline: datetime
    today: bool
    away: bool


class EmptyPost(shapes.Shape):
    """A post whose holder is away; without ``acting`` nobody is in it."""

    post: str
    unit: str
    away: list[str]
    reason: str
    until: datetime | None
    acting: list[str]
    waiting: int


class Outlook(shapes.Shape):
    """The forecast for the next working day."""

    day: date
    scope: str
    coming: list[Coming]
    posts: list[EmptyPost]
    empty: int


described = api.doc(security="bearer", tags=["reports"])


@api.get("/reports/timeliness/<month>")
@api.output(Timeliness)
@described
def report_of_month(month: str) -> Any:
    """The monthly report by process, unit, post, person and step"""
    return reports.timeliness(the_engine(), month, caller())


@api.get("/reports/timeliness/<month>.xlsx")
@api.doc(security="bearer", tags=["reports"], responses=file_as(EXCEL))
def workbook_of_month(month: str) -> Response:
    """The same as an Excel file"""
    view = reports.timeliness(the_engine(), month, caller())
    return download(
        reports.workbook(view, the_engine().zone, marking.mark(the_engine(), caller())), f"timeliness-{view.month}.xlsx"
    )


@api.get("/reports/timeliness/<month>/<kind>")
@api.output(Listed)
@described
def behind_number(month: str, kind: str) -> Any:
    """What a number of the monthly report counts"""
    narrow = {name: request.args[name] for name in reports.NARROWING if name in request.args}
    limit, offset = (_count(request.args.get(name, ""), usual) for name, usual in (("limit", 100), ("offset", 0)))
    return reports.behind(the_engine(), month, kind, caller(), narrow=narrow, limit=limit, offset=offset)


@api.get("/reports/forecast")
@api.output(Outlook)
@described
def forecast() -> Any:
    """What becomes late by the end of the next working day, and which posts are empty then"""
    return reports.forecast(the_engine(), caller())


def _count(text: str, usual: int) -> int:
    return whole(text, usual)

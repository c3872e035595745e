"""Calls about the numbers of a year, and the handbook of the processes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from engine.verbs import handbook as handbooks
from engine.verbs import marking, reports
from web.api import shapes
from web.api.blueprint import EXCEL, PDF, api, caller, file_as
from web.registers.sending import download
from web.shell import the_engine

ALL = "all"
Year = Annotated[int, Field(ge=2000, le=9000)]


class YearQuery(BaseModel):
    """Which year; the present one if none is named."""

    model_config = ConfigDict(extra="forbid")

    year: Year | None = None


class FigureQuery(YearQuery):
    """And which stretch of the list."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class FigurePart(shapes.Shape):
    """A part of a number; ``missing``: what it counts is not installed here."""

    title: str
    value: Decimal
    target: float | None
    missing: bool


class Figure(shapes.Shape):
    """One number with its definition; ``value`` is null where the system does not count it."""

    code: str
    title: str
    unit: str
    definition: str
    value: Decimal | None
    target: float | None
    at_most: bool
    share: float | None
    parts: list[FigurePart]


class YearFigures(shapes.Shape):
    """The numbers of a year; ``complete``: it is over."""

    year: int
    years: list[int]
    complete: bool
    figures: list[Figure]


class FigureEntry(shapes.Shape):
    """One thing that a number counts; without number and title if the caller may not open it."""

    part: str
    number: str
    title: str
    at: datetime
    amount: Decimal


class FigureList(shapes.Shape):
    """The list behind a number."""

    year: int
    figure: Figure
    entries: list[FigureEntry]
    total: int
    limit: int
    offset: int


@api.get("/reports/year")
@api.input(YearQuery, location="query", arg_name="wanted")
@api.output(YearFigures)
@api.doc(security="bearer", tags=["reports"])
def figures_of_year(wanted: YearQuery) -> Any:
    """The numbers of a year, each with its definition and target"""
    return reports.yearly_figures(the_engine(), wanted.year, caller())


@api.get("/reports/year.xlsx")
@api.input(YearQuery, location="query", arg_name="wanted")
@api.doc(security="bearer", tags=["reports"], responses=file_as(EXCEL))
def workbook_of_year(wanted: YearQuery) -> Response:
    """The same as an Excel file, with every part and the definitions"""
    view = reports.yearly_figures(the_engine(), wanted.year, caller())
    return download(reports.year_workbook(view, marking.mark(the_engine(), caller())), f"year-{view.year}.xlsx")


@api.get("/reports/year/<code>")
@api.input(FigureQuery, location="query", arg_name="wanted")
@api.output(FigureList)
@api.doc(security="bearer", tags=["reports"])
def behind_figure(code: str, wanted: FigureQuery) -> Any:
    """What a number of the year counts"""
    year = wanted.year or reports.yearly_figures(the_engine(), None, caller()).year
    return reports.behind_figure(the_engine(), year, code, caller(), limit=wanted.limit, offset=wanted.offset)


@api.get("/handbook/<key>")
@api.doc(security="bearer", tags=["definitions"], responses=file_as(PDF))
def handbook(key: str) -> Response:
    """The printed handbook of one process, or of `all` of them, as PDF"""
    keys = () if key == ALL else (key,)
    return download(handbooks.handbook(the_engine(), caller(), keys=keys), "handbook.pdf")

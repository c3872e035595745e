"""Reports: the month people are judged by, the lists behind its numbers, and what tomorrow brings."""

from engine.verbs.reports.forecasting import Coming, EmptyPost, Outlook, forecast
from engine.verbs.reports.freezing import freeze_due, moment
from engine.verbs.reports.lines import ConformityLine, Line
from engine.verbs.reports.listing import KINDS, NARROWING, Entry, Listed, behind
from engine.verbs.reports.monthly import Timeliness, timeliness
from engine.verbs.reports.seeing import SEE_ALL
from engine.verbs.reports.settling import settle
from engine.verbs.reports.trend import Point
from engine.verbs.reports.versions import Beside, beside
from engine.verbs.reports.workbook import workbook
from engine.verbs.reports.year_workbook import year_workbook
from engine.verbs.reports.yearly import FigureLine, YearList, Yearly, behind_figure, yearly_figures

__all__ = [
    "KINDS",
    "NARROWING",
    "SEE_ALL",
    "Beside",
    "Coming",
    "ConformityLine",
    "EmptyPost",
    "Entry",
    "FigureLine",
    "Line",
    "Listed",
    "Outlook",
    "Point",
    "Timeliness",
    "YearList",
    "Yearly",
    "behind",
    "behind_figure",
    "beside",
    "forecast",
    "freeze_due",
    "moment",
    "settle",
    "timeliness",
    "workbook",
    "year_workbook",
    "yearly_figures",
]

"""PURE: what counts of a piece of work, for whom, and the figures that come of it (domain.md §6.8)."""

from engine.reports.charging import charged, worked
from engine.reports.conformity import CASES_BY, CaseGroup, Conformity, case_lines, conformity_of
from engine.reports.figures import BY, Figures, Group, lines, percent, total
from engine.reports.months import beside, is_month, month_of
from engine.reports.wording import FORMULAS, hours, summary

__all__ = [
    "BY",
    "CASES_BY",
    "FORMULAS",
    "CaseGroup",
    "Conformity",
    "Figures",
    "Group",
    "beside",
    "case_lines",
    "charged",
    "conformity_of",
    "hours",
    "is_month",
    "lines",
    "month_of",
    "percent",
    "summary",
    "total",
    "worked",
]

"""Reports: the month people are judged by, the lists behind its numbers, and what tomorrow brings."""

from engine.verbs.reports.freezing import freeze_due, moment
from engine.verbs.reports.listing import KINDS, Entry, Listed, behind
from engine.verbs.reports.monthly import Line, Point, Timeliness, timeliness
from engine.verbs.reports.seeing import SEE_ALL
from engine.verbs.reports.settling import settle

__all__ = [
    "KINDS",
    "SEE_ALL",
    "Entry",
    "Line",
    "Listed",
    "Point",
    "Timeliness",
    "behind",
    "freeze_due",
    "moment",
    "settle",
    "timeliness",
]

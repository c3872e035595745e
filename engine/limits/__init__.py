"""Working time: calendar, limits and their deadlines, ladders of escalation. Pure: no store, no settings, no clock."""

from engine.limits.calendar import Calendar, Season
from engine.limits.due import before, deadline, notice_before, overdue_days, parse_offset, postpone, resume, rung
from engine.limits.ladder import Ladder, Rung, RungTime
from engine.limits.ladder_file import load_ladders, shipped_ladders
from engine.limits.lights import Light, light, not_before
from engine.limits.limit import URGENCIES, Limit, by_urgency, parse_limit
from engine.limits.minimum import BUFFERS, Effective, effective
from engine.limits.wording import Remaining, remaining

__all__ = [
    "BUFFERS",
    "URGENCIES",
    "Calendar",
    "Effective",
    "Ladder",
    "Light",
    "Limit",
    "Remaining",
    "Rung",
    "RungTime",
    "Season",
    "before",
    "by_urgency",
    "deadline",
    "effective",
    "light",
    "load_ladders",
    "not_before",
    "notice_before",
    "overdue_days",
    "parse_limit",
    "parse_offset",
    "postpone",
    "remaining",
    "resume",
    "rung",
    "shipped_ladders",
]

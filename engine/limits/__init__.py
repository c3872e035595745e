"""Working time: calendar, limits and their deadlines, ladders of escalation. Pure: no store, no settings, no clock."""

from engine.limits.calendar import Calendar, Hours, Season
from engine.limits.due import before, deadline, notice_before, overdue_days, parse_offset, postpone, resume, rung
from engine.limits.explaining import Explained, explain
from engine.limits.ladder import Ladder, Rung, RungTime, parse_moment
from engine.limits.ladder_file import load_ladders, shipped_ladders
from engine.limits.lights import Light, after_quiet, light, not_before, whole_light
from engine.limits.limit import URGENCIES, Limit, by_urgency, parse_limit
from engine.limits.minimum import BUFFERS, Effective, effective
from engine.limits.notice import DayMark, Holidays, read_holidays
from engine.limits.rounds import Round, Turn, latest
from engine.limits.scopes import Book, DaySetting, HoursSetting, hours_of, read_hours
from engine.limits.wording import Remaining, remaining

__all__ = [
    "BUFFERS",
    "URGENCIES",
    "Book",
    "Calendar",
    "DayMark",
    "DaySetting",
    "Effective",
    "Explained",
    "Holidays",
    "Hours",
    "HoursSetting",
    "Ladder",
    "Light",
    "Limit",
    "Remaining",
    "Round",
    "Rung",
    "RungTime",
    "Season",
    "Turn",
    "after_quiet",
    "before",
    "by_urgency",
    "deadline",
    "effective",
    "explain",
    "hours_of",
    "latest",
    "light",
    "load_ladders",
    "not_before",
    "notice_before",
    "overdue_days",
    "parse_limit",
    "parse_moment",
    "parse_offset",
    "postpone",
    "read_holidays",
    "read_hours",
    "remaining",
    "resume",
    "rung",
    "shipped_ladders",
    "whole_light",
]

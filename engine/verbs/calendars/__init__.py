"""The working calendar of the house: look at it, change it, count every open deadline anew, warn before it runs out."""

from engine.verbs.calendars.changing import apply_holidays, drop_hours, set_day, set_hours
from engine.verbs.calendars.checking import check, warning
from engine.verbs.calendars.counting import work_off
from engine.verbs.calendars.importing import text_of_file
from engine.verbs.calendars.previewing import DayChange, Preview, preview
from engine.verbs.calendars.reading import Change, DayView, YearView, change, year

__all__ = [
    "Change",
    "DayChange",
    "DayView",
    "Preview",
    "YearView",
    "apply_holidays",
    "change",
    "check",
    "drop_hours",
    "preview",
    "set_day",
    "set_hours",
    "text_of_file",
    "warning",
    "work_off",
    "year",
]

"""From a Step of the core to rows: activities, work items, timers, notices and history, in the open transaction."""

from engine.progress.advance import close, complete, end, write_down
from engine.progress.case import Case, facts, find, load, load_seen, log, names, save
from engine.progress.command import Command, answer, command
from engine.progress.completion import Result, result
from engine.progress.notices import Letter, tell
from engine.progress.starting import begin, prepare, title_of

__all__ = [
    "Case",
    "Command",
    "Letter",
    "Result",
    "answer",
    "begin",
    "close",
    "command",
    "complete",
    "end",
    "facts",
    "find",
    "load",
    "load_seen",
    "log",
    "names",
    "prepare",
    "result",
    "save",
    "tell",
    "title_of",
    "write_down",
]

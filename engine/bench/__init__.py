"""`sanban bench`: what one process does, beside raw transactions of the same rows and plain SpiffWorkflow.

All three are measured in one run. It stands above the verbs and calls them like anybody else; only here may plain
SpiffWorkflow and bare SQL be used outside their homes, because they are what we compare with.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bench.report import Report

WORKLOADS = {
    "W1": "approval: start and three decisions",
    "W2": "countersign: start and ten decisions",
    "W3": "fifty return rounds",
    "W4": "first inbox page among 100,000 open work items",
    "W5": "10,000 due timers",
    "W6": "deadlines of mixed limits",
    "W7": "how late timers are at fifty a second",
    "W8": "the monthly report over 500,000 settled decisions",
    "W9": "10,000 overdue steps after a standstill",
    "W10": "first inbox page of a person with 2,000 among 1,000,000 open work items",
}
DATABASES = ("sqlite", "postgresql")

__all__ = ["DATABASES", "WORKLOADS", "in_words", "run", "run_core"]


def _quiet(_text: str) -> None:
    """Say nothing."""


def run(
    workloads: Sequence[str] = tuple(WORKLOADS),
    databases: Sequence[str] = DATABASES,
    *,
    scale: float = 1.0,
    say: Callable[[str], None] = _quiet,
) -> "Report":
    """Measure; ``scale`` shrinks the amounts for a quick look, ``say`` is told what is being done.

    A database is ``sqlite``, ``postgresql`` (a server of our own) or the URL of a server to make databases on.
    """
    # loaded here: every other command would wait for drivers and libraries that only measuring needs
    report: Report = import_module("engine.bench.running").measure(workloads, databases, scale, say)
    return report


def run_core(*, scale: float = 1.0) -> "Report":
    """Measure the pure core: restore, one step, save, beside plain SpiffWorkflow in the same run."""
    report: Report = import_module("engine.bench.running").measure_core(scale)
    return report


def in_words(report: "Report") -> str:
    """The report as a table for the terminal."""
    text: str = import_module("engine.bench.report").in_words(report)
    return text

"""What the language has to know of the office: its zone, and who reads FEEL. One place, settled when an engine opens.

Operators compare moments deep inside a tree, so the zone cannot be an argument there; timers and cron get it as one.
"""

from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

Feel = Literal["subset", "feelin"]


@dataclass(frozen=True, slots=True)
class Office:
    """``zone`` is that of moments written without one."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    feel: Feel = "subset"


_settled = [Office()]


def office() -> Office:
    """The office of this process."""
    return _settled[0]


def settle(chosen: Office) -> Office:
    """From now on this process works for that office; returns the one before."""
    before, _settled[0] = _settled[0], chosen
    return before

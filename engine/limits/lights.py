"""The light of a piece of work, and when a message about it may ring (domain.md §5.5, §6.7)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias

from engine.limits.calendar import Calendar

Light: TypeAlias = Literal["green", "amber", "red", "grey", "none", "green-closed", "red-closed"]

WAKING_KINDS = frozenset({"seal-out"})


def light(
    now: datetime,
    warn_at: datetime | None,
    due: datetime | None,
    closed_at: datetime | None = None,
    paused: bool = False,
) -> Light:
    """Colour by the clock alone; the exact second of the deadline is still in time. ``none``: no deadline."""
    if paused and closed_at is None:
        return "grey"
    if due is None:
        return "none"
    if closed_at is not None:
        return "green-closed" if closed_at <= due else "red-closed"
    if now > due:
        return "red"
    return "amber" if warn_at is not None and now >= warn_at else "green"


def whole_light(shown: str, parts: Iterable[datetime | None], now: datetime) -> str:
    """Of a matter that shows this light: amber if a part of it is late; ``idle`` where no clock runs."""
    if shown not in ("green", "amber", "red"):
        return "idle"
    late = any(due is not None and due < now for due in parts)  # late receipt or feedback
    return "amber" if shown == "green" and late else shown


def not_before(at: datetime, urgency: str, kind: str, calendar: Calendar) -> datetime:
    """When a message of that instant may go out: at night only 特急 and seals that are away (``seal-out``) may ring."""
    if urgency == "特急" or kind in WAKING_KINDS:
        return at
    return after_quiet(at, calendar.quiet_from, calendar.quiet_until, calendar)


def after_quiet(at: datetime, evening: time, morning: time, calendar: Calendar) -> datetime:
    """The end of the quiet time in which an instant lies, or the instant itself."""
    local = calendar.local(at)
    clock = local.time()
    if evening <= morning:  # a quiet time that does not cross midnight
        return calendar.at(local.date(), morning) if evening <= clock < morning else at
    if clock >= evening:
        return calendar.at(local.date() + timedelta(days=1), morning)
    return calendar.at(local.date(), morning) if clock < morning else at

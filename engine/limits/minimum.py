"""The deadline that counts when step, instruction and incoming letter each name one (domain.md §6.3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from engine.limits.calendar import Calendar
from engine.limits.due import before, deadline

Source: TypeAlias = Literal["step", "instruction", "letter", "minimum"]

BUFFERS = {"特急": "1CH", "加急": "6WH", "平件": "2WD", "督办": "3WD"}
MINIMUM = {"特急": "0.5CH"}
ELSE_MINIMUM = "1WH"


@dataclass(frozen=True, slots=True)
class Effective:
    """The deadline that counts, where it comes from, and whether it had to be put off to leave a minimum of time."""

    due: datetime
    source: Source
    squeezed: bool = False


def effective(
    *,
    now: datetime,
    urgency: str,
    calendar: Calendar,
    step: datetime | None = None,
    instructed: datetime | None = None,
    required_by: datetime | None = None,
    buffer: str | None = None,
) -> Effective | None:
    """The earliest of the step's deadline, the one instructed, and the letter's less our buffer; None if none is set.

    ``buffer`` defaults by urgency (特急 1CH, 加急 6WH, 平件 2WD); supervision passes ``BUFFERS["督办"]``. A result that
    leaves less than 0.5CH (特急) or 1WH is put off to that minimum and marked ``squeezed``.
    """
    letter = required_by and before(f"-{buffer or BUFFERS[urgency]}", required_by, calendar)
    sources: dict[Source, datetime | None] = {"step": step, "instruction": instructed, "letter": letter}
    named = {source: due.astimezone(UTC) for source, due in sources.items() if due is not None}
    if not named:
        return None
    source, due = min(named.items(), key=lambda pair: pair[1])
    soonest = deadline(MINIMUM.get(urgency, ELSE_MINIMUM), now, calendar)
    return Effective(due, source) if due >= soonest else Effective(soonest, "minimum", squeezed=True)

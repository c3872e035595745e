"""What silence means in a step of several people: after how long, and who may take it for no objection."""

from dataclasses import dataclass
from typing import Final

CLOCK: Final = "clock"  # in the place of a rule: nobody is asked


@dataclass(frozen=True, slots=True)
class Silence:
    """``7WD; by: dept_head(drafter_dept); note: cosign_silent`` (domain.md §8.1, FW30)."""

    after: str  # limit, counted from the opening of the step
    by: str  # performer rule: who decides that nobody waits any longer; ``clock``: the time alone
    note: str = ""  # field that names those who did not answer


def read_silence(text: str) -> Silence | None:
    """The property as written; None where a step waits for everybody. What it lacks is left to the check."""
    if not text.strip():
        return None
    after, *parts = (part.strip() for part in text.split(";"))
    said = {name.strip(): value.strip() for name, _, value in (part.partition(":") for part in parts)}
    return Silence(after, said.get("by", ""), said.get("note", ""))

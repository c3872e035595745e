"""三色督办单: what a slip that a matter has earned says to the unit that receives it (domain.md §5.5)."""

from typing import Final

from engine.model import Json
from engine.progress.case import Case
from engine.store import definitions

PROCESS: Final = "supervision_slip"
SLIP: Final = "slip:"
COLOURS: Final = {"blue": "蓝色", "yellow": "黄色", "red": "红色"}
REASONS: Final = {"blue": "临近办结时限", "yellow": "未达序时进度或反馈质量差", "red": "逾期未办结"}


def slip_for(case: Case, mark: str, reason: str = "") -> dict[str, Json] | None:
    """The first form of the slip; None if the mark is none, or the house has no slips to be received."""
    word = mark.removeprefix(SLIP)
    unit = case.row.variables.get("lead_unit")
    supervised = case.package.manifest.category == "督办"
    if not (mark.startswith(SLIP) and word in COLOURS and unit and supervised):
        return None
    if definitions.current(case.tx, PROCESS) is None:
        return None
    # a secret matter is named by its number alone
    named = case.row.title if case.row.known_to is None else case.row.number
    return {
        "title": f"{COLOURS[word]}督办单：{named}"[:140],
        "colour": COLOURS[word],
        "matter_no": case.row.number,
        "lead_unit": unit,
        "reason": reason or REASONS[word],
        "urgency": case.row.urgency,
    }

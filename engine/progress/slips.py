"""三色督办单 that a matter has earned, and 约谈建议 and 问责建议 that its ladder drafts (domain.md §5.5, §5.6)."""

from typing import Final

from engine import limits
from engine.model import Json
from engine.progress.case import Case
from engine.store import definitions

PROCESS: Final = "supervision_slip"
PAPERS: Final = "supervision_paper"
SLIP: Final = "slip:"
PROPOSED: Final = {"talk": "约谈建议", "blame": "问责建议"}  # decided by people, outside of the system
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
    return {
        "title": f"{COLOURS[word]}督办单：{_named(case)}"[:140],
        "colour": COLOURS[word],
        "matter_no": case.row.number,
        "lead_unit": unit,
        "reason": reason or REASONS[word],
        "urgency": case.row.urgency,
    }


def paper_for(case: Case, mark: str) -> dict[str, Json] | None:
    """The first form of the material that a rung asks for; None if it asks for none or the house has no such papers."""
    kind, unit = PROPOSED.get(mark), case.directory.unit(case.row.variables.get("lead_unit") or "")
    if kind is None or unit is None or definitions.current(case.tx, PAPERS) is None:
        return None
    due = case.row.deadline
    late = limits.overdue_days(due, case.now, case.calendar) if due else 0
    slips = [str(one["mark"]).removeprefix(SLIP) for one in case.row.variables.get("marks") or []]
    issued = "、".join(f"{name}督办单 {slips.count(word)} 张" for word, name in COLOURS.items() if word in slips)
    deadline = f"{case.calendar.local(due):%Y-%m-%d %H:%M}" if due else "未定"
    name = unit.called
    return {
        "title": f"{kind}：{_named(case)}"[:140],
        "kind": kind,
        "lead_unit": unit.code,
        "matter_no": case.row.number,
        "urgency": case.row.urgency,
        "findings": f"{case.row.number}“{_named(case)}”由{name}主办，办结时限 {deadline}，至今逾期 {late} 个工作日。",
        "problems": f"已发{issued}，仍未办结。" if issued else "仍未办结。",
        "proposal": f"建议约谈{name}负责人。" if mark == "talk" else f"建议按规定对{name}研究问责。",
    }


def _named(case: Case) -> str:
    """A secret matter is named by its number alone."""
    return case.row.title if case.row.known_to is None else case.row.number

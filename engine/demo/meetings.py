"""Meetings of the demo: approval, checklists, minutes and what becomes of their decisions."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, rows, told
from engine.model import Variables

PROCESS = "meeting_preparation"
GIVEN = (
    "title", "category", "level", "mode", "host_unit", "host", "leaders", "headcount", "venue", "agenda", "attendees",
    "budget", "planned", "necessity", "press", "recording",
)  # fmt: skip


def stories(diary: Diary) -> Iterator[Story]:
    """The meetings of the file, ready to be proposed."""
    for row, at, ordinal in rows("meetings", "meeting", diary):
        yield story(row, at, ordinal, diary)


def story(row: Mapping[str, Any], at: datetime, ordinal: int, diary: Diary) -> Story:
    """One meeting as a row tells it."""
    data: Variables = {name: row[name] for name in GIVEN if name in row}
    data |= {
        "start_at": diary.iso(-row["starts"], row["from"]),
        "end_at": diary.iso(-row["starts"], row["to"]),
        **(told("meetings")["groups"] if row["level"] != "小型" else {"coordinator": "huiwu_a"}),
    }
    if row.get("in_plan"):
        data["plan"] = plan_of(row, diary)[1]
    if "branch" in row:
        data["branch_venues"] = row["branch"]
    if "secretary_lead" in row:
        data["secretary_lead"] = row["secretary_lead"]
    notes = {"items": row.get("items", []), "review": row.get("review", [])}
    return Story(process=PROCESS, by=row["by"], at=at, data=data, seed=ordinal, notes=notes, **course(row))


def plan_of(row: Mapping[str, Any], diary: Diary) -> tuple[date, str]:
    """When a meeting of the file is planned, and what its line in the plan of that year is called."""
    day = diary.day(-row["starts"])
    return day, f"{day.year}年 {row['title']}"


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    match step.element:
        case "HY10":
            return Answer(outcome="submit", opinion="已按意见修改。")
        case "HY20" | "HY22":
            usual = ("同意。从简安排，控制时长。", "同意，按程序筹备。", "同意。")
            return Answer(outcome=step.chosen("approve"), opinion=step.said(*usual))
        case "HY40" | "HY55" | "HY57":
            return _entry(step)
        case "HY50":
            return Answer(outcome="pass", opinion="逐项检查，具备开会条件。", data={"findings": "无。"})
        case "HY52":
            return Answer(outcome="done", data={"rectified": "已全部整改。"})
        case _:
            return _afterwards(step)


def _entry(step: Step) -> Answer:
    text = f"{step.entry} {step.name}\n办理人：{step.login}\n情况：已按要求完成。\n"
    said = step.said("已完成。", "已办妥，材料见附件。", "已落实到人。", "")
    return Answer(outcome="done", opinion=said, files=((f"{step.entry} 佐证.txt", text),) if step.evidence else ())


def _afterwards(step: Step) -> Answer:
    items = [
        {"content": content, "supervise": True, "lead_unit": lead, "standard": content, "feedback_cycle": cycle}
        for lead, content, cycle in step.story.notes["items"]
    ]
    match step.element:
        case "HY60":
            data: Variables = {
                "attendance": "应到全部到会，请假二人已履行手续。",
                "recorder": "bgs2",
                **({"vote_result": "各项议案均获通过。"} if step.data["category"] == "董事会" else {}),
                "items": items or [{"content": "按会议部署抓好落实。", "supervise": False}],
                "review_units": step.story.notes["review"] or [step.data["host_unit"]],
            }
            return Answer(outcome="submit", data=data)
        case "HY70":
            return Answer(outcome="agree", opinion="核对无误。")
        case "HY80":
            return Answer(outcome="approve", opinion="同意印发。")
        case "HY90":
            return Answer(outcome="issued", data={"distribution": "集团领导，各部门，各子公司。"})
        case "HY92":
            return Answer(outcome="confirm")
        case "HY110":
            data = {
                "problems": "个别材料临会前才定稿。",
                "causes": "会签时间预留不足。",
                "improvements": "讲话稿、经验材料提前至会前五个工作日定稿。",
                "revise_template": False,
            }
            return Answer(outcome="done", data=data)
        case _:
            archived = ["通知", "方案", "签到表", "会议材料", "会议记录", "纪要"]
            data = {"archived": archived, "archive_no": f"HY·{step.at:%Y}-永久-{step.story.seed:04}"}
            return Answer(outcome="archived", data=data)

"""Incoming letters of the demo, and what clerks, leaders and departments do with them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, rows
from engine.model import Variables

PROCESS = "document_receipt"
GIVEN = ("genre", "category", "urgency", "channel", "original_no", "summary")
PROPOSED = (
    "instructors", "direct", "to_supervise", "important", "reply_needed", "readers", "lead_unit", "co_units",
)  # fmt: skip


def stories(diary: Diary) -> Iterator[Story]:
    """The letters of the file, ready to be brought in."""
    for row, at, ordinal in rows("receipts", "letter", diary):
        yield story(row, at, ordinal, diary)


def story(row: Mapping[str, Any], at: datetime, ordinal: int, diary: Diary) -> Story:
    """One letter as a row tells it."""
    came = diary.calendar.local(at - timedelta(minutes=10))
    data: Variables = {name: row[name] for name in GIVEN if name in row}
    data |= {
        "title": row["title"],
        "source": row["source"],
        "source_no": row.get("no", ""),
        "received_at": came.isoformat(timespec="minutes"),
        "copies": row.get("copies", 1),
        "pages": 2 + ordinal % 7,
        "reply_by": diary.iso(-row["reply"], "17:30") if "reply" in row else None,
    }
    proposed = {name: row[name] for name in PROPOSED if name in row}
    notes = {"proposed": proposed, "proposal": row.get("proposal", ""), "faults": row.get("faults", [])}
    notes |= {"advice": row.get("advice", ""), "task": row.get("task", "按来文要求办理，结果报办公室。")}
    by = row.get("by", "wenshu_a")
    return Story(process=PROCESS, by=by, at=at, data=data, seed=ordinal, notes=notes, **course(row))


def adopted(at: datetime, seed: int) -> Story:
    """A paper that was mended and sent again: it goes to a leader and is answered."""
    proposed = {"instructors": ["vp_b"], "lead_unit": "tzb"}
    notes = {"proposed": proposed, "proposal": "", "faults": [], "advice": "", "task": "研究提出意见。"}
    return Story(process=PROCESS, by="ca_wenshu", at=at, data={}, seed=seed, notes=notes)


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    match step.element:
        case "SW10":
            return Answer(outcome="accept", opinion="已签收。", data={"counted": True})
        case "SW20":
            return Answer(outcome="register", opinion="已登记。")
        case "SW30" if step.data.get("receiver"):  # what the group has sent out is kept by most companies
            return Answer(outcome="file", opinion="已阅，存档备查。")
        case "SW30":
            return Answer(outcome=step.chosen("pass"), opinion=step.said("符合行文规则。"))
        case "SW35":
            notes = step.story.notes
            data: Variables = {"fault_codes": notes["faults"], "advice": notes["advice"], "return_contact": "林晓雯"}
            return Answer(outcome="return_doc", opinion="同意退文。", data=data)
        case "SW37":
            return _mended(step)
        case "SW40":
            return _proposed(step)
        case "SW50":
            words = ("请抓紧研究办理，结果报我。", "请按要求落实。", "同意拟办意见。")
            return Answer(outcome=step.chosen("forward"), opinion=step.said(*words))
        case "SW80":
            return Answer(outcome=step.chosen("read"), opinion=step.said("已阅。", "阅。"))
        case _:
            return _handled(step)


def _mended(step: Step) -> Answer:
    data: Variables = {"title": step.data["title"].removesuffix("报告") + "请示"}
    if not step.data["title"].endswith("报告"):
        data = {}
    return Answer(
        outcome=step.chosen("again"),
        opinion=step.said("已按修改意见改好。"),
        data=data | {"genre": "请示", "category": "下级请示"},
    )


def _proposed(step: Step) -> Answer:
    notes = step.story.notes
    proposed = dict(notes["proposed"])
    reading = "readers" in proposed and "instructors" not in proposed
    said = notes["proposal"] or ("请领导阅示。" if reading else "拟请有关部门研究办理。")
    return Answer(outcome="propose", data={**proposed, "kind": "阅件" if reading else "办件", "proposal": said})


def _handled(step: Step) -> Answer:
    match step.element:
        case "SW60":
            lead = step.data.get("lead_unit") or "yyb"
            data: Variables = {"task": step.story.notes["task"], "lead_unit": lead}
            if step.data.get("urgency") == "特急":
                data["contacted"] = "已电话联络主办部门负责人"
            return Answer(outcome="assign", opinion="请按要求办理。", data=data)
        case "SW70":
            done = step.random.choice(("已研究提出意见并与来文单位沟通。", "已按要求办结，材料齐全。"))
            return Answer(outcome=step.chosen("done"), opinion=step.said("已办结。"), data={"result": done})
        case "SW72":
            return Answer(outcome="approve", opinion="同意延期。", data={"new_due": step.diary.iso(-5, "17:30")})
        case "SW90":
            return Answer(outcome="approve", opinion=step.said("同意办理结果。", "同意。"))
        case "SW100":
            return _replied(step)
        case _:
            archive = f"WS·{step.at:%Y}-10-{step.story.seed + 500:04}"
            data = {"retention": "10 年", "archive_no": archive, "archive_place": "一库 4 架 1 层"}
            return Answer(outcome="done", data=data)


def _replied(step: Step) -> Answer:
    request = step.data["genre"] == "请示"
    number = f"华远{'发' if request else '函'}〔{step.at:%Y}〕{step.story.seed + 40}号"
    data: Variables = {"reply_way": "批复" if request else "复函", "reply_no": number, "reply_signed": True}
    return Answer(outcome="done", opinion="已答复。", data=data)

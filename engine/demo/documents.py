"""Official documents of the demo: their texts, and what drafters, editors, leaders and clerks do with them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, phone, rows, told
from engine.model import Variables

PROCESS = "document_issue"
GATES = {"g_route": "通过", "g_policy": "通过", "g_legal": "通过", "g_format": "通过", "g_text": "通过"}
GIVEN = (
    "genre", "direction", "doc_class", "series", "important", "topics", "need_legal", "is_policy", "copy_to",
    "urgency", "urgency_reason", "contact", "based_on",
)  # fmt: skip
OPENINGS = {
    "报告": "市国资委：\n    为{why}，现将有关情况报告如下。",
    "请示": "市国资委：\n    为{why}，拟开展有关工作，现将有关事项请示如下。",
    "函": "贵单位：\n    为{why}，现就有关事项函告如下。",
    "批复": "你公司请示收悉。为{why}，经研究，现批复如下。",
    "纪要": "会议由总经理主持。为{why}，会议议定以下事项。",
    "决定": "为{why}，经研究，作出如下决定。",
}
CLOSINGS = {
    "报告": "特此报告。",
    "请示": "妥否，请批示。",
    "函": "请予支持为盼。",
    "批复": "此复。",
    "纪要": "出席：集团领导。列席：有关部门负责人。",
}
HEAD = ("内容属实，请办公室核稿。", "已审，同意报办公室。", "同意。数据已核对。", "同意，请按程序办理。")
LEADER = ("同意。", "同意，请抓紧印发。", "同意。落实情况请按月报告。", "同意，注意做好解释工作。", "已阅，同意。")
ANNEX = """序号,工作任务,责任单位,完成时限
1,动员部署,各单位,发文后三日内
2,自查自纠,各单位,月底前
3,汇总报告,主办部门,次月五日前
"""


def stories(diary: Diary) -> Iterator[Story]:
    """The documents of the file, ready to be started."""
    for row, at, ordinal in rows("documents", "document", diary):
        yield story(row, at, ordinal)


def story(row: Mapping[str, Any], at: datetime, ordinal: int) -> Story:
    """One document as a row tells it."""
    data: Variables = {name: row[name] for name in GIVEN if name in row}
    data |= {
        "title": row["title"],
        "main_to": row["to"],
        "cosign_depts": row.get("cosign", []),
        "phone": phone(row["by"]),
        "body": body(row, Random(ordinal)),
    }
    notes = {"annex": ordinal % 3 == 0}
    return Story(process=PROCESS, by=row["by"], at=at, data=data, seed=ordinal, notes=notes, **course(row))


def body(row: Mapping[str, Any], random: Random) -> str:
    """A text with opening, three or four points and closing."""
    subject = told("documents")["about"][row["about"]]
    genre = row.get("genre", "通知")
    opening = OPENINGS.get(genre, "各部门、各子公司：\n    为{why}，现将有关事项通知如下。").format(why=subject["why"])
    points = random.sample(subject["points"], min(len(subject["points"]), 3))
    listed = "\n".join(f"    {'一二三四'[place]}、{point}" for place, point in enumerate(points))
    own = f"\n    {row['adds']}" if "adds" in row else ""
    return f"{opening}\n{listed}{own}\n    {CLOSINGS.get(genre, '请结合实际，认真抓好落实。')}"


def annex(story: Story) -> tuple[tuple[str, str], ...]:
    """The annex that some documents carry."""
    return (("附件1 任务分解表.csv", ANNEX),) if story.notes.get("annex") else ()


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    if step.element in ("FW20", "FW30", "FW45", "FW50", "FW60", "FW70"):
        return _judged(step)
    if step.element == "FW10":
        return Answer(outcome="submit", opinion="已按意见修改，请审。")
    if step.element in ("FW35U", "FW36"):
        return _settled(step)
    return _office(step)


def _judged(step: Step) -> Answer:
    match step.element:
        case "FW20":
            outcome = step.chosen("approve")
            why = ("R-NEED",) if outcome == "refuse" else ()
            return Answer(outcome=outcome, opinion=step.said(*HEAD), reasons=why)
        case "FW30":
            return Answer(
                outcome=step.chosen("agree"), opinion=step.said("同意。", "无不同意见。", "同意，请按职责分工落实。")
            )
        case "FW45":
            note = "条款完备，权利义务清楚，与现行制度无冲突。"
            return Answer(
                outcome=step.chosen("pass"), opinion=step.said("通过。", "合法合规，同意。"), data={"legal_note": note}
            )
        case "FW50":
            return Answer(
                outcome=step.chosen("approve"),
                opinion=step.said("同意，报请领导审签。", "同意。", "同意，送领导签发。"),
            )
        case "FW70":
            signs = ("同意发文。", "同意，印发。", "发。", "同意印发，请抓好落实。")
            return Answer(outcome=step.chosen("approve"), opinion=step.said(*signs))
        case _:
            return Answer(outcome=step.chosen("approve"), opinion=step.said(*LEADER))


def _settled(step: Step) -> Answer:
    if step.element == "FW36":
        return Answer(
            outcome="done",
            data={"coordination": "已当面沟通，采纳财务部意见，先履行预算调整程序后再行报送。", "dispute": False},
        )
    commented = [key.partition("@")[2] for key in step.story.chooses if key.startswith("FW30@")]
    adoption = [
        {"dept": login.removesuffix("_head"), "opinion": step.story.says.get(f"FW30@{login}", "无"), "adopted": "采纳"}
        for login in commented
    ]
    return Answer(
        outcome=step.chosen("settled"), opinion="已与会签部门沟通，意见全部采纳。", data={"adoption": adoption}
    )


def _office(step: Step) -> Answer:
    recipients = [*step.data["main_to"], *(step.data.get("copy_to") or [])]
    match step.element:
        case "FW40":
            polished = step.random.random() < 0.4
            data = {**GATES, "g_text": "核稿人修改后通过" if polished else "通过"}
            data["gate_notes"] = "个别语句已作文字性修改，修改处留痕。" if polished else ""
            return Answer(outcome="pass", opinion="四关通过。", data=data)
        case "FW80":
            return Answer(
                outcome="pass",
                opinion="复核通过。",
                data={"review_items": ["审批手续完备", "附件齐全", "文种格式规范"]},
            )
        case "FW90":
            return Answer(outcome="done", data={"distribution": recipients, "copies": len(recipients) * 2 + 3})
        case "FW100":
            layout = (("版式文件.txt", "按签发稿排版，校对无误。"),)
            return Answer(outcome="done", data={"proofreader": "wenshu_b"}, files=layout, field="layout")
        case "FW110":
            return Answer(outcome="done", data={"sealed_copies": step.data.get("copies"), "seal_note": ""})
        case "FW120":
            if step.data.get("doc_class") == "网络通知":  # it never was on the desk where the round is settled
                return Answer(outcome="done", data={"delivery": "系统发送", "distribution": recipients})
            return Answer(outcome="done", data={"delivery": "系统发送并纸质送达"})
        case "FW125":
            return Answer(outcome="done", opinion="系统外单位已电话核实签收。")
        case _:
            archive = f"WS·{step.at:%Y}-30-{step.story.seed:04}"
            data = {"retention": "30 年", "archive_no": archive, "archive_place": "一库 2 架 3 层"}
            return Answer(outcome="done", data=data)

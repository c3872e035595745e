"""Supervision in the demo: items of every light, with plans, reports and close-outs."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, phone, rows
from engine.model import Json, Variables

PROCESS = "supervision"
DONE = (
    "已召开专题会部署，任务分解到人。",
    "主体工作完成，正在收尾。",
    "已完成方案编制并开始实施。",
    "按节点推进，进度正常。",
)
NEXT = ("督促施工单位加快进度。", "组织验收准备。", "补齐佐证材料。", "按周调度，确保按期完成。")
PROBLEMS = ("", "", "部分资料需外单位配合，进度略慢。", "资金支付流程较长。")


def stories(diary: Diary) -> Iterator[Story]:
    """The items of the file, ready to be registered."""
    for row, at, ordinal in rows("supervision", "item", diary):
        yield story(row, at, ordinal, diary)


def story(row: Mapping[str, Any], at: datetime, ordinal: int, diary: Diary) -> Story:
    """One matter as a row tells it."""
    data: Variables = {
        "title": row["title"],
        "kind": row.get("kind", "日常督办"),
        "source": row["source"],
        "source_ref": row.get("ref") or f"领导批示 {diary.calendar.local(at):%Y-%m-%d}",
        "requirement": row["want"],
        "importance": row.get("level", "一般"),
        "lead_unit": row["lead"],
        "due": diary.iso(-row["due"], "17:30"),
        "feedback_cycle": "按节点",
    }
    if "superior" in row:
        data |= {"superior_no": row["superior"], "superior_due": diary.iso(-row["due"] - 3, "17:30")}
    reports = row["percents"]
    going = course(row)
    going["hold"] |= {row["upto"]} if "upto" in row and row["upto"] != "DB70" else set()
    notes = {"percents": reports, "open": row.get("upto") == "DB70", "upto": row.get("upto")}
    return Story(process=PROCESS, by="ducha_a", at=at, data=data, seed=ordinal, notes=notes, **going)


def adopted(at: datetime, seed: int) -> Story:
    """The course of an item that minutes have started: planned, reported on twice, closed."""
    notes = {"percents": [60, 100], "open": False, "upto": None}
    return Story(process=PROCESS, by="ducha_a", at=at, data={}, seed=seed, notes=notes)


def waits(step: Step) -> bool:
    """Whether the reports of the story are all given and the item goes no further."""
    return step.element == "DB70" and step.visit >= len(step.story.notes["percents"]) and bool(step.story.notes["open"])


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    match step.element:
        case "DB10" | "DB20":
            return Answer(outcome="submit", opinion="按拟办意见交办。" if step.element == "DB20" else "")
        case "DB30":
            return Answer(outcome=step.chosen("approve"), opinion=step.said("同意立项。", "同意，抓紧交办。"))
        case "DB40":
            return Answer(outcome="send", opinion="请按要求办理并按期反馈。")
        case "DB50":
            lead = step.data["lead_unit"]
            handler = f"{lead}_liaison"
            data = {"handler": handler, "contact": phone(handler)}
            return Answer(outcome="accept", opinion="已签收，按要求办理。", data=data)
        case "DB60":
            return Answer(outcome="submit", data={"nodes": _nodes(step), "resources": "明确专人负责，经费已列预算。"})
        case "DB65":
            return Answer(outcome="approve", opinion="计划可行。")
        case "DB70":
            return _report(step)
        case "DB75":
            done = step.data["reports"] and step.data["reports"][-1]["percent"] >= 100
            quality = step.random.choice(("优", "合格", "合格"))
            return Answer(
                outcome="close" if done else "next",
                opinion=step.said("已核。", "情况清楚，继续推进。"),
                data={"quality": quality},
            )
        case _:
            return _closing(step)


def _nodes(step: Step) -> list[Json]:
    """As many nodes as reports will come, evenly spread up to the deadline."""
    planned = max(len(step.story.notes["percents"]), 1)
    due = datetime.fromisoformat(step.data["due"])
    # what is to be closed is finished before its deadline; what stays open has its last node there
    span = (due - step.at) / (planned + 1)
    names = ("方案部署", "组织实施", "收尾完善", "验收总结", "巩固提升")
    nodes: list[Json] = []
    for place in range(planned + (1 if step.story.notes["open"] else 0)):
        day = step.diary.calendar.local(step.at + span * (place + 1)) if place < planned else due
        end = day.replace(hour=17, minute=30, second=0, microsecond=0)
        nodes.append({"name": names[place % len(names)], "standard": "见完成标准。", "due": end.isoformat()})
    return nodes


def _report(step: Step) -> Answer:
    percents = step.story.notes["percents"]
    percent = percents[min(step.visit, len(percents) - 1)] if percents else 100
    report = {
        "on": step.diary.calendar.local(step.at).date().isoformat(),
        "percent": percent,
        "done": "全部完成，达到完成标准。" if percent >= 100 else step.random.choice(DONE),
        "problems": "" if percent >= 100 else step.random.choice(PROBLEMS),
        "next": "" if percent >= 100 else step.random.choice(NEXT),
        "help_wanted": False,
    }
    return Answer(outcome="submit", data={"reports": [*(step.data.get("reports") or []), report]})


def _closing(step: Step) -> Answer:
    match step.element:
        case "DB90":
            want = step.data["requirement"]
            checks = [{"criterion": want, "result": "已完成，佐证材料齐全。"}]
            data: Variables = {"closing_report": f"{step.data['title']}已按要求办结：{want}", "checks": checks}
            return Answer(outcome="submit", data=data)
        case "DB95":
            return Answer(outcome="approve", opinion=step.said("同意办结。", "情况属实，同意报办结。"))
        case "DB100":
            other = "jjb1" if step.data["lead_unit"] == "yyb" else "yyb1"  # nobody verifies the own unit's work
            named: Variables = {"spot_check": step.story.seed % 4 == 0, "inspectors": ["ducha_a", other]}
            return Answer(outcome="pass", opinion="符合完成标准。", data=named)
        case "DB110":
            if step.data.get("verify_photos"):  # two are there; the second leaves what the first has shown
                return Answer(outcome="real", opinion="经实地复核，情况属实。")
            day = step.diary.calendar.local(step.at - timedelta(hours=2)).isoformat(timespec="seconds")
            if step.data.get("verify_photos"):  # whoever came first has handed them in
                return Answer(outcome="real", opinion="经实地复核，情况属实。")
            return Answer(
                outcome="real",
                opinion="经实地复核，情况属实。",
                data={"verify_at": day, "verify_place": "项目现场"},
                files=(("现场照片.txt", f"{step.data['title']}：现场照片（演示）"),),
                field="verify_photos",
            )
        case "DB125":
            told = {"report_up_way": "上级平台回填", "report_up_no": f"回执 {step.data['superior_no']}"}
            return Answer(outcome="done", opinion="已报上级。", data=told)
        case "DB112":
            return Answer(outcome="submit", data={"rectification": "已完成整改。"})
        case _:
            return Answer(outcome="approve", opinion=step.said("同意销号。", "同意销号，成果要巩固。"))

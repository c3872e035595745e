"""Use of seals in the demo."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, phone, rows
from engine.model import Variables

PROCESS = "seal_use"
CHECKS = ["审批手续完备", "内容与电子版一致", "无空白、填写完整", "印章与落款一致", "份数页数一致"]
GIVEN = ("straddle", "amount", "commitments", "need_legal", "major", "resolution", "urgency", "mode")
PLAIN = {
    "YY10": ("submit", "已按意见修改。"),
    "YY77": ("taken", "双人领取，封装完好。"),
    "YY94": ("done", "印章已当面归还。"),
}
HEAD = ("情况属实，同意。", "同意。", "真实、必要，同意用印。")


def stories(diary: Diary) -> Iterator[Story]:
    """The applications of the file, ready to be started."""
    for row, at, ordinal in rows("seals", "seal", diary):
        yield story(row, at, ordinal, diary)


def story(row: Mapping[str, Any], at: datetime, ordinal: int, diary: Diary) -> Story:
    """One application as a row tells it."""
    contract = row["kind"] in ("合同", "协议")
    unit = row["by"].rstrip("12")
    year = diary.words(at)["year"]
    data: Variables = {name: row[name] for name in GIVEN if name in row}
    data |= {
        "file_name": row["file"],
        "file_kind": row["kind"],
        "purpose": row.get("why") or f"与{row.get('with', '对方')}签订{row['kind']}。",
        "send_to": row.get("to") or row.get("with", ""),
        "seal": row["seal"],
        "copies": row["copies"],
        "places": 2 if row.get("straddle") else 1,
        "phone": phone(row["by"]),
    }
    if contract:
        data |= {
            "ref_no": row.get("ref") or f"HYHT-{year}-{ordinal:03}",
            "counterparty": row["with"],
            "business_unit": unit,
        }
    if row.get("mode") == "外带":
        data |= _off_site(row["place"], diary, row["back"])
    return Story(process=PROCESS, by=row["by"], at=at, data=data, seed=ordinal, **course(row))


def _off_site(place: str, diary: Diary, back: int) -> Variables:
    day = diary.day(back - 3)
    return {
        "off_place": place,
        "off_reason": "备案窗口要求现场盖章。",
        "off_date": day.isoformat(),
        "return_due": diary.iso(back - 3, "17:30"),
        "off_witness": "jianyin_b",
    }


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    copies, places = step.data.get("copies"), step.data.get("places")
    sealed: Variables = {
        "actual_copies": copies,
        "actual_places": places,
        "straddle_done": bool(step.data.get("straddle")),
        "difference_note": "",
    }
    match step.element:
        case "YY10" | "YY77" | "YY94":
            outcome, words = PLAIN[step.element]
            return Answer(outcome=outcome, opinion=words)
        case "YY20":
            return Answer(outcome=step.chosen("approve"), opinion=step.said(*HEAD))
        case "YY35":
            data = {"legal_note": "条款合法有效，风险可控。", "review_no": f"HTPS-{step.at:%Y}-{step.story.seed:03}"}
            return Answer(outcome="pass", opinion=step.said("通过。", "已审，无法律障碍。"), data=data)
        case "YY30" | "YY40" | "YY50" | "YY55":
            return Answer(
                outcome=step.chosen("approve"), opinion=step.said("同意。", "同意用印。", "同意，请妥善保管签署文本。")
            )
        case "YY60":
            return Answer(outcome="pass", opinion="核验合格。", data={"checks": CHECKS})
        case "YY70":
            return Answer(outcome="done", opinion="已用印。", data=sealed)
        case "YY75":
            return Answer(outcome="out", opinion="已出库。", data={"off_receiver": step.story.by})
        case "YY90":
            use = {"used_at": step.data.get("return_due"), "file_name": step.data["file_name"], "copies": copies}
            back: Variables = {**sealed, "imprint_ok": True, "off_returned_note": "当日归还。", "off_uses": [use]}
            return Answer(outcome="back", opinion="已归还，印面完好。", data=back)
        case "YY80":
            return Answer(outcome="done", opinion="已办。", data={"scan_note": "扫描件已存合同台账。"})
        case _:
            data = {"retention": "30 年", "archive_no": f"YY·{step.at:%Y}-30-{step.story.seed:04}"}
            return Answer(outcome="done", data=data)

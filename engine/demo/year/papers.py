"""Documents, notices and letters of the year."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from engine.demo import documents, receipts
from engine.demo.clock import Diary
from engine.demo.story import Story, phone, told
from engine.demo.year.days import Days, mishaps, volume, weighted, worded

DEPLOYS = 40  # one document among so many distributes work (工作部署)
COMPANIES = ("ca", "cb", "cc")
SERIES = {"up": ("华远", "上行"), "aside": ("华远函", "平行")}
ORDINAL = 1000  # seeds of the other stories are below
LEADERS = ("vp_a", "vp_b", "cfo", "party_vice")
LEAD = {"ahb": "vp_a", "xxb": "vp_a", "bgs": "vp_a", "tzb": "vp_b", "cgb": "vp_b", "yyb": "vp_b", "cwb": "cfo"}


def stories(diary: Diary, share: float) -> Iterator[Story]:
    """All of them; each kind in the order of time."""
    days = Days(diary)
    random = Random("year:documents")
    for ordinal, (_back, at) in enumerate(days.draw(volume("document", share), random), ORDINAL):
        row = _document(diary, at, random)
        if ordinal % DEPLOYS == 0 and "direction" not in row:
            row["doc_class"] = "督办文书"
        yield documents.story(row, at, ordinal)
    for ordinal, (_back, at) in enumerate(days.draw(volume("notice", share), random), 2 * ORDINAL):
        yield documents.story(_notice(diary, at, random), at, ordinal)
    for ordinal, (back, at) in enumerate(days.draw(volume("letter", share), random), ORDINAL):
        yield receipts.story(_letter(diary, at, back, ordinal, random), at, ordinal, diary)


def _document(diary: Diary, at: datetime, random: Random) -> dict[str, Any]:
    year = told("year")
    unit, genre = random.choice(year["unit"]), weighted(year["genre"], random)
    row: dict[str, Any] = {
        "by": f"{unit['code']}{random.choice('12')}",
        "title": worded(random.choice(genre["titles"]), diary, at, topic=random.choice(unit["topics"])),
        "about": unit["about"],
        "genre": genre["name"],
        "quick": random.uniform(0.4, 2.2),
        **_sent_to(genre, random),
        **mishaps(documents.PROCESS, random),
    }
    if unit.get("party") and "series" not in row:
        row |= {"doc_class": "党委公文", "series": "华远党发"}
    if genre["name"] == "请示":
        row["contact"] = f"承办部门 {phone(row['by'])}"
    if random.random() < 0.12:
        row |= {"urgency": "加急", "urgency_reason": "时限要求紧，须按期部署到位。"}
    others = [u["code"] for u in year["unit"] if u["code"] not in (unit["code"], "bgs", "dsb")]
    if random.random() < 0.25:
        row["cosign"] = random.sample(others, random.choice((1, 1, 2)))
    return row


def _sent_to(genre: dict[str, Any], random: Random) -> dict[str, Any]:
    if genre.get("up"):
        return {"to": ["gzw"], "series": SERIES["up"][0], "direction": SERIES["up"][1]}
    if genre.get("aside"):
        return {"to": ["zfb"], "series": SERIES["aside"][0], "direction": SERIES["aside"][1]}
    return {"to": random.sample(COMPANIES, random.choice((2, 3, 3, 3)))}


def _notice(diary: Diary, at: datetime, random: Random) -> dict[str, Any]:
    year = told("year")
    unit = random.choice(year["unit"])
    return {
        "by": f"{unit['code']}{random.choice('12')}",
        "title": worded(random.choice(year["notice"]["titles"]), diary, at, topic=random.choice(unit["topics"])),
        "about": unit["about"],
        "doc_class": "网络通知",
        "direction": "下行",
        "to": random.sample(COMPANIES, random.choice((1, 2, 3))),
        "quick": random.uniform(0.3, 1.2),
    }


def _letter(diary: Diary, at: datetime, back: int, ordinal: int, random: Random) -> dict[str, Any]:
    year = told("year")
    sender, unit = weighted(year["sender"], random), random.choice(year["unit"])
    title = worded(random.choice(sender["titles"]), diary, at, topic=random.choice(unit["topics"]))
    row: dict[str, Any] = {
        "back": back,
        "source": sender["name"],
        "no": f"{sender['mark']}〔{diary.words(at)['year']}〕{ordinal - ORDINAL + 1}号",
        "title": title,
        "genre": next((genre for genre in ("请示", "报告", "函") if title.endswith(genre)), "通知"),
        "category": sender["category"],
        "channel": sender["channel"],
        "quick": random.uniform(0.5, 2.5),
        **mishaps(receipts.PROCESS, random),
    }
    if "by" in sender:
        row["by"] = sender["by"]
    leader = LEAD.get(unit["code"], random.choice(LEADERS))
    if row["genre"] == "请示" or random.random() < 0.3:
        return row | {"instructors": [leader], "lead_unit": unit["code"]}
    if random.random() < 0.35:
        return row | {"direct": True, "lead_unit": unit["code"]}
    if random.random() < 0.25:
        return row | {"chooses": {"SW30": "file"}}
    return row | {"readers": random.sample(LEADERS, random.choice((1, 2)))}

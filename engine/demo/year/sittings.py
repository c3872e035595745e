"""Meetings of the year: the three bodies week after week, working and promotion meetings between them."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from engine.demo import meetings
from engine.demo.clock import Diary
from engine.demo.story import Story, told
from engine.demo.year.days import Days, volume, worded

ORDINAL = 1000
AHEAD = {"board": 20, "party": 10, "executive": 8, "medium": 18, "large": 24}  # working days from proposal to meeting
HALVES = {"09:00": {"from": "09:00", "to": "11:30"}, "14:30": {"from": "14:30", "to": "17:00"}}
AFTER = 14  # working days in which everything that follows a meeting is done


def stories(diary: Diary, share: float) -> Iterator[Story]:
    """All of them, kind after kind."""
    random, taken = Random("year:meetings"), set[tuple[str, int, str]]()
    for place, kind in enumerate(told("year")["meeting"], 1):
        held: dict[int, int] = {}
        for ordinal, (back, at) in enumerate(
            Days(diary).evenly(volume(kind["volume"], share), random), place * ORDINAL
        ):
            starts = -(back - AHEAD[kind["volume"]])
            if starts > -AFTER:
                continue
            year = diary.day(-starts).year
            held[year] = held.get(year, 0) + 1
            row = _row(kind, diary, starts, held[year], random)
            _keep_apart(row, taken)
            yield meetings.story(row, at, ordinal, diary)


def _keep_apart(row: dict[str, Any], taken: set[tuple[str, int, str]]) -> None:
    """Nobody chairs two meetings in one half of a day: the later one takes the other half."""
    if (row["host"], row["starts"], row["from"]) in taken:
        row |= HALVES["14:30" if row["from"] == "09:00" else "09:00"]
    taken.add((row["host"], row["starts"], row["from"]))


def _row(kind: dict[str, Any], diary: Diary, starts: int, n: int, random: Random) -> dict[str, Any]:
    day: datetime = diary.at(-starts, "09:00")
    unit = kind.get("unit") or random.choice(kind["units"])
    topics = next(u["topics"] for u in told("year")["unit"] if u["code"] == unit)
    row: dict[str, Any] = {
        "by": kind.get("by") or f"{unit}{random.choice('12')}",
        "title": worded(random.choice(kind["titles"]), diary, day, n=n, topic=random.choice(topics)),
        "category": kind["category"],
        "level": kind.get("level", "小型"),
        "mode": "现场+视频" if kind["volume"] == "large" or ("level" in kind and random.random() < 0.4) else "现场",
        "host_unit": unit,
        "host": kind["host"],
        "headcount": kind["headcount"],
        "venue": random.choice(told("year")["halls"]["names"]),
        "agenda": kind["agenda"],
        "attendees": kind["attendees"],
        "budget": f"{random.choice((2, 3, 5, 8)) * 500}.00",
        "planned": True,
        "starts": starts,
        **HALVES[random.choice(("09:00", "14:30"))],
        "quick": random.uniform(0.4, 1.5),
    }
    if row["level"] == "小型":
        row["secretary_lead"] = row["by"]
    if row["mode"] != "现场":
        row["branch"] = "城建公司、能源公司、物流公司分会场"
    return row

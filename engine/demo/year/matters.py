"""Matters under supervision in the first part of the year; those of the last months are told one by one elsewhere."""

from collections.abc import Iterator

from engine.demo import supervision
from engine.demo.clock import Diary
from engine.demo.story import Story, told
from engine.demo.year.days import part

ORDINAL = 1000


def stories(diary: Diary, share: float) -> Iterator[Story]:
    """All of them in the order of time."""
    matters = told("year")["matter"]
    for ordinal, matter in enumerate(matters[: part(len(matters), share)], ORDINAL):
        row = {"source": "年度重点工作", **matter, "due": matter["days"] - matter["back"]}
        yield supervision.story(row, diary.at(matter["back"], "10:10"), ordinal, diary)

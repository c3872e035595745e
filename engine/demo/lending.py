"""Lending of archives in the demo."""

from collections.abc import Iterator

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, rows
from engine.model import Variables

PROCESS = "archive_lending"


def stories(diary: Diary) -> Iterator[Story]:
    """The requests of the file, ready to be started."""
    for row, at, ordinal in rows("lending", "lending", diary):
        data: Variables = {
            "archive": row["archive"],
            "title": row["title"],
            "origin_unit": row["origin"],
            "kind": row.get("kind", "一般档案"),
            "secrecy": row.get("secrecy", "一般"),
            "way": row["way"],
            "purpose": row["why"],
            "until": diary.day(row["back"] - row["days"]).isoformat(),
        }
        yield Story(process=PROCESS, by=row["by"], at=at, data=data, seed=ordinal, **course(row))


def answer(step: Step) -> Answer:
    """What the performer of a step decides."""
    match step.element:
        case "JY10":
            return Answer(outcome="submit", opinion="已补充用途说明。")
        case "JY20" | "JY30" | "JY50":
            return Answer(outcome=step.chosen("approve"), opinion=step.said("同意。", "同意，请按期归还。"))
        case "JY40":
            return Answer(outcome="done", opinion="已提供。", data={"count_ok": True, "lent_at_note": "当面清点。"})
        case "JY60":
            return Answer(outcome="done", opinion="当面清点无误。", data={"copied_pages": 6, "check_ok": True})
        case _:
            return Answer(outcome="done", opinion="已归还，完好。", data={"check_ok": True})

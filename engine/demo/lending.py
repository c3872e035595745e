"""Lending of archives in the demo."""

from collections.abc import Iterator
from datetime import datetime

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, rows, told
from engine.model import Variables
from engine.runtime import Engine
from engine.verbs import archives, people, registers

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


def enter(engine: Engine) -> None:
    """Put an ended document into the catalogue of archives, so that it can be read on the screen."""
    row = told("lending")["electronic"]
    clerk = people.actor(engine, row["by"])
    auditor, wanted = people.actor(engine, "auditor"), archives.Chosen(process="document_issue", text=row["like"])
    # a history that is played in part has other cases, and is asked for the same
    found = archives.page(engine, auditor, wanted).lines or archives.page(engine, auditor).lines
    line: Variables = {
        "file_no": row["file_no"],
        "name": found[0].title,
        "origin_unit": row["origin"],
        "kind": "一般档案",
        "secrecy": "一般",
        "retention": "10 年",
        "place": "电子档案",
        "case_no": found[0].number,
    }
    registers.add(engine, "archive", line, clerk)


def entered_at(diary: Diary) -> datetime:
    """When that is done: the day before somebody asks for it."""
    row = told("lending")["electronic"]
    return diary.at(row["back"], row["at"])


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
        case "JY45":
            return Answer(outcome="done", opinion="已阅毕。")
        case _:
            return Answer(outcome="done", opinion="已归还，完好。", data={"check_ok": True})

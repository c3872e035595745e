"""Rooms that are booked for the days to come, so that the week on the page has something to show."""

from collections.abc import Iterator

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, course, rows
from engine.model import Variables

PROCESS = "room_booking"


def stories(diary: Diary) -> Iterator[Story]:
    """The bookings of the file; ``ahead``: so many working days from now on."""
    for row, at, ordinal in rows("rooms", "rooms", diary):
        day = diary.day(-row["ahead"]).isoformat()
        data: Variables = {
            "topic": row["topic"],
            "room": row["room"],
            "start_at": f"{day}T{row['since']}:00+08:00",
            "end_at": f"{day}T{row['until']}:00+08:00",
            "headcount": row["headcount"],
            "equipment": row.get("equipment", []),
        }
        yield Story(process=PROCESS, by=row["by"], at=at, data=data, seed=ordinal, **course(row))


def waits(_step: Step) -> bool:
    """Until the day comes nobody has anything to do but to know of it."""
    return True


def answer(step: Step) -> Answer:
    """What whoever keeps the room says; the bookings of the past are part of the year."""
    return Answer(outcome=step.chosen("done"))

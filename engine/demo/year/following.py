"""The small packages in the year: their own examples, again and again, with other people, subjects and days."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

from engine.demo.clock import Diary
from engine.demo.story import Answer, Step, Story, filled, told
from engine.demo.year.days import Days, part
from engine.errors import Conflict
from engine.model import Json

DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])")
LATER = re.compile(r"\{in (\d+) (\d\d:\d\d)\}")
LINES = re.compile(r"\{lines (\w+)\}")
YEAR = re.compile(r"(?<![-A-Za-z])20\d\d(?= ?年|〕|-)")


@dataclass(frozen=True, slots=True)
class Shift:
    """From the days and people of an example to those of one case of the year."""

    diary: Diary
    since: date  # first day of the example
    back: int  # working days back of the first day here
    people: Mapping[str, str]

    def day(self, text: str) -> str:
        """A day as many working days after the first one; days off before it stay as far from it as they were."""
        wanted, on = date.fromisoformat(text), self.since
        if wanted < on:
            return (self.diary.day(self.back) - (on - wanted)).isoformat()
        passed = 0
        while on < wanted:
            on += timedelta(days=1)
            passed += self.diary.calendar.is_working(on)
        return self.diary.day(self.back - passed).isoformat()

    def value(self, value: Any) -> Any:
        """Days, years and people inside a value."""
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if not isinstance(value, str):
            return value
        if DAY.match(value):
            return self.day(value[:10]) + value[10:]
        apart = self.diary.day(self.back).year - self.since.year
        return YEAR.sub(lambda found: str(int(found[0]) + apart), self.people.get(value, value))

    def moment(self, text: str) -> datetime:
        """An instant of the example."""
        local = datetime.fromisoformat(f"{self.day(text[:10])}T{text[11:]}")
        return local.replace(tzinfo=self.diary.calendar.zone)


def stories(diary: Diary, folder: Path, share: float) -> Iterator[Story]:
    """All of them; packages that are not there are left out."""
    for place, row in enumerate(told("small")["small"], 1):
        path = folder / row["process"] / "examples" / f"{row['example']}.toml"
        if path.exists():
            yield from _stories(row | {"count": part(row["count"], share)}, _script(path), diary, place)


@cache
def _script(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _stories(row: Mapping[str, Any], script: Mapping[str, Any], diary: Diary, place: int) -> Iterator[Story]:
    random = Random(f"year:{row['process']}:{place}")
    turn = row.get("by", [script["start"]["as"]])
    days = Days(diary, row.get("last", 20))
    dials: dict[str, int] = {}
    moments = days.evenly(row["count"], random) if row.get("evenly") else days.draw(row["count"], random)
    for n, (back, at) in enumerate(moments, 1):
        start = script["start"]
        people = _people(start["as"], turn[n % len(turn)])
        shift = Shift(diary, date.fromisoformat(start["at"][:10]), back, people)
        words = diary.words(at) | {"n": n, "code": f"{row['example']}{n:03}"}
        own = {key: filled(choices[n % len(choices)], words) for key, choices in row.get("vary", {}).items()}
        begin = diary.at(back, start["at"][11:])
        yield Story(
            process=row["process"],
            by=people[start["as"]],
            at=begin,
            data=shift.value(start["data"]) | _of(own, start) | row.get("set", {}),
            seed=place * 1000 + n,
            returned=_returned(script),
            quick=1,
            notes={
                "does": _does(script, shift, row, own),
                "more": row.get("more", {}),
                "dials": dials,
                "km": random.choice(row.get("km", [0])),
            },
        )


def _people(first: str, other: str) -> dict[str, str]:
    """Whoever starts it, the unit, and the others of the unit as somebody else's."""
    unit, own = first.rstrip("12").partition("_")[0], other.rstrip("12").partition("_")[0]
    posts = ("", "_head", "_liaison", "1", "2", "_gm", "_zhuren", "_wenshu")
    return {f"{unit}{post}": f"{own}{post}" for post in posts} | {first: other}


def _returned(script: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        do["step"]: [
            do["return"].get("to"),
            do["return"].get("mode", "again"),
            do["return"]["reasons"][0],
            do["opinion"],
        ]
        for do in script.get("do", ())
        if "return" in do
    }


def _does(
    script: Mapping[str, Any], shift: Shift, row: Mapping[str, Any], own: Mapping[str, Json]
) -> list[dict[str, Any]]:
    """Who decides what and when; what the example shows as refused, and what is no decision, is left out."""
    plain = (do for do in script.get("do", ()) if not {"refused", "return", "verb", "of"} & set(do))
    more = row.get("tells", {})
    return [
        {
            "step": do["step"],
            "as": shift.people.get(do["as"], do["as"]),
            "at": shift.moment(do["at"]),
            "outcome": do["outcome"],
            "opinion": do.get("opinion", ""),
            "data": shift.value(do.get("data", {})) | _of(own, do) | more.get(do["step"], {}),
        }
        for do in plain
    ]


def _of(own: Mapping[str, Json], do: Mapping[str, Any]) -> dict[str, Json]:
    """Fields in turn that this step fills in."""
    return {key: value for key, value in own.items() if key in do.get("data", {})}


def _do(step: Step) -> Mapping[str, Any] | None:
    more = step.story.notes["more"].get(step.element)
    if more:
        return {"at": None, "opinion": "", "data": {}, **more}
    at_step = [do for do in step.story.notes["does"] if do["step"] == step.element]
    mine = [do for do in at_step if do["as"] == step.login]
    if len({do["as"] for do in at_step}) > 1 and mine:
        return cast(Mapping[str, Any], mine[0])
    return at_step[min(step.visit, len(at_step) - 1)] if at_step else None


def when(step: Step) -> datetime | None:
    """When the example has it done; None: when the people get round to it."""
    do = _do(step)
    if do and "turn" in do:
        table, _, column = str(do["turn"]).partition(".")
        lines = step.data[table]
        day = lines[min(step.visit, len(lines) - 1)][column]
        return datetime.fromisoformat(f"{day}T09:10:00").replace(tzinfo=step.diary.calendar.zone)
    if do and "after" in do:
        return datetime.fromisoformat(str(step.data[do["after"]])) + timedelta(hours=1)
    return do["at"] if do else None


def answer(step: Step) -> Answer:
    """What the example says; what was sent back to its beginning is sent off again."""
    do = _do(step)
    if do is None:
        if not step.element.endswith("10"):
            raise Conflict(f"示例没有写“{step.name}”如何办。", f"the example has nothing at {step.element}")
        return Answer(outcome="submit")
    data = {name: _told_now(value, name, step) for name, value in do["data"].items()}
    if step.story.notes.get("km") and "km_end" in data:
        data |= _driven(step, data)
    return Answer(outcome=do["outcome"], opinion=do["opinion"], data=data)


def _driven(step: Step, data: Mapping[str, Any]) -> dict[str, Json]:
    """What the car's dial says: since it was dispatched it may have been out for somebody else."""
    dials: dict[str, int] = step.story.notes["dials"]
    car, known = step.data["vehicle"], step.data.get("last_km") or data["km_start"]
    begin = max(dials.get(car, 0), known)
    dials[car] = begin + step.story.notes["km"]
    note = "派车后此车另有出车，以里程表为准。" if begin != known else ""
    return {"km_start": begin, "km_end": dials[car], "km_note": note}


def _told_now(value: Json, name: str, step: Step) -> Json:
    """What only the moment knows: the day, and the lines that a table has by then."""
    if value == "{today}":
        return step.diary.calendar.local(step.at).date().isoformat()
    if isinstance(value, str) and (later := LATER.fullmatch(value)):
        day = step.diary.later(step.at, 8 * int(later[1]))
        return f"{step.diary.calendar.local(day).date()}T{later[2]}:00+08:00"
    if isinstance(value, str) and (table := LINES.fullmatch(value)):
        return len(step.data.get(table[1]) or [])
    if isinstance(value, dict):
        today = step.diary.calendar.local(step.at).date().isoformat()
        return [line | value for line in step.data.get(name) or [] if str(line.get("day", today)) >= today]
    return value


def adopted(process: str, at: datetime, seed: int) -> Story:
    """The course of a case that the calendar has started, as the file says."""
    more = told("small")["started"].get(process, {})
    return Story(process=process, by="", at=at, data={}, seed=seed, quick=2, notes={"does": [], "more": more})

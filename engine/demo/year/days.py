"""When things of the year happen: more in some months than in others, on working days, in office hours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Any

from engine.demo.clock import Diary
from engine.demo.story import filled, told

LENGTH = 250  # working days; a calendar year has 248 to 250
HOURS = (9, 9, 10, 10, 11, 14, 14, 15, 15, 16)
LAST = 9  # working days back: what is begun then is over before the present


@dataclass(frozen=True)
class Days:
    """The working days of the year before the last weeks, each with its share of the work."""

    diary: Diary
    last: int = LAST

    @cached_property
    def _shares(self) -> Mapping[int, float]:
        season = told("year")["season"]
        return {back: season[str(self.diary.day(back).month)] for back in range(LENGTH, self.last, -1)}

    def draw(self, count: int, random: Random) -> Iterator[tuple[int, datetime]]:
        """So many moments in the order of time, each with its working days back."""
        backs = random.choices(list(self._shares), weights=list(self._shares.values()), k=count)
        for back in sorted(backs, reverse=True):
            yield back, self._in_office(back, random)

    def evenly(self, count: int, random: Random) -> Iterator[tuple[int, datetime]]:
        """So many moments at nearly equal distances, as regular meetings come."""
        span = (LENGTH - self.last) / max(count, 1)
        for place in range(count):
            back = round(LENGTH - span * (place + random.uniform(0.2, 0.8)))
            yield back, self._in_office(back, random)

    def _in_office(self, back: int, random: Random) -> datetime:
        return self.diary.at(back, f"{random.choice(HOURS):02}:{random.randrange(60):02}")


def volume(name: str, share: float) -> int:
    """How many of a kind that share of the year holds."""
    return part(told("year")["volume"][name], share)


def part(count: int, share: float) -> int:
    """That share of so many, and one at least."""
    return max(1, round(count * share))


def weighted(rows: list[dict[str, Any]], random: Random) -> dict[str, Any]:
    """One of the rows of the file, by its share."""
    return random.choices(rows, weights=[row["share"] for row in rows])[0]


def worded(text: str, diary: Diary, at: datetime, **words: object) -> str:
    """A pattern of the file with the words of the day and its own."""
    return str(filled(text, {**diary.words(at), **words}))


def mishaps(process: str, random: Random) -> dict[str, Any]:
    """Whether a case is late, sent back, refused or withdrawn, as the part of a row that says how it goes."""
    year = told("year")
    rate, dice = year["rate"], random.uniform(0, 100)
    if dice < rate["late"]:
        step, hours = random.choice(year["late"][process])
        return {"late": {step: hours * random.uniform(0.9, 1.4)}}
    dice -= rate["late"]
    if dice < rate["returned"] and process in year["returned"]:
        way = random.choice(year["returned"][process])
        return {"returned": {way["step"]: [way["to"], "direct", way["reason"], random.choice(way["words"])]}}
    dice -= rate["returned"]
    if dice < rate["refused"] and process in year["refused"]:
        step, outcome, words = year["refused"][process]
        return {"chooses": {step: outcome}, "says": {step: words}}
    dice -= rate["refused"]
    if 0 <= dice < rate["withdrawn"] and process in year["refused"]:
        return {"withdrawn": random.choice(year["withdrawn"]["words"])}
    return {}

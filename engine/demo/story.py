"""A story of the demo: who starts what and when, and where somebody does something else than nod."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from engine.demo.clock import Diary
from engine.model import Json, Variables

FOLDER = Path(__file__).with_name("stories")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One instance to be. Keys of mappings are steps: ``FW70``, ``FW30@cwb_head``, or ``HY40#A05`` of a checklist."""

    process: str
    by: str
    at: datetime
    data: Variables
    seed: int
    hold: frozenset[str] = frozenset()  # nobody has got round to these
    late: Mapping[str, float] = field(default_factory=dict)  # working hours that a step took
    returned: Mapping[str, list[Any]] = field(default_factory=dict)  # step -> to, mode, reason, words
    chooses: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    urged: Mapping[str, str] = field(default_factory=dict)  # step -> who urges it
    withdrawn: str = ""
    quick: float = 0  # working hours per step; 0: as offices work
    pace: float = 0  # minutes per step, also outside office hours
    notes: Mapping[str, Any] = field(default_factory=dict)  # what only this process knows of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A work item somebody is about to decide on."""

    story: Story
    element: str
    entry: str | None
    evidence: bool  # whether the entry asks for a file
    name: str
    login: str
    visit: int  # how often this step of this instance was decided before
    number: str
    data: Variables
    at: datetime
    diary: Diary
    random: Random

    def chosen(self, default: str) -> str:
        """The outcome: what the story says about this person or step, the first time round."""
        if self.visit:
            return default
        given = self.story.chooses
        return given.get(f"{self.element}@{self.login}") or given.get(self.element) or default

    def said(self, *usual: str) -> str:
        """The opinion: the story's words, else one of the usual ones."""
        given = self.story.says
        own = "" if self.visit else given.get(f"{self.element}@{self.login}") or given.get(self.element) or ""
        return own or (self.random.choice(usual) if usual else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is decided: outcome, words, form fields, and texts that are handed in as files."""

    outcome: str
    opinion: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()  # name and text
    reasons: tuple[str, ...] = ()
    field: str = ""  # of the form, that holds the files; default: they are attachments


@cache
def told(name: str) -> dict[str, Any]:
    """A file of stories."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def rows(name: str, key: str, diary: Diary) -> Iterator[tuple[dict[str, Any], datetime, int]]:
    """The rows of a file, each with its time and a seed; those that would lie ahead are left out."""
    for ordinal, row in enumerate(told(name)[key], 1):
        ago = row.get("ago")
        clock = row.get("at") or f"{9 + ordinal % 3:02}:{ordinal * 7 % 60:02}"
        at = diary.until - timedelta(minutes=ago) if ago else diary.at(row["back"], clock)
        if at < diary.until:
            yield filled(row, diary.words(at)), at, ordinal


def course(row: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a row that says how it goes, as arguments of Story."""
    hold = row.get("hold", ())
    return {
        "hold": frozenset([hold] if isinstance(hold, str) else hold),
        "late": row.get("late", {}),
        "returned": row.get("returned", {}),
        "chooses": row.get("chooses", {}),
        "says": row.get("says", {}),
        "urged": row.get("urged", {}),
        "withdrawn": row.get("withdrawn", ""),
        "quick": row.get("quick", 0),
        "pace": row.get("pace", 0),
    }


def filled(value: Any, words: Mapping[str, object]) -> Any:
    """A value of a row with ``{year}`` and its kin filled in."""
    if isinstance(value, str):
        return value.format(**words) if "{" in value else value
    if isinstance(value, list):
        return [filled(part, words) for part in value]
    if isinstance(value, dict):
        return {key: filled(part, words) for key, part in value.items()}
    return value


def phone(login: str) -> str:
    """An office telephone that is always the same for a person."""
    return f"010-5566{sum(map(ord, login)) * 37 % 9000 + 1000:04}"

"""What was found in a draft, word by word and place by place, and what somebody has said about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.lexicon.dictionary import BANNED, Hit, Lexicon

SHOWN: Final = 3  # passages of one word in one place
ALLOWED: Final = "allowed"  # ticked off by whoever reviews
WAIVED: Final = "waived"  # a banned word, by whoever may let it stand


@dataclass(frozen=True, slots=True)
class Place:
    """A text that is looked through: a field, or one file of a field."""

    field: str
    label: str
    name: str  # of the file, else empty
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One word in one place; ``verdict`` is what was said of it, for no more than it was said of."""

    key: str
    field: str
    label: str
    name: str
    word: str
    kind: str
    suggestion: str
    note: str
    count: int
    passages: tuple[Hit, ...]
    verdict: str = ""
    by: str = ""
    reason: str = ""

    @property
    def banned(self) -> bool:
        return self.kind == BANNED

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"{self.label} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Allowance:
    """Which findings somebody lets stand, and the one reason for all of them."""

    keys: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft looked through: ``unread`` are files without a text; ``gate``: what is open keeps it from going on."""

    findings: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # that were looked through
    gate: bool = False
    may_waive: bool = False
    size: int = 0  # words of the dictionary


def find(places: Iterable[Place], lexicon: Lexicon, said: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything in these places, in the order of their texts; ``said`` holds earlier verdicts by key."""
    return tuple(one for place in places for one in _in_place(place, lexicon, said))


def open_ones(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What nobody has said anything of yet."""
    return tuple(one for one in findings if not one.verdict)


def _in_place(place: Place, lexicon: Lexicon, said: Mapping[str, Any]) -> list[Finding]:
    found: dict[str, list[Hit]] = {}
    for hit in lexicon.hits(place.text):
        found.setdefault(hit.word.text, []).append(hit)
    return [_finding(place, hits, said) for hits in found.values()]


def _finding(place: Place, hits: list[Hit], said: Mapping[str, Any]) -> Finding:
    word = hits[0].word
    key = f"{place.field}/{place.name}:{word.text}" if place.name else f"{place.field}:{word.text}"
    earlier = said.get(key) or {}
    # what was allowed once is not allowed twice, nor does a word that was banned meanwhile stand by an old tick
    holds = len(hits) <= int(earlier.get("count", 0)) and (word.kind != BANNED or earlier.get("verdict") == WAIVED)
    verdict = earlier if holds else {}
    return Finding(
        key=key,
        field=place.field,
        label=place.label,
        name=place.name,
        word=word.text,
        kind=word.kind,
        suggestion=word.suggestion,
        note=word.note,
        count=len(hits),
        passages=tuple(hits[:SHOWN]),
        verdict=str(verdict.get("verdict", "")),
        by=str(verdict.get("by", "")),
        reason=str(verdict.get("reason", "")),
    )

"""What a performer rule may look at besides the organisation, and the wish for people that it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.model import Json
from engine.org.people import Matter

Registers = Callable[[str, str], Mapping[str, Json] | None]


def no_register(_register: str, _label: str) -> None:
    """The look-up of a house without registers."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The case that asks: its variables, who started it, what was decided and who performs now (for ladders)."""

    variables: Mapping[str, Json] = field(default_factory=dict)
    initiator: str = ""  # login
    initiator_unit: str = ""  # code
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # element -> {outcome, by, at, …}
    performer: str = ""  # login of the performer a ladder speaks of
    process: str = ""  # key of the process, for substitutions of limited scope
    category: str = ""  # of the process: an authority does not cover seals unless it says so
    genre: str = ""  # 文种, and
    amount: Decimal | None = None  # 金额, for authorities that are limited to them
    registers: Registers = no_register
    knowers: frozenset[str] | None = None  # logins that may know a secret case; None: no list
    after_hours: bool = False  # whether the office is closed now

    @property
    def matter(self) -> Matter:
        """What the case is about."""
        return Matter(self.process, self.category, self.genre, self.amount)


@dataclass(frozen=True, slots=True)
class Wish:
    """One seat that a rule asks for: a post or a person, before anybody is found to be away."""

    post: str = ""  # post code
    unit: str = ""  # unit code; empty: the post nearest to the group's office
    person: str = ""  # login
    label: str = ""  # how the person is called here, e.g. 分管领导
    title: str = ""  # acts under this title instead of the main post's, e.g. 印章保管人
    deputies: tuple[str, ...] = ()  # logins of the B roles of this person in this matter
    pool: bool = False  # every holder may claim it
    everyone: bool = False
    each: bool = False  # keep one item per wish even when two wishes find the same person
    apart: tuple["Wish", ...] = ()  # must not be the person found for these
    missing: str = ""  # nobody can be named, and why

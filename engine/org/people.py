"""The nouns of the organisation (domain.md §7.1): frozen rows as the store gives them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in or be named."""

    id: int
    login: str
    name: str
    pinyin: str = ""
    roles: frozenset[str] = frozenset({"user"})
    active: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """``kind`` is group, company, department or external."""

    id: int
    code: str
    name: str
    short: str
    kind: str
    parent_id: int | None = None
    ordinal: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """A post of one unit; ``code`` says what it does (hegao, head), ``title`` how it is called."""

    id: int
    unit_id: int
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person holds a post from ``since`` to ``until``, both included; ``role`` is A or B (AB 角)."""

    person_id: int
    post_id: int
    since: date
    until: date | None = None
    role: str = "A"
    main: bool = False
    ordinal: int = 0
    id: int = 0

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Charge:
    """分管: a leader is in charge of a unit; with a topic only for that topic."""

    person_id: int
    unit_id: int
    since: date
    until: date | None = None
    topic: str | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


SEALS = "用印"  # the category of processes that an authority covers only if it says so (domain.md §7.3)


@dataclass(frozen=True, slots=True)
class Substitution:
    """授权代理: the substitute acts for the principal; an empty ``scope`` means every process but those of seals."""

    principal_id: int
    substitute_id: int
    since: datetime
    until: datetime
    scope: tuple[str, ...] = ()
    reason: str = ""
    seals: bool = False
    id: int = 0

    def covers(self, now: datetime, process: str, category: str = "") -> bool:
        return self.since <= now < self.until and self.reaches(process, category)

    def reaches(self, process: str, category: str) -> bool:
        """Whether the authority holds for a process; a process that is named needs no other permission."""
        return process in self.scope if self.scope else self.seals or category != SEALS


@dataclass(frozen=True, slots=True)
class Leave:
    """请假、外出: nobody asks this person for anything from ``since`` until ``until``."""

    person_id: int
    since: datetime
    until: datetime
    reason: str = ""
    id: int = 0

    def covers(self, now: datetime) -> bool:
        return self.since <= now < self.until

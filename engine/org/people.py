"""The nouns of the organisation (domain.md §7.1): frozen rows as the store gives them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


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

    @property
    def called(self) -> str:
        """What people say: the short name, where there is one."""
        return self.short or self.name


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
class Matter:
    """What a case is about, as far as an authority may be limited to it (domain.md §7.4)."""

    process: str = ""  # key
    category: str = ""  # of the process
    genre: str = ""  # 文种
    amount: Decimal | None = None  # 金额, where the case has one


@dataclass(frozen=True, slots=True)
class Substitution:
    """授权代理: the substitute acts for the principal; an empty ``scope`` means every process but those of seals.

    With ``genres`` it holds for documents of these kinds only, with ``most`` only for amounts up to that.
    """

    principal_id: int
    substitute_id: int
    since: datetime
    until: datetime
    scope: tuple[str, ...] = ()
    reason: str = ""
    seals: bool = False
    letter: str = ""  # number of the letter of authority (授权书编号)
    genres: tuple[str, ...] = ()
    most: Decimal | None = None
    id: int = 0

    @property
    def partial(self) -> bool:
        """Whether it holds for some matters only."""
        return bool(self.scope or self.genres or self.most is not None)

    def covers(self, now: datetime, matter: Matter) -> bool:
        return self.since <= now < self.until and self.reaches(matter)

    def reaches(self, matter: Matter) -> bool:
        """Whether the authority holds for a matter; a process that is named needs no other permission."""
        named = matter.process in self.scope if self.scope else self.seals or matter.category != SEALS
        kind = not self.genres or matter.genre in self.genres
        # an amount that is not known is not within a limit
        return named and kind and (self.most is None or (matter.amount is not None and matter.amount <= self.most))


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

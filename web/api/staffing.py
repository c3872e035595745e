"""What the calls about people take and give."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from web.api import bodies, shapes


class Times(BaseModel):
    """From when until when: instants with their offset."""

    model_config = ConfigDict(extra="forbid")

    login: bodies.Line | None = None  # the caller, when left out
    by: bodies.Line = ""
    since: datetime
    until: datetime
    seals: bool = False
    reason: bodies.Line = ""


class Authority(Times):
    """授权代理: ``by`` acts for ``login``; without a scope for every process but those of seals."""

    scope: list[bodies.Line] = []
    letter: Annotated[str, Field(max_length=60)] = ""
    genres: Annotated[list[bodies.Line], Field(max_length=20)] = []
    most: Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=2)] | None = None


class Deactivation(bodies.Body):
    """停用: whoever has open work needs a receiver."""

    to: bodies.Line = ""
    reason: bodies.Line = "离岗"


class RoleChange(bodies.Body):
    """Roles given and taken; what is not named stays."""

    give: Annotated[list[bodies.Line], Field(max_length=20, default_factory=list)]
    take: Annotated[list[bodies.Line], Field(max_length=20, default_factory=list)]


class Rotation(BaseModel):
    """轮岗: a post and its open work from one person to another, from 00:00 of a day."""

    model_config = ConfigDict(extra="forbid")

    login: bodies.Line
    to: bodies.Line
    unit: bodies.Line
    post: bodies.Line
    on: date
    witness: bodies.Line = ""
    reason: bodies.Line = "轮岗"
    goods: bodies.Prose = ""


class SearchQuery(BaseModel):
    """What to look for; words between blanks must all be there."""

    model_config = ConfigDict(extra="forbid")

    q: bodies.Line
    process: bodies.Line | None = None
    state: Literal["running", "ended"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Moved(shapes.Shape):
    """What became of one open item; ``reason`` says why it stayed or went elsewhere."""

    item: int
    number: str
    title: str
    step: str
    to: str
    to_name: str
    done: bool
    reason: str


class Leave(shapes.Shape):
    """A leave; ``state`` is planned, away or over."""

    id: int
    login: str
    name: str
    since: datetime
    until: datetime
    reason: str
    by: str
    state: str
    moved: list[Moved]
    returned: list[Moved]
    done: list[Moved]


class StandingIn(shapes.Shape):
    """Who acts for whom."""

    id: int
    principal: str
    principal_name: str
    substitute: str
    substitute_name: str
    since: datetime
    until: datetime
    scope: list[str]
    seals: bool
    reason: str
    letter: str
    genres: list[str]
    most: Decimal | None


class Handover(shapes.Shape):
    """A hand-over; ``kind`` is leaver or rotation, ``state`` planned, done or cancelled."""

    id: int
    kind: str
    person: str
    receiver: str
    witness: str
    post: str
    due: datetime
    state: str
    reason: str
    goods: str
    moved: list[Moved]


class User(shapes.Shape):
    """A person; ``open`` is how many items they have to do."""

    login: str
    name: str
    posts: list[str]
    roles: list[str]
    active: bool
    open: int
    away: str


class RoleHolder(shapes.Shape):
    """Somebody with roles besides that of everybody."""

    login: str
    name: str
    unit: str
    roles: list[str]


class RoleHolders(shapes.Shape):
    """As far as the caller's company reaches."""

    items: list[RoleHolder]


class Roles(shapes.Shape):
    """What a person has now."""

    roles: list[str]


class Leaves(shapes.Shape):
    """The newest first."""

    items: list[Leave]


class Standing(shapes.Shape):
    """Open and coming ones."""

    items: list[StandingIn]


class Handovers(shapes.Shape):
    """The newest first."""

    items: list[Handover]


class Users(shapes.Shape):
    """Who has left comes last."""

    items: list[User]


class Made(shapes.Shape):
    """The id of what was recorded."""

    id: int


class Done(shapes.Shape):
    """What moved, if anything did."""

    moved: list[Moved]


class FoundItem(shapes.Shape):
    """An instance found."""

    number: str
    title: str
    process: str
    process_title: str
    urgency: str
    state: str
    sender: str
    holder: str
    arrived: datetime


class Found(shapes.Shape):
    """Results, the newest first; ``kinds`` counts them by process. With ``more`` there are more than are counted."""

    items: list[FoundItem] = Field(validation_alias=AliasChoices("items", "rows"))
    total: int
    kinds: dict[str, int]
    more: bool

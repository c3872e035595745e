"""Calls about people and search: who stands in, leaves with their lists, work that changes hands, users."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.verbs import inbox
from engine.verbs import people as verbs
from web.api import bodies, shapes
from web.api.blueprint import api, caller
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["people"])
may_come_late = api.doc(security="bearer", tags=["people"], responses=[409])


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


class Deactivation(bodies.Body):
    """停用: whoever has open work needs a receiver."""

    to: bodies.Line = ""
    reason: bodies.Line = "离岗"


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

    items: list[FoundItem] = Field(validation_alias="rows")
    total: int
    kinds: dict[str, int]
    more: bool


@api.get("/search")
@api.input(SearchQuery, location="query", arg_name="wanted")
@api.output(Found)
@documented
def search(wanted: SearchQuery) -> Any:
    """Instances the caller may see, by title, number, form and opinions"""
    return inbox.search(
        the_engine(),
        wanted.q,
        caller(),
        process=wanted.process,
        state=wanted.state,
        limit=wanted.limit,
        offset=wanted.offset,
    )


@api.get("/substitutions")
@api.output(Standing)
@documented
def list_substitutions() -> Any:
    """Who stands in for the caller and for whom the caller stands in; everybody's for an administrator"""
    everybody = "admin" in caller().roles
    return {"items": verbs.substitutions(the_engine(), caller(), everybody=everybody)}


@api.post("/substitutions")
@api.input(Authority, arg_name="body")
@api.output(Made, status_code=201)
@documented
def substitute(body: Authority) -> Any:
    """Let somebody act for the caller, or for anybody as administrator"""
    made = verbs.substitute(
        the_engine(),
        body.login or caller().login,
        body.by,
        caller(),
        since=body.since,
        until=body.until,
        scope=body.scope,
        seals=body.seals,
        reason=body.reason or "授权代理",
    )
    return {"id": made}


@api.post("/substitutions/<int:row>/end")
@api.output(Done)
@documented
def end_substitution(row: int) -> Any:
    """End it before its time"""
    verbs.end_substitution(the_engine(), row, caller())
    return {"moved": []}


@api.get("/leaves")
@api.output(Leaves)
@documented
def list_leaves() -> Any:
    """The caller's leaves without their lists; everybody's for an administrator"""
    return {"items": verbs.leaves(the_engine(), caller(), everybody="admin" in caller().roles)}


@api.post("/leaves")
@api.input(Times, arg_name="body")
@api.output(Made, status_code=201)
@may_come_late
def take_leave(body: Times) -> Any:
    """Go on leave: open work goes to whoever stands in"""
    made = verbs.take_leave(
        the_engine(),
        body.login or caller().login,
        caller(),
        since=body.since,
        until=body.until,
        reason=body.reason or "请假",
        by=body.by,
        seals=body.seals,
    )
    return {"id": made}


@api.get("/leaves/<int:row>")
@api.output(Leave)
@documented
def get_leave(row: int) -> Any:
    """A leave with what was handed over, what others did, and what came back"""
    return verbs.leave(the_engine(), row, caller())


@api.post("/leaves/<int:row>/end")
@api.output(Done)
@may_come_late
def end_leave(row: int) -> Any:
    """Back: what is still open returns"""
    return {"moved": verbs.end_leave(the_engine(), row, caller())}


@api.get("/users")
@api.output(Users)
@documented
def list_users() -> Any:
    """Everybody, for administrators"""
    return {"items": verbs.users(the_engine(), caller())}


@api.post("/users/<login>/deactivate")
@api.input(Deactivation, arg_name="body")
@api.output(Done)
@may_come_late
def deactivate(login: str, body: Deactivation) -> Any:
    """Let somebody go and move all open work to a receiver"""
    done = verbs.deactivate(the_engine(), login, caller(), to=body.to, reason=body.reason)
    return {"moved": done.moved if done else []}


@api.post("/users/<login>/activate")
@api.output(Done)
@documented
def activate(login: str) -> Any:
    """Let somebody in again"""
    verbs.activate(the_engine(), login, caller())
    return {"moved": []}


@api.get("/handovers")
@api.output(Handovers)
@documented
def list_handovers() -> Any:
    """All hand-overs, for administrators"""
    return {"items": verbs.handovers(the_engine(), caller())}


@api.post("/handovers")
@api.input(Rotation, arg_name="body")
@api.output(Made, status_code=201)
@may_come_late
def rotate(body: Rotation) -> Any:
    """Give a post to somebody else on a day"""
    return {"id": verbs.rotate(the_engine(), actor=caller(), **body.model_dump())}


@api.get("/handovers/<int:row>")
@api.output(Handover)
@documented
def get_handover(row: int) -> Any:
    """One hand-over with what moved"""
    return verbs.handover(the_engine(), row, caller())


@api.post("/handovers/<int:row>/cancel")
@api.output(Done)
@may_come_late
def cancel_rotation(row: int) -> Any:
    """Take a rotation back before its day"""
    verbs.cancel_rotation(the_engine(), row, caller())
    return {"moved": []}

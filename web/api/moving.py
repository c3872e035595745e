"""Calls on what an administrator moves with a second person's consent, and on what one follows."""

from datetime import datetime
from typing import Any

from engine.verbs import following, moving
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key, once
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["instances"])
may_come_late = api.doc(security="bearer", tags=["instances"], responses=[409])


class MoveEffect(shapes.Shape):
    """Open steps that end, those that go on, and those that open."""

    ends: list[str]
    stays_open: list[str]
    opens: list[str]


class MoveRequest(shapes.Shape):
    """A move that waits for a second person; ``problem`` says why it cannot be done any more."""

    id: int
    asked_by: str
    asked_at: datetime
    reason: str
    effect: MoveEffect
    mine: bool
    problem: str


class MoveRequests(shapes.Shape):
    """Moves that wait."""

    requests: list[MoveRequest]


class FollowedOne(shapes.Shape):
    """One instance that the caller follows."""

    number: str
    title: str
    process_title: str
    state_label: str
    holder: str
    light: str
    deadline: datetime | None
    ended: datetime | None


class Following(shapes.Shape):
    """What the caller follows, the newest first."""

    items: list[FollowedOne]


class Follows(shapes.Shape):
    """Whether the caller follows the instance."""

    follows: bool


@api.get("/instances/<number>/move")
@api.output(MoveRequests)
@documented
def list_moves(number: str) -> Any:
    """Moves of an instance that wait for a second person"""
    return {"requests": moving.requests(the_engine(), number, caller())}


@api.post("/instances/<number>/move/preview")
@api.input(bodies.Destination, arg_name="body")
@api.output(MoveEffect)
@documented
def preview_move(number: str, body: bodies.Destination) -> Any:
    """What a move would end and open; nothing is written"""
    return moving.preview_move(the_engine(), number, caller(), enter=body.enter, cancel=body.cancel)


@api.post("/instances/<number>/move")
@api.input(bodies.Move, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def ask_move(number: str, body: bodies.Move) -> Any:
    """Ask to move an instance; done when a second person agrees"""
    return telling.answer(
        moving.ask_move(
            the_engine(),
            number,
            caller(),
            enter=body.enter,
            cancel=body.cancel,
            reason=body.reason,
            key=idempotency_key(),
        )
    )


@api.post("/instances/<number>/move/<int:request_id>")
@api.input(bodies.Consent, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def answer_move(number: str, request_id: int, body: bodies.Consent) -> Any:
    """Agree to a move as the second person, or not"""
    return telling.answer(
        moving.answer_move(
            the_engine(), number, request_id, caller(), agree=body.agree, opinion=body.opinion, key=idempotency_key()
        )
    )


@api.get("/following")
@api.output(Following)
@documented
def list_following() -> Any:
    """What the caller follows"""
    return {"items": following.followed(the_engine(), caller())}


@api.post("/instances/<number>/follow")
@once
@api.output(Follows)
@documented
def follow(number: str) -> Any:
    """Hear of its end, its returns and its stops"""
    following.follow(the_engine(), number, caller())
    return {"follows": True}


@api.post("/instances/<number>/unfollow")
@once
@api.output(Follows)
@documented
def unfollow(number: str) -> Any:
    """No more of that"""
    following.unfollow(the_engine(), number, caller())
    return {"follows": False}

"""Calls about 停表: ask, allow, refuse, end, and what there is of an instance."""

from datetime import datetime
from typing import Any

from engine.verbs import pauses
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key
from web.shell import the_engine


class Pause(shapes.Shape):
    """One pause of the clock of a step."""

    id: int
    step: str
    code: str
    reason: str
    basis: str
    days: int
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    words: str
    since: datetime | None
    until: datetime | None
    ended: datetime | None
    approvers: list[str]


class Pauses(shapes.Shape):
    """The newest first."""

    pauses: list[Pause]


may_come_late = api.doc(security="bearer", tags=["pauses"], responses=[409])


@api.get("/instances/<number>/pauses")
@api.output(Pauses)
@api.doc(security="bearer", tags=["pauses"])
def pauses_of(number: str) -> Any:
    """Every pause of an instance, the newest first"""
    return {"pauses": pauses.of_instance(the_engine(), number, caller())}


@api.post("/items/<int:item>/pause")
@api.input(bodies.Pause, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def ask_pause(item: int, body: bodies.Pause) -> Any:
    """Ask that the clock of a step stands still; it runs on until somebody allows it"""
    return telling.answer(
        pauses.ask(the_engine(), item, body.code, caller(), basis=body.basis, days=body.days, key=idempotency_key())
    )


@api.post("/pauses/<int:pause>/approve")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def approve_pause(pause: int, body: bodies.Opinion) -> Any:
    """Allow it: the clock stands from now on"""
    return telling.answer(pauses.approve(the_engine(), pause, caller(), words=body.opinion, key=idempotency_key()))


@api.post("/pauses/<int:pause>/refuse")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def refuse_pause(pause: int, body: bodies.Reason) -> Any:
    """Refuse it: the clock runs on"""
    return telling.answer(pauses.refuse(the_engine(), pause, caller(), words=body.reason, key=idempotency_key()))


@api.post("/pauses/<int:pause>/end")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def end_pause(pause: int, body: bodies.Opinion) -> Any:
    """Let the clock run again; deadlines move by the pause"""
    return telling.answer(pauses.end(the_engine(), pause, caller(), words=body.opinion, key=idempotency_key()))

"""Calls of those who keep the processes: suspend, resume, terminate, take up again."""

from typing import Any

from engine.verbs import stopping
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key
from web.shell import the_engine

may_come_late = api.doc(security="bearer", tags=["instances"], responses=[409])


@api.post("/instances/<number>/suspend")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def suspend(number: str, body: bodies.Reason) -> Any:
    """Stop an instance and all its clocks for a while"""
    return telling.answer(stopping.suspend(the_engine(), number, caller(), reason=body.reason, key=idempotency_key()))


@api.post("/instances/<number>/resume")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def resume(number: str, body: bodies.Opinion) -> Any:
    """Let it go on; its deadlines move by the pause"""
    return telling.answer(stopping.resume(the_engine(), number, caller(), reason=body.opinion, key=idempotency_key()))


@api.post("/instances/<number>/terminate")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def terminate(number: str, body: bodies.Reason) -> Any:
    """End an instance that is not needed any more; number and record stay"""
    return telling.answer(stopping.terminate(the_engine(), number, caller(), reason=body.reason, key=idempotency_key()))


@api.post("/instances/<number>/reopen")
@api.input(bodies.Reopen, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def reopen(number: str, body: bodies.Reopen) -> Any:
    """Take up an ended instance at a step it passed, or a terminated one where it stood"""
    return telling.answer(
        stopping.reopen(the_engine(), number, caller(), reason=body.reason, to=body.to, key=idempotency_key())
    )

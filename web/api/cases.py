"""Calls on instances: start one, look at it, urge, take it back, void it."""

from typing import Any

from engine.model import InstanceView, Json
from engine.verbs import definitions, instances, looks, people, work
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, etag, idempotency_key
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["instances"])
may_come_late = api.doc(security="bearer", tags=["instances"], responses=[409])


@api.post("/instances")
@api.input(bodies.Start, arg_name="body")
@api.output(shapes.Started, status_code=201)
@documented
def start(body: bodies.Start) -> Any:
    """Start a process with its first form"""
    done = instances.start(
        the_engine(),
        body.process,
        body.data,
        people.in_post(the_engine(), caller(), body.post) if body.post else caller(),
        urgency=body.urgency,
        title=body.title,
        key=idempotency_key(),
    )
    return {"number": done.number, "title": done.title, "state": done.state,
            "next": [telling.next_step(step) for step in done.next]}  # fmt: skip


@api.get("/instances/<number>")
@api.output(shapes.Instance)
@documented
def get_instance(number: str) -> Any:
    """An instance with its data, open activities, record and diagram"""
    view = instances.seen(the_engine(), number, caller())
    if view.contents and looks.looked(the_engine(), number, caller()):
        view = instances.seen(the_engine(), number, caller())  # its record and revision have gone on
    return telling.instance(view, _visible(view)), 200, etag(view.revision)


@api.post("/instances/<number>/urge")
@api.input(bodies.Urge, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def urge_instance(number: str, body: bodies.Urge) -> Any:
    """Remind everybody who holds it, or who has not read it yet, once a working day"""
    remind = work.urge_readers if body.readers else instances.urge
    return telling.answer(remind(the_engine(), number, caller(), text=body.text, key=idempotency_key()))


@api.post("/instances/<number>/withdraw")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def withdraw(number: str, body: bodies.Reason) -> Any:
    """Take one's own instance back, as long as nobody has opened it"""
    return telling.answer(instances.withdraw(the_engine(), number, caller(), reason=body.reason, key=idempotency_key()))


@api.post("/instances/<number>/void")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def void(number: str, body: bodies.Reason) -> Any:
    """End an instance as administrator; number and record stay"""
    return telling.answer(instances.void(the_engine(), number, caller(), reason=body.reason, key=idempotency_key()))


def _visible(view: InstanceView) -> dict[str, Json]:
    """The values of the form, without those hidden at the step where the caller stands."""
    if not view.contents:
        return {}
    engine = the_engine()
    form = definitions.package(engine, view.process, view.version).form
    mine = work.mine(engine, view.number, caller())
    rights = work.view(engine, mine, caller()).permissions if mine is not None else {}
    return {id: view.data.get(id) for id in form.by_id if rights.get(id) != "hide"}

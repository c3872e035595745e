"""Calls on work items: the boxes, one item, its decision, and handing it back or on."""

from typing import Any

import forms
from engine.lexicon import Allowance
from engine.model import Done
from engine.verbs import inbox, instances, papers, work
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, etag, idempotency_key, said
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["work"])
may_come_late = api.doc(security="bearer", tags=["work"], responses=[409])


class PartOfStep(shapes.Shape):
    """One person's part of a step; ``outcome`` is empty while it is open."""

    step: str
    person: str
    login: str
    outcome: str


class ReturnWay(shapes.Shape):
    """What one way of returning would do; ``problem`` says why it cannot be taken."""

    element: str
    name: str
    mode: str
    people: list[str]
    ends: list[str]
    closes: list[PartOfStep]
    stays_open: list[str]
    opinions_stay: list[PartOfStep]
    asked_again: list[PartOfStep]
    reenters: list[str]
    countersigners: list[PartOfStep]
    problem: str


class ReturnPreview(shapes.Shape):
    """Every step one may return to, both ways back."""

    ways: list[ReturnWay]


@api.get("/inbox")
@api.input(bodies.InboxQuery, location="query", arg_name="wanted")
@api.output(shapes.Inbox)
@documented
def list_inbox(wanted: bodies.InboxQuery) -> Any:
    """A part of one of the caller's boxes"""
    return inbox.page(the_engine(), caller(), **wanted.model_dump())


@api.get("/items/<int:item>")
@api.output(shapes.ItemDetail)
@documented
def get_item(item: int) -> Any:
    """One work item: form, rights, outcomes and what follows each"""
    view = work.view(the_engine(), item, caller())
    return telling.detail(view, forms.json_schema(view.form)), 200, etag(view.instance.revision)


@api.post("/items/<int:item>/decision")
@api.input(bodies.Decision, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def decide(item: int, body: bodies.Decision) -> Any:
    """Give the outcome of one's own part"""
    return _told(
        work.decide(
            the_engine(),
            item,
            body.outcome,
            caller(),
            opinion=body.opinion,
            data=body.data,
            attachments=body.attachments,
            reasons=tuple(body.reasons),
            words=Allowance(tuple(body.words.allow), body.words.reason) if body.words else None,
            key=idempotency_key(),
        )
    )


@api.post("/items/<int:item>/return")
@api.input(bodies.Return, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def return_item(item: int, body: bodies.Return) -> Any:
    """Return to an earlier step, with the reason"""
    return _told(
        work.return_to(
            the_engine(),
            item,
            caller(),
            to=body.to,
            mode=body.mode,
            opinion=body.opinion,
            reasons=tuple(body.reasons),
            only=tuple(body.only),
            key=idempotency_key(),
        )
    )


@api.get("/items/<int:item>/return")
@api.output(ReturnPreview)
@documented
def preview_return(item: int) -> Any:
    """What each way of returning would end and close, and which opinions would stay"""
    return {"ways": work.preview_return(the_engine(), item, caller())}


@api.post("/items/<int:item>/transfer")
@api.input(bodies.Transfer, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def transfer(item: int, body: bodies.Transfer) -> Any:
    """Hand one's part to somebody else"""
    return _told(work.transfer(the_engine(), item, body.to, caller(), opinion=body.opinion, key=idempotency_key()))


@api.post("/items/<int:item>/urge")
@api.input(bodies.Urge, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def urge(item: int, body: bodies.Urge) -> Any:
    """Remind everybody who holds the instance of this item, once a working day"""
    number = work.view(the_engine(), item, caller()).instance.number
    remind = work.urge_readers if body.readers else instances.urge
    return _told(remind(the_engine(), number, caller(), text=body.text, key=idempotency_key()))


@api.post("/items/<int:item>/claim")
@api.output(shapes.Answer)
@may_come_late
def claim(item: int) -> Any:
    """Take an item of a pool"""
    return _told(work.claim(the_engine(), item, caller(), opinion=said(), key=idempotency_key()))


@api.post("/items/<int:item>/release")
@api.output(shapes.Answer)
@may_come_late
def release(item: int) -> Any:
    """Put an item back into its pool"""
    return _told(work.release(the_engine(), item, caller(), opinion=said(), key=idempotency_key()))


@api.post("/items/<int:item>/retract")
@api.output(shapes.Answer)
@may_come_late
def retract(item: int) -> Any:
    """Take back one's last decision, as long as nobody has opened what followed"""
    return _told(work.retract(the_engine(), item, caller(), opinion=said(), key=idempotency_key()))


@api.post("/items/<int:item>/documents/<name>")
@api.output(shapes.Answer)
@may_come_late
def make_document(item: int, name: str) -> Any:
    """Make a document of the package at this step; its files are attached to the instance"""
    return _told(papers.make(the_engine(), item, name, caller(), key=idempotency_key()))


def _told(done: Done) -> dict[str, Any]:
    return telling.answer(done)

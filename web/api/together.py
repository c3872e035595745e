"""Calls that bring others into a work item: ask, add, delegate, circulate; and many items at once."""

from datetime import datetime
from typing import Any

from engine.verbs import work
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["work"])
may_come_late = api.doc(security="bearer", tags=["work"], responses=[409])


class DecidedOne(shapes.Shape):
    """What became of one of many items; ``code`` and ``reason`` say why it stayed."""

    item_id: int
    number: str
    title: str
    done: bool
    code: str
    reason: str
    undo_until: datetime | None


class DecidedMany(shapes.Shape):
    """All of them in the order given, and how many went."""

    items: list[DecidedOne]
    done: int


class Act(shapes.Shape):
    """What somebody did, in words."""

    at: datetime
    verb: str
    label: str
    actor: str
    on_behalf_of: str
    step: str
    opinion: str


class Explanation(shapes.Shape):
    """Why an item is with its performer; ``could_act`` are those whom the rule names now."""

    item_id: int
    number: str
    step: str
    duty: str
    why: str
    rule: str
    rule_words: str
    hops: list[str]
    performer: str
    on_behalf_of: str
    acted: list[Act]
    could_act: list[str]
    next: dict[str, list[shapes.Next]]
    effects: dict[str, str]
    problem: str


class Explanations(shapes.Shape):
    """One for each open work item, who has acted, and why nobody has it where nothing is open."""

    number: str
    state: str
    state_label: str
    items: list[Explanation]
    acted: list[Act]
    stands: str


@api.post("/items/decisions")
@api.input(bodies.Decisions, arg_name="body")
@api.output(DecidedMany)
@documented
def decide_many(body: bodies.Decisions) -> Any:
    """Give many items the same outcome; each goes or stays by itself and says why"""
    told = work.decide_many(
        the_engine(), body.items, body.outcome, caller(), opinion=body.opinion, key=idempotency_key()
    )
    return {"items": told, "done": sum(one.done for one in told)}


@api.get("/items/<int:item>/explanation")
@api.output(Explanation)
@documented
def explain(item: int) -> Any:
    """Why this person, who has acted, who could act, who is next"""
    return _told(work.explain(the_engine(), item, caller()))


@api.get("/instances/<number>/explanation")
@api.output(Explanations)
@documented
def explain_instance(number: str) -> Any:
    """The same for everything that is open on an instance; an ended one says how it ended"""
    told = work.explain_instance(the_engine(), number, caller())
    own = {name: getattr(told, name) for name in ("number", "state", "state_label", "acted", "stands")}
    return own | {"items": [_told(one) for one in told.items]}


def _told(told: work.Explanation) -> dict[str, Any]:
    own = {name: getattr(told, name) for name in Explanation.model_fields if name != "next"}
    return own | {"next": {code: [telling.next_step(s) for s in steps] for code, steps in told.next_steps.items()}}


@api.post("/items/<int:item>/add")
@api.input(bodies.Add, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def add(item: int, body: bodies.Add) -> Any:
    """Let others decide too, before, beside or after the caller"""
    return telling.answer(
        work.add(the_engine(), item, body.to, caller(), where=body.where, opinion=body.opinion, key=idempotency_key())
    )


@api.post("/items/<int:item>/remove")
@api.input(bodies.Reason, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def remove(item: int, body: bodies.Reason) -> Any:
    """Take out a signer whom one has added"""
    return telling.answer(work.remove(the_engine(), item, caller(), opinion=body.reason, key=idempotency_key()))


@api.post("/items/<int:item>/consult")
@api.input(bodies.Consult, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def consult(item: int, body: bodies.Consult) -> Any:
    """Ask others for their opinion; the item stays the caller's"""
    return telling.answer(
        work.consult(the_engine(), item, body.to, caller(), question=body.question, key=idempotency_key())
    )


@api.post("/items/<int:item>/opinion")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def give_opinion(item: int, body: bodies.Opinion) -> Any:
    """Answer what one was asked"""
    return telling.answer(work.give_opinion(the_engine(), item, caller(), opinion=body.opinion, key=idempotency_key()))


@api.post("/items/<int:item>/circulate")
@api.input(bodies.Circulate, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def circulate(item: int, body: bodies.Circulate) -> Any:
    """Send it to others to read"""
    return telling.answer(
        work.circulate(the_engine(), item, body.to, caller(), purpose=body.purpose, key=idempotency_key())
    )


@api.post("/items/<int:item>/read")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def mark_read(item: int, body: bodies.Opinion) -> Any:
    """The receipt for what was circulated to the caller"""
    return telling.answer(work.mark_read(the_engine(), item, caller(), opinion=body.opinion, key=idempotency_key()))


@api.post("/items/<int:item>/oral")
@api.input(bodies.Oral, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def record_oral(item: int, body: bodies.Oral) -> Any:
    """Write down that its performer agreed by word of mouth; it goes on, the signature follows"""
    return telling.answer(
        work.record_oral(
            the_engine(),
            item,
            caller(),
            agreed_at=body.agreed_at,
            witness=body.witness,
            opinion=body.opinion,
            key=idempotency_key(),
        )
    )


@api.post("/items/<int:item>/sign")
@api.input(bodies.Signature, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def sign(item: int, body: bodies.Signature) -> Any:
    """Sign afterwards what one agreed to by word of mouth, or dispute it"""
    return telling.answer(
        work.sign(the_engine(), item, caller(), agree=body.agree, opinion=body.opinion, key=idempotency_key())
    )


@api.post("/items/<int:item>/silence")
@api.input(bodies.Silence, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def answer_silence(item: int, body: bodies.Silence) -> Any:
    """Take the silence of countersigners for no objection, or go on waiting"""
    return telling.answer(
        work.answer_silence(
            the_engine(), item, caller(), assume=body.assume, opinion=body.opinion, key=idempotency_key()
        )
    )


@api.post("/items/<int:item>/entry")
@api.input(bodies.EntryWish, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def ask_entry(item: int, body: bodies.EntryWish) -> Any:
    """Ask to leave an entry of a checklist out, or to postpone it; whoever need not ask does it"""
    return telling.answer(
        work.ask_entry(
            the_engine(), item, body.wish, caller(), reason=body.reason, until=body.until, key=idempotency_key()
        )
    )


@api.post("/items/<int:item>/entry-answer")
@api.input(bodies.Agreement, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def answer_entry(item: int, body: bodies.Agreement) -> Any:
    """Agree that an entry of a checklist is left out or postponed, or refuse"""
    return telling.answer(
        work.answer_entry(the_engine(), item, caller(), agree=body.agree, opinion=body.opinion, key=idempotency_key())
    )


@api.post("/items/<int:item>/delegate")
@api.input(bodies.Transfer, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def delegate(item: int, body: bodies.Transfer) -> Any:
    """Let somebody prepare one's part and hand it back"""
    return telling.answer(
        work.delegate(the_engine(), item, body.to, caller(), opinion=body.opinion, key=idempotency_key())
    )


@api.post("/items/<int:item>/hand-back")
@api.input(bodies.Opinion, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def hand_back(item: int, body: bodies.Opinion) -> Any:
    """Give a delegated part back to its owner"""
    return telling.answer(work.hand_back(the_engine(), item, caller(), opinion=body.opinion, key=idempotency_key()))

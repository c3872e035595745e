"""Calls on what a checklist prepares: change its day, place or size, call it off, note whom one has called."""

from datetime import datetime
from typing import Any

from engine.verbs import replanning
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["meetings"])
may_come_late = api.doc(security="bearer", tags=["meetings"], responses=[409])


class ChangedField(shapes.Shape):
    """A field before and after, in words."""

    field: str
    label: str
    before: str
    after: str


class ChangedEntry(shapes.Shape):
    """An entry that a change touches: ``effect`` is moved, again, added, dropped or noted."""

    item_id: int | None
    effect: str
    entry: str
    title: str
    key: bool
    owner: str
    before: datetime | None
    after: datetime | None
    confirmed: datetime | None
    told: str


class ChangeMade(shapes.Shape):
    """One difference list; ``at`` is empty in a preview."""

    kind: str
    changed: list[ChangedField]
    lines: list[ChangedEntry]
    near: bool
    at: datetime | None
    by: str
    reason: str
    agreed: str


class ChangesMade(shapes.Shape):
    """Difference lists, the newest first."""

    changes: list[ChangeMade]


@api.get("/instances/<number>/changes")
@api.output(ChangesMade)
@documented
def list_changes(number: str) -> Any:
    """Every difference list of an instance, with what has been confirmed since"""
    return {"changes": replanning.changes(the_engine(), number, caller())}


@api.post("/instances/<number>/change/preview")
@api.input(bodies.NewValues, arg_name="body")
@api.output(ChangeMade)
@may_come_late
def preview_change(number: str, body: bodies.NewValues) -> Any:
    """What a change would move, open again, add and drop; nothing is written"""
    return replanning.preview(the_engine(), number, body.data, caller(), extra=body.extras())


@api.post("/instances/<number>/change")
@api.input(bodies.Change, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def change(number: str, body: bodies.Change) -> Any:
    """改期、换场、扩缩: the new values hold at once"""
    return telling.answer(
        replanning.change(
            the_engine(),
            number,
            body.data,
            caller(),
            reason=body.reason,
            extra=body.extras(),
            agreed_at=body.agreed_at,
            key=idempotency_key(),
        )
    )


@api.post("/instances/<number>/call-off")
@api.input(bodies.CallOff, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def call_off(number: str, body: bodies.CallOff) -> Any:
    """取消: what is open falls away, and what follows from it begins"""
    return telling.answer(
        replanning.call_off(
            the_engine(), number, caller(), reason=body.reason, agreed_at=body.agreed_at, key=idempotency_key()
        )
    )


@api.post("/instances/<number>/changes/<int:item>")
@api.input(bodies.Told, arg_name="body")
@api.output(shapes.Answer)
@may_come_late
def confirm_change(number: str, item: int, body: bodies.Told) -> Any:
    """电话确认: what the owner of a touched entry has answered"""
    return telling.answer(
        replanning.confirm(the_engine(), number, item, caller(), words=body.words, key=idempotency_key())
    )

"""Calls about the template of a checklist: what is proposed for it, and its versions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.package.revision import CHANGES
from engine.verbs import revising
from web.api import bodies, shapes
from web.api.blueprint import api, caller, once
from web.shell import the_engine

MOST = 100  # proposals at once
Ids = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=MOST)]
Text = Annotated[str, Field(max_length=120)]


class Proposed(bodies.Body):
    """One revision: what is left out stays as it is, or as in the entry that a new one is ``like``."""

    change: Literal["新增", "修改", "取消"]
    entry: bodies.Line
    why: bodies.Prose
    like: bodies.Line = ""
    title: Text = ""
    owner: bodies.Line = ""
    due: bodies.Line = ""
    requires: bodies.Line = ""
    evidence: Text = ""


class Chosen(bodies.Body):
    """Proposals by their ids."""

    proposals: Ids


class Accepted(Chosen):
    """And what the decision rests on."""

    note: bodies.Prose


class Declined(bodies.Body):
    """Why a proposal is left aside."""

    reason: bodies.Prose


class Row(shapes.Shape):
    """One entry of the template."""

    id: str
    title: str
    owner: str
    due: str
    requires: list[str]
    key: bool
    evidence: str
    phase: str


class File(shapes.Shape):
    """One file as it is for what begins now; version 0: as the package brings it."""

    file: str
    version: int
    rows: list[Row]


class Proposal(shapes.Shape):
    """One proposal, with the case whose review it comes from, if it does."""

    id: int
    change: str
    entry: str
    given: dict[str, str]
    why: str
    state: str
    answer: str
    at: datetime
    by: str
    number: str


class Difference(shapes.Shape):
    """An entry that comes in, goes or changes, field by field: label, before, after."""

    change: str
    entry: str
    title: str
    fields: list[tuple[str, str, str]]


class Differences(shapes.Shape):
    """What accepting would change."""

    changed: list[Difference]


class Checklist(shapes.Shape):
    """The files of a process's checklists and everything that was proposed for them."""

    key: str
    title: str
    files: list[File]
    proposals: list[Proposal]


class Told(shapes.Shape):
    """How many files have a new version."""

    versions: int


class Empty(shapes.Shape):
    """Done; there is nothing to tell."""


described = api.doc(security="bearer", tags=["definitions"], responses=[409])


@api.get("/processes/<key>/checklist")
@api.output(Checklist)
@described
def checklist_of(key: str) -> Any:
    """The template of a checklist as it is for what begins now, and what is proposed for it"""
    found = revising.overview(the_engine(), key, caller())
    files = [
        File(file=file, version=number, rows=[Row.model_validate(r) for r in rows])
        for file, number, rows in found.files
    ]
    proposals = [
        Proposal(
            id=p.id, change=p.change, entry=p.entry, given=dict(p.given), why=p.why, state=p.state, answer=p.answer,
            at=p.at, by=p.by, number=p.number,
        )
        for p in found.proposals
    ]  # fmt: skip
    return Checklist(key=found.key, title=found.title, files=files, proposals=proposals)


@api.post("/processes/<key>/checklist/proposals")
@once
@api.input(Proposed, arg_name="body")
@api.output(Empty, status_code=201)
@described
def propose_revision(key: str, body: Proposed) -> Any:
    """Propose a revision outside a review; what could not be carried out is refused at once"""
    given = body.model_dump(exclude={"change", "why"})
    revising.propose(the_engine(), key, revising.Revision(CHANGES[body.change], **given), caller(), why=body.why)
    return {}


@api.post("/processes/<key>/checklist/proposals/<int:proposal>/decline")
@once
@api.input(Declined, arg_name="body")
@api.output(Empty)
@described
def decline_proposal(key: str, proposal: int, body: Declined) -> Any:
    """Leave a proposal aside, and say why"""
    revising.decline(the_engine(), key, proposal, caller(), reason=body.reason)
    return {}


@api.post("/processes/<key>/checklist/versions/preview")
@api.input(Chosen, arg_name="body")
@api.output(Differences)
@described
def preview_checklist(key: str, body: Chosen) -> Any:
    """What accepting these proposals would change; nothing is written"""
    return {"changed": revising.foresee(the_engine(), key, body.proposals, caller())}


@api.post("/processes/<key>/checklist/versions")
@once
@api.input(Accepted, arg_name="body")
@api.output(Told, status_code=201)
@described
def accept_proposals(key: str, body: Accepted) -> Any:
    """Accept proposals: the next version, which only later cases follow"""
    return {"versions": revising.accept(the_engine(), key, body.proposals, caller(), note=body.note)}

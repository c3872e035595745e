"""Calls about 用词检查: what the dictionary finds at a step, and letting a banned word stand."""

from typing import Any

from engine.lexicon import Checked, Finding
from engine.verbs import work
from web.api import bodies, shapes, telling
from web.api.blueprint import api, caller, idempotency_key
from web.shell import the_engine


class Found(shapes.Shape):
    """One word in one place; ``verdict`` is ``allowed``, ``waived`` or empty, with who said so and why."""

    key: str
    field: str
    place: str
    word: str
    kind: str
    suggestion: str
    note: str
    count: int
    passages: list[str]
    verdict: str
    by: str
    reason: str


class WordCheck(shapes.Shape):
    """A draft looked through; with ``gate`` everything without a verdict keeps the step from going on."""

    findings: list[Found]
    unread: list[str]
    gate: bool
    may_waive: bool


def _found(one: Finding) -> dict[str, Any]:
    texts = [f"{hit.before}{hit.found}{hit.after}" for hit in one.passages]
    names = ("key", "field", "place", "word", "kind", "suggestion", "note", "count", "verdict", "by", "reason")
    return {name: getattr(one, name) for name in names} | {"passages": texts}


@api.get("/items/<int:item>/words")
@api.output(WordCheck)
@api.doc(security="bearer", tags=["work"])
def check_words(item: int) -> Any:
    """What the dictionary of the house finds at this step; nothing where the step looks through nothing"""
    checked = work.check_words(the_engine(), item, caller()) or Checked()
    found = [_found(one) for one in checked.findings]
    return {"findings": found, "unread": checked.unread, "gate": checked.gate, "may_waive": checked.may_waive}


@api.post("/instances/<number>/waive")
@api.input(bodies.WordsAllowed, arg_name="body")
@api.output(shapes.Answer)
@api.doc(security="bearer", tags=["work"], responses=[409])
def waive(number: str, body: bodies.WordsAllowed) -> Any:
    """Let banned words stand in a draft, for whoever the step names"""
    keys = tuple(body.allow)
    return telling.answer(
        work.waive(the_engine(), number, caller(), keys=keys, reason=body.reason, key=idempotency_key())
    )

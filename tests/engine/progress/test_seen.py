"""Changes that were meant for something that has gone on since: refused on both databases, and nothing is written."""

from dataclasses import replace

import pytest

from engine.errors import NotFound, Superseded
from engine.progress.seen import NONE, revision_at, revision_of
from engine.runtime import Engine
from engine.verbs import definitions, work
from engine.verbs.releasing import proposal
from tests.engine.conftest import Login
from tests.support.diagrams import CHANGED, LEAVE


def test_a_draft_knows_which_one_was_read(office: Engine, who: Login) -> None:
    me = who("rlb1")
    first = work.save_draft(office, "start:memo", {"title": "甲"}, replace(me, seen=NONE))

    with pytest.raises(Superseded):
        work.save_draft(office, "start:memo", {"title": "乙"}, replace(me, seen=NONE))
    with pytest.raises(Superseded):
        work.drop_draft(office, "start:memo", replace(me, seen=revision_at(first) - 1))
    kept = work.draft(office, "start:memo", me)
    work.drop_draft(office, "start:memo", replace(me, seen=revision_at(first)))

    assert kept is not None
    assert kept[0] == {"title": "甲"}
    assert work.draft(office, "start:memo", me) is None


def test_a_package_knows_which_version_it_follows(office: Engine, who: Login) -> None:
    designer = who("designer")
    definitions.deploy(office, {"leave.bpmn": LEAVE.encode()})

    with pytest.raises(Superseded):
        proposal(office, {"leave.bpmn": CHANGED.encode()}, replace(designer, seen=NONE))
    with pytest.raises(NotFound) as caught:  # this office has no process by which somebody else could agree
        proposal(office, {"leave.bpmn": CHANGED.encode()}, replace(designer, seen=1))

    assert "流程发布" in caught.value.message_zh
    assert definitions.package(office, "leave").manifest.key == "leave"


def test_things_together_have_another_revision_when_one_of_them_changes() -> None:
    assert revision_of() == NONE
    assert revision_of(("a", 1), ("b", 2)) == revision_of(("a", 1), ("b", 2))
    assert len({revision_of(("a", 1)), revision_of(("a", 2)), revision_of(("a", 1), ("b", 2))}) == 3

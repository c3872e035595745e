"""Completion rules as a table of vote patterns."""

import re

import pytest

from engine.model import Outcome
from engine.package.plan import OpinionRule, Plan
from engine.progress import result
from engine.store.work import ItemRecord
from tests.support.clock import shanghai

NOW = shanghai("2026-03-09 09:00")
YES_NO = (
    Outcome("agree", "同意"),
    Outcome("irrelevant", "不涉及"),
    Outcome("comment", "有修改意见"),
    Outcome("disagree", "不同意"),
)


def plan(completion: str, *, veto: bool = False) -> Plan:
    return Plan(
        element="Vote",
        name="会签",
        performer="",
        candidate_groups=(),
        completion=completion,
        veto=veto,
        limit="none",
        ladder=None,
        outcomes=YES_NO,
        actions=frozenset(),
        fields="",
        opinion=OpinionRule(),
        quick=True,
        quick_reason="",
        checklist=None,
        own_passes=False,
        exclude="",
        duty="",
        return_to=(),
        bulk=False,
        abstain=frozenset({"irrelevant"}),
    )


def votes(pattern: str) -> list[ItemRecord]:
    """One letter a seat: a agree, i not concerned, c comment, d disagree, - still open, w waiting, x removed.

    A figure after a letter is what the vote weighs.
    """
    code = {"a": "agree", "i": "irrelevant", "c": "comment", "d": "disagree"}
    state = {"-": "open", "w": "waiting", "x": "cancelled"}
    return [
        ItemRecord(
            id=n,
            activity_id=1,
            instance_id=1,
            process="vote",
            element="Vote",
            name="会签",
            entry=None,
            performer_id=n,
            pool=None,
            principal_id=None,
            post_id=None,
            kind="decide",
            state=state.get(letter, "done"),
            urgency="平件",
            ordinal=n,
            arrived_at=NOW,
            visible_at=NOW,
            opened_at=None,
            deadline=None,
            warn_at=None,
            outcome=code.get(letter),
            opinion=None,
            data=None,
            decided_at=None,
            decided_by=None,
            facts={"weight": float(weight)} if weight else {},
        )
        for n, (letter, weight) in enumerate(re.findall(r"([a-z-])(\d?)", pattern))
    ]


@pytest.mark.parametrize(
    ("completion", "pattern", "expected"),
    [
        ("one", "---", None),
        ("one", "a--", "agree"),
        ("one", "-d-", "disagree"),
        ("all", "aa-", None),
        ("all", "aaa", "agree"),
        ("all", "aca", "comment"),
        ("all", "acd", "disagree"),
        ("all", "aax", "agree"),
        ("all", "d--", None),
        ("all", "ai-", None),
        ("all", "aai", "agree"),
        ("all", "iic", "comment"),
        ("all", "iii", "irrelevant"),
        ("all", "axi", "agree"),
        ("sequence", "aww", None),
        ("sequence", "a--", None),
        ("sequence", "aaa", "agree"),
        ("ratio:0.6", "aa---", None),
        ("ratio:0.6", "aaa--", "agree"),
        ("ratio:0.6", "ddd--", "disagree"),
        ("ratio:0.6", "ddaa-", None),
        ("ratio:0.5", "aadd", "agree"),
        ("ratio:0.6", "aai--", None),
        ("ratio:0.6", "aaai-", "agree"),
        ("ratio:0.5", "aiii", "agree"),
        ("ratio:0.5", "diii", "disagree"),
        ("ratio:0.5", "iii", "irrelevant"),
        ("ratio:0.5", "iii-", None),
        ("ratio:0.6", "aax--", None),
        ("ratio:0.6", "aaxx-", "agree"),
        ("ratio:1", "aa-", None),
        ("ratio:1", "aad-", "disagree"),
        ("ratio:0.5", "a3d-", "agree"),
        ("ratio:0.5", "d3a-", "disagree"),
        ("ratio:0.5", "a3-4-", None),
        ("ratio:0.5", "a3i4-", "agree"),
        ("ratio:0.6", "a1a1a1d2", "agree"),
        ("checklist", "aa-", None),
        ("checklist", "aaa", "done"),
    ],
)
def test_an_activity_is_over_exactly_when_its_rule_says_so(completion: str, pattern: str, expected: str | None) -> None:
    found = result(plan(completion), votes(pattern))

    assert (found.outcome if found else None) == expected


def test_a_veto_ends_the_vote_at_the_first_no() -> None:
    found = result(plan("all", veto=True), votes("ad-"))

    assert found is not None
    assert (found.outcome, found.outcomes) == ("disagree", ("agree", "disagree"))


@pytest.mark.parametrize(("pattern", "over"), [("i--", False), ("ai-", False), ("aic", True), ("id-", True)])
def test_an_abstention_is_no_veto(pattern: str, over: bool) -> None:
    assert (result(plan("all", veto=True), votes(pattern)) is not None) == over

"""Completion rules as a table of vote patterns."""

import pytest

from engine.model import Outcome
from engine.package.plan import OpinionRule, Plan
from engine.progress import result
from engine.store.work import ItemRecord
from tests.support.clock import shanghai

NOW = shanghai("2026-03-09 09:00")
YES_NO = (Outcome("agree", "同意"), Outcome("comment", "有修改意见"), Outcome("disagree", "不同意"))


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
    )


def votes(pattern: str) -> list[ItemRecord]:
    """One letter a seat: a agree, c comment, d disagree, - still open, x removed."""
    code = {"a": "agree", "c": "comment", "d": "disagree"}
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
            state="open" if letter == "-" else "cancelled" if letter == "x" else "done",
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
            facts={},
        )
        for n, letter in enumerate(pattern)
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
        ("sequence", "a--", None),
        ("sequence", "aaa", "agree"),
        ("ratio:0.6", "aa---", None),
        ("ratio:0.6", "aaa--", "agree"),
        ("ratio:0.6", "ddd--", "disagree"),
        ("ratio:0.6", "ddaa-", None),
        ("ratio:0.5", "aadd", "agree"),
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

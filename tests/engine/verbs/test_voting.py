"""Votes and assisting handlers on the real store: weights, abstentions, substitutes, who is late, who leads."""

from datetime import timedelta

import pytest

from engine.errors import AlreadyHandled, Conflict, InvalidProcess, NotAllowed, NotOffered
from engine.runtime import Engine
from engine.verbs import definitions, inbox, instances, people, work
from tests.support.clock import FakeClock
from tests.support.joint import Login, at, began, letters, lines, one_step, parts

THREE = "people(['cwb_head', 'ahb_head', 'fwb_head'])"
VOTES = "agree:同意, irrelevant:不涉及, disagree:不同意"


def begun(office: Engine, who: Login, **properties: str) -> str:
    """The number of an instance at a step with these properties."""
    definitions.deploy(office, one_step("special", **properties))
    return began(office, who, "special")


def vote(office: Engine, who: Login, number: str, login: str, outcome: str) -> None:
    work.decide(office, at(office, who, number, "Step", login).id, outcome, who(login), opinion="见意见。")


def result(office: Engine, who: Login, number: str) -> str:
    return next(s.outcome for s in instances.get(office, number, who("auditor")).steps if s.element == "Step")


def test_a_heavy_vote_decides_and_who_comes_late_is_told_it_is_over(office: Engine, who: Login) -> None:
    number = begun(office, who, performer=THREE, completion="ratio:0.6", weights="ahb_head:5", outcomes=VOTES)
    late = at(office, who, number, "Step", "cwb_head")

    vote(office, who, number, "ahb_head", "agree")

    assert result(office, who, number) == "同意"
    with pytest.raises(NotOffered, match="cancelled"):
        work.decide(office, late.id, "agree", who("cwb_head"))


def test_a_post_gives_its_weight_to_whoever_holds_it(office: Engine, who: Login) -> None:
    number = begun(
        office, who, performer="[post('hegao'), person('cwb_head'), person('ahb_head')]", completion="ratio:0.6",
        weights="hegao:4", outcomes=VOTES,
    )  # fmt: skip

    vote(office, who, number, "hegao_a", "disagree")

    assert result(office, who, number) == "不同意"


def test_who_abstains_decides_neither_way(office: Engine, who: Login) -> None:
    number = begun(office, who, performer=THREE, completion="all", veto="true", outcomes=VOTES)

    vote(office, who, number, "cwb_head", "irrelevant")
    vote(office, who, number, "ahb_head", "agree")
    assert at(office, who, number, "Step", "fwb_head")

    vote(office, who, number, "fwb_head", "agree")
    assert result(office, who, number) == "同意"


def test_a_substitute_votes_for_the_absent_one_and_the_record_names_both(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    now = clock()
    until = now + timedelta(days=5)
    people.substitute(office, "cwb_head", "cwb1", who("admin"), since=now, until=until, reason="出差")
    number = begun(office, who, performer=THREE, completion="all", outcomes=VOTES)

    vote(office, who, number, "cwb1", "agree")

    entry = lines(office, who, number, "decide")[-1]
    assert (entry.actor, entry.on_behalf_of) == (who("cwb1").name, who("cwb_head").name)


def test_where_no_unit_assists_the_lead_stands_alone(office: Engine, who: Login) -> None:
    number = begun(office, who, performer="person('cwb_head')", assist="unit_head([])", outcomes=VOTES)

    assert [(i.kind, i.performer_id) for i in parts(office, who, number)] == [("decide", who("cwb_head").id)]


def test_only_the_lead_sends_on_and_not_before_those_who_assist_have_answered(office: Engine, who: Login) -> None:
    number = begun(
        office, who, performer="person('cwb_head')", assist="people(['ahb_head', 'cwb_head'])", outcomes=VOTES
    )
    lead, beside = at(office, who, number, "Step", "cwb_head"), at(office, who, number, "Step", "ahb_head")
    assert [i.kind for i in parts(office, who, number)] == ["decide", "assist"]

    with pytest.raises(NotAllowed, match="assist"):
        work.decide(office, beside.id, "agree", who("ahb_head"))
    with pytest.raises(Conflict, match="not answered yet") as refused:
        work.decide(office, lead.id, "agree", who("cwb_head"))
    assert refused.value.reason == "work.assisting"

    work.give_opinion(office, beside.id, who("ahb_head"), opinion="安全方面无异议。")
    assert letters(office, number, who, "T-ANSWER") == ["cwb_head"]
    work.decide(office, lead.id, "agree", who("cwb_head"))

    assert at(office, who, number, "File")
    assert [e.opinion for e in lines(office, who, number, "answer")] == ["安全方面无异议。"]
    with pytest.raises(AlreadyHandled):
        work.give_opinion(office, beside.id, who("ahb_head"), opinion="再补充。")


def test_after_their_own_limit_silence_is_no_opinion_and_the_record_says_so(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = begun(
        office, who, performer="person('cwb_head')", assist="person('ahb_head')", limit="10WD", assist_limit="1WD",
        outcomes=VOTES,
    )  # fmt: skip
    lead = at(office, who, number, "Step", "cwb_head")
    clock.advance(timedelta(days=3))

    work.decide(office, lead.id, "agree", who("cwb_head"))

    assert [e.detail["to"] for e in lines(office, who, number, "assume")] == [["ahb_head"]]
    assert not [i for i in parts(office, who, number) if i.element == "Step"]


def test_silence_counts_as_no_opinion_only_after_the_time_the_step_says(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    number = begun(
        office, who, performer="person('cwb_head')", assist="person('ahb_head')", limit="10WD", assist_limit="3WD",
        assist_silence="4CH/1WD/7WD", outcomes=VOTES,
    )  # fmt: skip
    lead = at(office, who, number, "Step", "cwb_head")
    clock.at("2026-03-18 17:00")  # four working days late, and yet no silence

    with pytest.raises(Conflict) as refused:
        work.decide(office, lead.id, "agree", who("cwb_head"))
    clock.at("2026-03-18 17:30")
    work.decide(office, lead.id, "agree", who("cwb_head"))

    assert refused.value.reason == "work.assisting"
    assert "03-18 17:30" in refused.value.message_zh
    assert [e.detail["to"] for e in lines(office, who, number, "assume")] == [["ahb_head"]]


def test_an_outcome_with_a_time_of_its_own_is_neither_offered_nor_taken_later(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    number = begun(
        office,
        who,
        performer="person('cwb_head')",
        limit="10WD",
        outcomes="done:办结, refuse:退办",
        within="refuse:1WD",
    )
    item = at(office, who, number, "Step", "cwb_head")
    clock.at("2026-03-10 17:30")
    before = [o.code for o in work.view(office, item.id, who("cwb_head")).outcomes]
    clock.at("2026-03-10 17:31")

    with pytest.raises(Conflict, match="03-10 17:30") as refused:
        work.decide(office, item.id, "refuse", who("cwb_head"), opinion="不属本部门职责。")

    assert refused.value.reason == "work.too_late"
    assert before == ["done", "refuse"]
    assert [o.code for o in work.view(office, item.id, who("cwb_head")).outcomes] == ["done"]
    work.decide(office, item.id, "done", who("cwb_head"))
    assert not [i for i in parts(office, who, number) if i.element == "Step"]


def test_a_refusal_by_the_lead_waits_for_nobody(office: Engine, who: Login) -> None:
    number = begun(office, who, performer="person('cwb_head')", assist="person('ahb_head')", outcomes=VOTES)

    vote(office, who, number, "cwb_head", "disagree")

    assert not [i for i in parts(office, who, number) if i.element == "Step"]
    assert not inbox.page(office, who("ahb_head")).rows


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"actions": "add, fly"}, "没有操作 fly"),
        ({"completion": "most"}, "完成规则 most"),
        ({"completion": "ratio:1.5"}, "完成规则 ratio:1.5"),
        ({"completion": "ratio:0.5", "weights": "gm:much"}, "gm:much"),
        ({"completion": "ratio:0.5", "weights": "gm:0"}, "gm:0"),
        ({"weights": "gm:2"}, "权重只用于"),
        ({"abstain": "maybe", "outcomes": VOTES}, "maybe"),
        ({"completion": "sequence", "assist": "initiator()"}, "协办不能"),
        ({"within": "fly:1WD"}, "within 的 fly"),
        ({"within": "approve:soon"}, "时限 soon"),
        ({"assist": "initiator()", "assist_silence": "never"}, "时限 never"),
        ({"assist_silence": "7WD"}, "没有协办"),
    ],
)
def test_a_step_that_means_nothing_is_not_deployed(
    sqlite_office: Engine, properties: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidProcess) as refused:
        definitions.deploy(sqlite_office, one_step("special", performer="initiator()", **properties))

    found = [(p.code, p.message_zh) for p in refused.value.problems]
    assert [code for code, _ in found] == ["package.step"]
    assert words in found[0][1]

"""Why is this with me, and what comes next, on both databases."""

import pytest

from engine.errors import NotFound
from engine.runtime import Engine
from engine.verbs import instances, stopping, work
from tests.engine.conftest import Login
from tests.support.joint import at, began, parts


def test_an_item_of_a_rule_names_rule_person_duty_and_what_follows(office: Engine, who: Login) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number

    told = work.explain(office, at(office, who, number, "Review").id, who("hegao_a"))

    assert (told.rule, told.performer, told.duty) == ("post('hegao')", who("hegao_a").name, "把好四关")
    assert told.performer in told.why
    assert told.could_act == (who("hegao_a").name,)
    assert told.next_steps["approve"][0].people == (who("vp_a").name,)
    assert told.next_steps["refuse"][0].name == "办结"
    assert [(e.verb, e.actor) for e in told.acted] == [("submit", who("rlb1").name)]
    assert told.problem == ""


def test_a_pool_names_everybody_who_may_claim(office: Engine, who: Login) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"), data={"checked": True})
    work.decide(office, at(office, who, number, "Sign").id, "approve", who("vp_a"))

    told = work.explain(office, at(office, who, number, "File").id, who("wenshu_b"))

    assert {who("wenshu_a").name, who("wenshu_b").name} <= set(told.could_act)
    assert [e.actor for e in told.acted] == [who(n).name for n in ("rlb1", "hegao_a", "vp_a")]
    assert told.next_steps["approve"][0].name == "办结"


@pytest.mark.parametrize(
    ("verb", "word"),
    [("consult", "征求意见：可行吗？"), ("circulate", "传阅：供参考"), ("delegate", "委派"), ("add", "前加签")],
)
def test_whoever_was_brought_in_is_told_by_whom_and_what_for(office: Engine, who: Login, verb: str, word: str) -> None:
    number = began(office, who)
    item, hegao = at(office, who, number, "One").id, who("hegao_a")
    if verb == "consult":
        work.consult(office, item, ["cwb_head"], hegao, question="可行吗？")
    elif verb == "circulate":
        work.circulate(office, item, ["cwb_head"], hegao, purpose="供参考")
    elif verb == "delegate":
        work.delegate(office, item, "cwb_head", hegao)
    else:
        work.add(office, item, ["cwb_head"], hegao, where="before")
    theirs = next(i for i in parts(office, who, number, "open", "unread") if i.performer_id == who("cwb_head").id)

    told = work.explain(office, theirs.id, who("cwb_head"))

    assert hegao.name in told.why
    assert word in told.why
    assert bool(told.next_steps) is (verb in ("delegate", "add"))


def test_a_transfer_shows_among_the_hops(office: Engine, who: Login) -> None:
    number = began(office, who)
    item = at(office, who, number, "One").id
    work.transfer(office, item, "fuzhuren", who("hegao_a"))

    told = work.explain(office, item, who("fuzhuren"))

    assert told.hops[-1] == f"{who('hegao_a').name} 转办给 {who('fuzhuren').name}"
    assert told.could_act == (who("hegao_a").name,)


def test_strangers_are_told_nothing(office: Engine, who: Login) -> None:
    with pytest.raises(NotFound):
        work.explain(office, at(office, who, began(office, who), "One").id, who("cwb1"))


def test_every_button_says_what_it_would_do(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    hegao = who("hegao_a")

    told = work.explain(office, at(office, who, number, "Left").id, hegao)

    view = work.view(office, told.item_id, hegao)
    labels = {"add": "加签", "consult": "征求意见", "transfer": "转办", "delegate": "委派", "circulate": "传阅"}
    labels |= {"return": "退回", "save_draft": "暂存", "urge": "催办", "oral": "登记口头请示"}
    assert set(told.effects) == {labels[action] for action in view.actions}
    assert told.effects["退回"] == f"到“拟稿”（{who('rlb1').name}），会签 同时结束"
    assert hegao.name in told.effects["转办"]
    assert set(told.next_steps) == {"approve", "refuse"}


def test_who_is_only_asked_sees_the_one_button_there_is(office: Engine, who: Login) -> None:
    number = began(office, who)
    work.consult(office, at(office, who, number, "One").id, ["cwb_head"], who("hegao_a"), question="可行吗？")
    theirs = at(office, who, number, "One", "cwb_head").id

    assert list(work.explain(office, theirs, who("cwb_head")).effects) == ["答复"]
    work.give_opinion(office, theirs, who("cwb_head"), opinion="可行。")
    assert work.explain(office, theirs, who("cwb_head")).effects == {}


def test_an_instance_is_explained_while_it_runs_stands_and_when_it_has_ended(office: Engine, who: Login) -> None:
    number = began(office, who)

    running = work.explain_instance(office, number, who("rlb1"))
    stopping.suspend(office, number, who("admin"), reason="等机构调整")
    paused = work.explain_instance(office, number, who("rlb1"))
    stopping.terminate(office, number, who("admin"), reason="不办了")
    ended = work.explain_instance(office, number, who("rlb1"))

    assert ([one.performer for one in running.items], running.stands) == ([who("hegao_a").name], "")
    assert [(e.verb, e.actor) for e in running.acted] == [("submit", who("rlb1").name)]
    assert paused.stands.startswith("已暂停：等机构调整")
    assert (ended.items, ended.state_label) == ((), "已终止")
    assert ended.stands == f"{who('admin').name} 办理后于 2026-03-09 09:00 已终止。"
    assert [e.verb for e in ended.acted] == ["submit"]

"""Performer rules find the people that domain.md §7.2 names."""

from typing import Any

import pytest

from engine.errors import ExpressionError
from engine.org import Facts, allows
from tests.engine.org.office import NOW, evaluate, found, logins, office

RULES = (
    ("initiator()", ["rlb1"]),
    ("drafter()", ["rlb1"]),
    ("dept_head(initiator)", ["rlb_head"]),
    ("dept_head(initiator_unit)", ["rlb_head"]),
    ("dept_head('人力资源部')", ["rlb_head"]),
    ("dept_head('vp_a')", ["gm"]),
    ("post('hegao')", ["hegao_a"]),
    ("post('hegao', 'bgs')", ["hegao_a"]),
    ("post('zhuren')", ["zhuren"]),
    ("post('zhuren', 'cabgs')", ["ca_clerk"]),
    ("post('head', 'bgs')", ["zhuren"]),
    ("post('liaison')", ["rlb_liaison"]),
    ("in_charge('bgs')", ["vp_a"]),
    ("in_charge('bgs', '保密')", ["gm"]),
    ("in_charge('bgs', '其他')", ["vp_a"]),
    ("in_charge('zhuren')", ["vp_a"]),
    ("principal('exec')", ["gm"]),
    ("principal('board')", ["chairman"]),
    ("principal('party')", ["chairman"]),
    ("legal_rep()", ["chairman"]),
    ("cosign(['bgs', 'rlb'])", ["zhuren", "rlb_head"]),
    ("unit_head('ca')", ["ca_gm"]),
    ("unit_head('group')", ["chairman"]),
    ("unit_liaison('rlb')", ["rlb_liaison"]),
    ("unit_clerk(['bgs', 'rlb'])", ["hegao_b", "rlb_liaison"]),
    ("unit_clerk('dcs')", ["hegao_b"]),
    ("liaison('rlb1')", ["rlb_liaison"]),
    ("admins()", ["admin"]),
    ("superior('rlb1')", ["rlb_head"]),
    ("superior('zhuren')", ["vp_a"]),
    ("superior('gm')", ["chairman"]),
    ("superior(performer())", ["rlb_head"]),
    ("performer()", ["rlb_liaison"]),
    ("performer_of('A')", ["gm"]),
    ("performers_of('A')", ["gm", "vp_a"]),
    ("person('gm')", ["gm"]),
    ("people(readers)", ["vp_a", "zhuren"]),
    ("unit_clerk(unnamed(['bgs', 'rlb'], receipts, 'unit'))", ["rlb_liaison"]),
    ("people('gm, vp_a')", ["gm", "vp_a"]),
    ("people(['gm', 'gm'])", ["gm"]),
    ("post('zhuren') + in_charge('bgs')", ["zhuren", "vp_a"]),
    ("urgent ? principal('exec') : in_charge('bgs')", ["vp_a"]),
    ("lead_head()", ["zhuren"]),
    ("host()", ["vp_a"]),
    ("first_contact()", ["rlb1"]),
    ("checklist_owner(item)", ["rlb_liaison"]),
    ("seal_keeper('公章') + seal_witness('公章')", ["yinzhang_a", "jianyin_a"]),
    ("seal_keeper('合同章') + seal_witness('合同章')", ["fuzhuren", "jianyin_a"]),
)
SEALS = {"合同章": {"keeper": "fuzhuren"}}
VARIABLES = {
    "readers": ["vp_a", "zhuren"],
    "urgent": False,
    "receipts": [{"unit": "bgs", "by": "hegao_b"}],
    "lead_unit": "bgs",
    "host": "vp_a",
    "item": {"owner": "rlb_liaison"},
}


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_a_rule_finds_its_people(rule: str, expected: list[str]) -> None:
    directory = office()

    resolution = found(
        rule,
        directory,
        variables=VARIABLES,
        results={"A": {"by": ["gm", "vp_a"]}},
        performer="rlb_liaison",
        registers=lambda register, label: SEALS.get(label) if register == "seal" else None,
    )

    assert logins(resolution) == expected
    assert resolution.problem == ""
    assert all(performer.hops == () and performer.principal_id is None for performer in resolution.performers)


def test_a_performer_says_in_which_post_and_unit_it_acts() -> None:
    (performer,) = found("post('hegao')", office()).performers

    assert (performer.name, performer.title, performer.unit) == ("张静", "核稿员", "办公室")
    assert performer.post_id is not None


def test_a_second_post_is_acted_in_under_its_own_title() -> None:
    (performer,) = found("post('wenshu')", office()).performers

    assert (performer.login, performer.title) == ("hegao_b", "文书")


def test_a_pool_names_its_members_and_one_accountable_person() -> None:
    resolution = found("post_group('wenshu')", office())

    assert resolution.pool == "bgs.wenshu"
    assert logins(resolution) == ["hegao_b", "jianyin_b"]
    assert resolution.accountable is not None
    assert resolution.accountable.login == "hegao_b"


def test_the_pool_of_a_person_is_the_pool_of_the_rule() -> None:
    directory = office()

    assert "bgs.wenshu" in directory.pools_of(directory.person("jianyin_b"))
    post = directory.pool("bgs.wenshu")
    assert post is not None
    assert post.title == "文书"


def test_each_countersigning_department_gets_an_item_even_from_one_head() -> None:
    directory = office(seats={"zhuren": ("bgs.zhuren", "rlb.head"), "rlb_head": ()})

    assert logins(found("cosign(['bgs', 'rlb'])", directory)) == ["zhuren", "zhuren"]


def test_everyone_is_every_active_person() -> None:
    directory = office(left=("gm",))

    resolution = found("everyone()", directory)

    assert len(resolution.performers) == len(directory.persons) - 1
    assert "gm" not in logins(resolution)


@pytest.mark.parametrize(
    ("rule", "login", "expected"),
    [
        ("everyone()", "rlb1", True),
        ("everyone()", "nobody", False),
        ("post_group('wenshu')", "jianyin_b", True),
        ("post_group('wenshu')", "rlb1", False),
        ("post('hegao')", "hegao_b", True),
        ("people(['gm'])", "gm", True),
    ],
)
def test_a_start_rule_allows_whom_it_names(rule: str, login: str, expected: bool) -> None:
    assert allows(rule, login, Facts(), office(), NOW, evaluate=evaluate) is expected


def test_the_form_cannot_pretend_to_be_somebody_else() -> None:
    resolution = found("person(initiator)", office(), variables={"initiator": "gm"})

    assert logins(resolution) == ["rlb1"]


@pytest.mark.parametrize("rule", ["post('hegao'", "nonsense()", "person(unknown_variable)"])
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(ExpressionError):
        found(rule, office())


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("person('nobody')", "找不到人员“nobody”"),
        ("post('kitchen')", "找不到岗位“kitchen”"),
        ("unit_head('moon')", "找不到单位“moon”"),
        ("cosign(['bgs', 'moon'])", "找不到单位“moon”"),
        ("cosign([])", "没有指定任何人"),
        ("in_charge('dcs')", "市政府督查室没有分管领导"),
        ("superior('chairman')", "郑国栋没有上级"),
        ("lead_head()", "没有填写主办单位"),
        ("performer_of('A')", "没有指定任何人"),
        ("5", "不是人员"),
    ],
)
def test_nobody_is_never_passed_over_in_silence(rule: str, told: str) -> None:
    resolution = found(rule, office())

    assert logins(resolution)[-1] == "admin"
    assert told in resolution.problem


def test_a_house_without_administrator_says_so() -> None:
    resolution = found("post('kitchen')", office(admins=()))

    assert resolution.performers == ()
    assert "没有在岗的流程管理员" in resolution.problem


@pytest.mark.parametrize(("closed", "expected"), [(True, ["rlb1"]), (False, ["hegao_b"])])
def test_by_night_the_officer_on_duty_gets_what_by_day_the_clerk_does(closed: bool, expected: list[str]) -> None:
    roster: dict[str, Any] = {"2026-03-09": {"officer": "rlb1", "leader": "vp_a"}}
    rule = "urgency == '特急' and after_hours() ? duty() : post('wenshu')"

    resolution = found(
        rule,
        office(),
        variables={"urgency": "特急"},
        registers=lambda register, label: roster.get(label) if register == "duty" else None,
        after_hours=closed,
    )

    assert logins(resolution) == expected


def test_the_duty_roster_names_the_officer_of_the_office_day() -> None:
    roster: dict[str, Any] = {"2026-03-09": {"officer": "rlb1", "leader": "vp_a"}}

    def look(register: str, label: str) -> Any:
        return roster.get(label) if register == "duty" else None

    assert logins(found("duty() + duty_leader()", office(), registers=look)) == ["rlb1", "vp_a"]
    assert logins(found("duty() + duty_leader()", office())) == ["hegao_b", "zhuren"]
    assert logins(found("duty('zhuren')", office())) == ["zhuren"]
    assert logins(found("duty('zhuren')", office(), registers=look)) == ["rlb1"]

"""The fallback chain of domain.md §7.3: who stands in, for whom, and how it is told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.org import Leave, Substitution
from tests.engine.org.office import away, found, logins, office, person_id
from tests.support.clock import shanghai


def test_the_deputy_stands_in_for_an_absent_holder_and_the_hop_says_why() -> None:
    directory = office(away("hegao_a", "rlb1"))

    (performer,) = found("post('hegao')", directory).performers

    assert performer.login == "hegao_b"
    assert performer.principal == "张静"
    assert performer.hops == ("核稿员A角张静请假（至3月12日），转核稿员B角李岩",)


def test_the_substitute_follows_when_holder_and_deputy_are_away() -> None:
    directory = office(away("hegao_a", "fuzhuren"), away("hegao_b", "zhuren", reason="出差"))

    (performer,) = found("post('hegao')", directory).performers

    assert performer.login == "fuzhuren"
    assert performer.title == "核稿员"
    assert performer.principal == "张静"
    assert performer.hops == (
        "核稿员A角张静请假（至3月12日），转核稿员B角李岩",
        "核稿员B角李岩出差（至3月12日），转授权代理人陆敏",
    )


def test_another_holder_of_the_post_comes_before_the_superior() -> None:
    seats = {"jianyin_b": ("rlb.liaison",)}
    directory = office(away("rlb_liaison", "chairman"), away("chairman", "gm"), seats=seats)

    (performer,) = found("post('liaison')", directory).performers

    assert performer.login == "jianyin_b"
    assert performer.principal_id is None  # holds the post in the own right


def test_the_superior_acts_when_nobody_else_of_the_post_is_here() -> None:
    directory = office(away("rlb_liaison", "gm"), away("gm", "chairman"))

    (performer,) = found("post('liaison')", directory).performers

    assert performer.login == "rlb_head"
    assert performer.hops[-1] == "授权代理人韩志远请假（至3月12日），转直属上级部长周建"


def test_there_are_no_chains_and_no_circles() -> None:
    directory = office(away("rlb_head", "zhuren"), away("zhuren", "rlb_head"))

    resolution = found("unit_head('rlb')", directory)

    # the substitute's own substitute is never asked: the superior is
    assert logins(resolution) == ["gm"]
    assert resolution.performers[0].hops == (
        "部长周建请假（至3月12日），转授权代理人苏文博",
        "授权代理人苏文博请假（至3月12日），转直属上级总经理韩志远",
    )


def test_the_administrator_gets_what_nobody_else_can_do_with_the_reason() -> None:
    directory = office(away("rlb_liaison", "gm"), away("gm", "chairman"), left=("rlb_head",))

    resolution = found("post('liaison')", directory)

    assert logins(resolution) == ["admin"]
    assert resolution.problem == (
        "岗位空缺：联络员（人力资源部），直属上级部长周建已离岗；已转流程管理员管理员甲，请尽快指定办理人。"
    )
    assert resolution.performers[0].hops[-1] == "直属上级部长周建已离岗，转流程管理员管理员甲"


def test_a_vacant_post_is_told_and_filled() -> None:
    directory = office(seats={"hegao_a": ()})

    (performer,) = found("post('hegao')", directory).performers

    assert performer.login == "hegao_b"
    assert performer.principal_id is None
    assert performer.hops == ("核稿员空缺，转核稿员B角李岩",)


def test_an_appointment_counts_from_its_first_to_its_last_day() -> None:
    directory = office()
    last_day = tuple(
        replace(a, until=date(2026, 3, 9)) if a.person_id == directory.person("hegao_a").id else a  # type: ignore[union-attr]
        for a in directory.appointments
    )
    directory = replace(directory, appointments=last_day)

    assert logins(found("post('hegao')", directory, now=shanghai("2026-03-09 23:59"))) == ["hegao_a"]
    assert logins(found("post('hegao')", directory, now=shanghai("2026-03-10 00:00"))) == ["hegao_b"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-03-02 08:29", "hegao_a"), ("2026-03-02 08:30", "hegao_b"), ("2026-03-12 17:30", "hegao_a")],
)
def test_a_leave_counts_only_while_it_lasts(moment: str, expected: str) -> None:
    directory = office(away("hegao_a", "fuzhuren"))

    assert logins(found("post('hegao')", directory, now=shanghai(moment))) == [expected]


def test_a_substitution_for_one_process_leaves_the_others_alone() -> None:
    directory = office(away("hegao_a", "fuzhuren", scope=("seal_use",)))

    assert logins(found("post('hegao')", directory, process="document_issue")) == ["hegao_a"]
    assert logins(found("post('hegao')", directory, process="seal_use")) == ["hegao_b"]


@pytest.mark.parametrize(
    ("genre", "amount", "expected"),
    [
        ("通知", "50000.00", "rlb1"),
        ("函", "50000.00", "rlb_head"),
        ("通知", "50000.01", "rlb_head"),
        ("通知", None, "rlb_head"),
        ("", "1.00", "rlb_head"),
    ],
)
def test_an_authority_for_a_kind_of_document_and_an_amount_leaves_the_rest(
    genre: str, amount: str | None, expected: str
) -> None:
    lent = away("rlb_head", "rlb1", genres=("通知", "通报"), most=Decimal("50000.00"), letter="SQ-2026-3")
    directory, worth = office(lent), Decimal(amount) if amount else None

    (performer,) = found("dept_head('rlb')", directory, initiator="rlb_liaison", genre=genre, amount=worth).performers

    assert performer.login == expected
    if expected == "rlb1":
        assert performer.hops[-1].endswith("转授权代理人郝宁（授权书SQ-2026-3）")


def test_a_leader_is_represented_by_written_authority_but_never_by_a_deputy() -> None:
    seats = {"zhuren": ("bgs.zhuren", "group.vp_a/B")}

    (performer,) = found("in_charge('bgs')", office(away("vp_a", "fuzhuren"), seats=seats)).performers

    assert performer.login == "fuzhuren"
    assert performer.principal == "沈明"
    assert performer.hops == ("分管领导沈明请假（至3月12日），转授权代理人陆敏",)


def test_a_principal_without_authorised_substitute_goes_to_the_superior_not_to_the_deputy() -> None:
    seats = {"zhuren": ("bgs.zhuren", "group.gm/B")}
    directory = office(away("gm", "vp_a"), away("vp_a", "fuzhuren"), seats=seats)

    assert logins(found("principal('exec')", directory)) == ["chairman"]


def test_the_applicant_never_stands_in_for_the_approver() -> None:
    directory = office(away("rlb_head", "rlb1"))

    resolution = found("dept_head(initiator)", directory)

    assert "rlb1" not in logins(resolution)
    assert any("为本件申请人，不得代办" in hop for hop in resolution.performers[0].hops)


def test_the_applicant_may_hold_the_post_itself() -> None:
    # the engine then applies the policy of the step: it passes with a note, or somebody excludes the initiator
    assert logins(found("dept_head(initiator)", office(), initiator="rlb_head")) == ["rlb_head"]


def test_whoever_must_keep_out_is_replaced_and_not_represented() -> None:
    (performer,) = found("post('hegao')", office(), exclude="initiator", initiator="hegao_a").performers

    assert performer.login == "hegao_b"
    assert performer.principal_id is None
    assert performer.hops == ("核稿员A角张静须回避，转核稿员B角李岩",)


def test_several_people_can_be_kept_out() -> None:
    resolution = found(
        "post('hegao')",
        office(),
        exclude="initiator, performer_of('FW40')",
        initiator="hegao_a",
        results={"FW40": {"by": "hegao_b"}},
    )

    assert logins(resolution) == ["zhuren"]


def test_keeping_out_somebody_who_never_acted_changes_nothing() -> None:
    assert logins(found("post('hegao')", office(), exclude="performer_of('FW40')")) == ["hegao_a"]


def test_an_excluded_member_leaves_the_pool() -> None:
    resolution = found("post_group('wenshu')", office(), exclude="initiator", initiator="hegao_b")

    assert logins(resolution) == ["jianyin_b"]
    assert resolution.pool == "bgs.wenshu"


def test_a_pool_without_anybody_here_falls_back_to_one_person() -> None:
    directory = office(away("hegao_b", "gm"), away("jianyin_b", "gm"), away("gm", "vp_a"))

    resolution = found("post_group('wenshu')", directory)

    assert resolution.pool is None
    assert logins(resolution) == ["zhuren"]


@pytest.mark.parametrize(
    ("absent", "keeper", "witness"),
    [
        ((), "yinzhang_a", "jianyin_a"),
        (("yinzhang_a",), "jianyin_a", "jianyin_b"),
        (("jianyin_a",), "yinzhang_a", "jianyin_b"),
        (("yinzhang_a", "jianyin_a"), "zhuren", "jianyin_b"),
    ],
)
def test_keeper_and_witness_of_a_seal_are_never_one_person(absent: tuple[str, ...], keeper: str, witness: str) -> None:
    # 王芳 keeps and is deputy witness, 赵磊 witnesses and is deputy keeper
    directory = office(*(away(login, "vp_a") for login in absent), away("vp_a", "gm"))

    assert logins(found("seal_keeper('公章')", directory)) == [keeper]
    assert logins(found("seal_witness('公章')", directory)) == [witness]


SEALS = {
    "合同专用章": {"keeper": "rlb_liaison", "keeper_b": "rlb1", "witness": "jianyin_a"},
    "财务专用章": {"keeper": "rlb_head", "witness": "jianyin_b"},
}


@pytest.mark.parametrize(
    ("seal", "absent", "initiator", "keeper", "witness"),
    [
        ("合同专用章", (), "gm", "rlb_liaison", "jianyin_a"),
        ("合同专用章", ("rlb_liaison",), "gm", "rlb1", "jianyin_a"),
        ("合同专用章", ("jianyin_a",), "gm", "rlb_liaison", "yinzhang_a"),
        ("合同专用章", ("jianyin_a", "yinzhang_a"), "gm", "rlb_liaison", "jianyin_b"),
        ("合同专用章", (), "rlb_liaison", "rlb1", "jianyin_a"),
        ("财务专用章", ("jianyin_b",), "gm", "rlb_head", "jianyin_a"),
    ],
)
def test_the_register_of_seals_names_keepers_and_their_deputies(
    seal: str, absent: tuple[str, ...], initiator: str, keeper: str, witness: str
) -> None:
    directory = office(*(away(login, "vp_a") for login in absent))

    def find(rule: str) -> list[str]:
        resolution = found(
            rule,
            directory,
            exclude="initiator",
            initiator=initiator,
            registers=lambda register, label: SEALS[label] if register == "seal" else None,
        )
        assert resolution.performers[0].title == ("印章保管人" if "keeper" in rule else "监印人")
        return logins(resolution)

    assert find(f"seal_keeper('{seal}')") == [keeper]
    assert find(f"seal_witness('{seal}')") == [witness]
    assert found("[seal_keeper(s), seal_witness(s)]", directory, variables={"s": seal}).problem == ""


def test_the_same_question_has_the_same_answer_in_any_order_of_rows() -> None:
    directory = office(away("hegao_a", "fuzhuren"), away("hegao_b", "zhuren"))
    turned = replace(
        directory,
        appointments=tuple(reversed(directory.appointments)),
        substitutions=tuple(reversed(directory.substitutions)),
        posts=tuple(reversed(directory.posts)),
    )

    for rule in ("post('hegao')", "post_group('wenshu')", "cosign(['rlb', 'bgs'])", "in_charge('bgs')"):
        assert found(rule, directory) == found(rule, turned)


def test_an_authority_does_not_cover_seals_unless_it_says_so() -> None:
    plain, seals = away("hegao_a", "jianyin_b"), away("hegao_a", "jianyin_b", seals=True)
    named = away("hegao_a", "jianyin_b", scope=("seal_use",))

    def acts(row: Substitution, category: str) -> str:
        return logins(found("person('hegao_a')", office(row), category=category, process="seal_use"))[0]

    assert [acts(row, "公文") for row in (plain, seals)] == ["jianyin_b", "jianyin_b"]
    assert [acts(row, "用印") for row in (plain, seals, named)] == ["hegao_a", "jianyin_b", "jianyin_b"]


def test_whoever_is_on_leave_is_asked_for_nothing() -> None:
    gone = Leave(person_id("hegao_a"), shanghai("2026-03-09 08:30"), shanghai("2026-03-09 17:30"), "出差")
    directory = replace(office(), leaves=(gone,))

    assert logins(found("post('hegao')", directory, category="用印")) == ["hegao_b"]
    assert logins(found("post('hegao')", directory, now=shanghai("2026-03-09 17:30"))) == ["hegao_a"]

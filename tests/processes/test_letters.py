"""Incoming letters where the examples do not go: who signs for them, second ways, urging, silence, secrets."""

from typing import Any

import pytest

from engine.errors import Conflict, FormProblems, NotAllowed, NotFound
from engine.model import Json
from engine.runtime import Engine
from engine.verbs import inbox, instances, registers, reports, work
from tests.processes.desk import Desk, began
from tests.support.clock import FakeClock, shanghai

LETTER: dict[str, Json] = {
    "title": "关于商请支持联调工作的函",
    "source": "市供水集团", "source_no": "供水函〔2026〕9号", "genre": "函", "category": "平级来函",
    "received_at": "2026-03-09T09:00:00+08:00", "channel": "邮寄", "copies": 1,
}  # fmt: skip


def letter(office: Engine, clock: FakeClock, at: str = "2026-03-09 09:00", **changes: Any) -> Desk:
    """A letter that has just come in."""
    clock.at(at)
    return began(office, clock, "document_receipt", {**LETTER, **changes}, "wenshu_b")


def registered(desk: Desk, **data: Any) -> Desk:
    desk.decide("SW10", "wenshu_a", "accept", counted=True)
    desk.decide("SW20", "wenshu_a", "register", **data)
    return desk


def proposed(desk: Desk, **data: Any) -> Desk:
    """Examined, and the director's proposal."""
    registered(desk)
    desk.decide("SW30", "wenshu_a", "pass")
    desk.decide("SW40", "zhuren", "propose", **{"kind": "办件", "proposal": "拟请运营部办理。", **data})
    return desk


def assigned(desk: Desk, **data: Any) -> Desk:
    """On the desk of the lead without an instruction."""
    proposed(desk, direct=True, lead_unit="yyb", **data)
    express = desk.view().urgency == "特急"
    desk.decide(
        "SW60", "wenshu_a", "assign", task="商定方案。", **({"contacted": "余春来，电话告知"} if express else {})
    )
    return desk


def children(desk: Desk) -> dict[str, Desk]:
    """The cases this one has begun, by process."""
    found = [instances.get(desk.office, number, desk.who("auditor")) for number in desk.view().children]
    return {one.process: Desk(desk.office, desk.clock, one.number) for one in found}


def test_any_clerk_signs_for_a_letter_and_is_its_first_contact(office: Engine, clock: FakeClock) -> None:
    desk = letter(office, clock)
    clock.at("2026-03-09 09:10")
    both = [inbox.page(office, desk.who(login)).total for login in ("wenshu_a", "wenshu_b")]

    desk.decide("SW10", "wenshu_b", "accept", counted=True)
    desk.decide("SW20", "wenshu_a", "register")

    assert both == [1, 1]
    assert desk.view().data["first_contact"] == "wenshu_b"
    assert desk.item("SW30", "wenshu_a")


def test_a_letter_is_entered_with_the_brackets_of_a_document_number(office: Engine, clock: FakeClock) -> None:
    desk = letter(office, clock, source_no="供水函[2026]9号")

    assert desk.view().data["source_no"] == "供水函〔2026〕9号"


def test_what_was_miscounted_or_misdirected_goes_back_with_the_carrier(office: Engine, clock: FakeClock) -> None:
    desk = letter(office, clock)

    desk.decide("SW10", "wenshu_a", "refuse", opinion="缺第 3 页，请补齐后再送。")

    assert (desk.view().state, desk.open()) == ("rejected", [])


def test_the_same_letter_twice_is_pointed_out(office: Engine, clock: FakeClock) -> None:
    registered(letter(office, clock))

    again = registered(letter(office, clock, "2026-03-10 09:00"))

    assert again.view().data["repeats"] == "收〔2026〕1"


@pytest.mark.parametrize("outcome", ["fail", "fail_unit"])
def test_the_clerk_examines_and_the_deputy_director_decides_on_what_is_not_in_order(
    office: Engine, clock: FakeClock, outcome: str
) -> None:
    desk = registered(letter(office, clock))

    desk.decide("SW30", "wenshu_a", outcome, opinion="不属集团职权，应送市供热办。")

    assert desk.item("SW35", "fuzhuren").deadline == shanghai("2026-03-10 17:30")


@pytest.mark.parametrize(("channel", "faulty"), [("系统报送", 1), ("邮寄", 0)])
def test_the_faults_of_a_returned_letter_count_for_the_company_that_sent_it(
    office: Engine, clock: FakeClock, channel: str, faulty: int
) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_receipt", {**LETTER, "channel": channel}, "ca_wenshu")
    registered(desk)
    desk.decide("SW30", "wenshu_a", "fail", opinion="报告夹带请示。")
    codes = ["R-MIXED", "R-GENRE"]
    desk.decide("SW35", "fuzhuren", "return_doc", fault_codes=codes, advice="改用请示。", return_contact="林晓雯")
    clock.at("2026-03-10 09:00")
    reports.settle(office)

    found = reports.timeliness(office, "2026-03", desk.who("admin")).conformity

    assert [(unit.name, unit.faulty, unit.points) for unit in found.units if unit.faulty] == (
        [("城建公司", 1, 1)] if faulty else []
    )


def test_at_night_whoever_is_on_duty_announces_an_express_letter_ahead_once(office: Engine, clock: FakeClock) -> None:
    desk = letter(office, clock, "2026-03-08 22:00", urgency="特急")
    registered(desk, pre_assign=True, lead_unit="yyb")
    ahead = desk.open()
    desk.decide("SW30", "wenshu_a", "pass")
    leaders: dict[str, Any] = {"instructors": ["vp_b"], "lead_unit": "yyb", "pre_assign": True}
    desk.decide("SW40", "zhuren", "propose", kind="办件", proposal="请运营部先行处置。", **leaders)

    assert ahead == ["SW30", "SW43"]
    assert desk.item("SW43", "yyb_head").deadline == shanghai("2026-03-09 02:00")
    assert desk.open() == ["SW43", "SW50"]


def test_a_leader_has_a_further_one_read_it_and_it_goes_on_after_both(office: Engine, clock: FakeClock) -> None:
    desk = proposed(letter(office, clock), instructors=["vp_b"], lead_unit="yyb")

    work.add(office, desk.item("SW50", "vp_b").id, ["gm"], desk.who("vp_b"), where="after", opinion="报启航同志阅。")
    desk.decide("SW50", "vp_b", "forward", opinion="请运营部办理。")
    waiting = desk.open()
    desk.decide("SW50", "gm", "read", opinion="已阅。")

    assert waiting == ["SW50"]
    assert desk.open() == ["SW60"]  # 转办 weighs more than 阅


@pytest.mark.parametrize(("outcome", "opened"), [("read", ["SW80"]), ("forward", ["SW60"]), ("supervise", [])])
def test_what_a_leader_instructs_decides_the_way(
    office: Engine, clock: FakeClock, outcome: str, opened: list[str]
) -> None:
    desk = proposed(letter(office, clock), instructors=["vp_b"], lead_unit="yyb")

    desk.decide("SW50", "vp_b", outcome, opinion="请按规定办。")

    assert desk.open() == opened
    assert ("supervision" in children(desk)) is (outcome == "supervise")


def test_a_mere_circle_means_read(office: Engine, clock: FakeClock) -> None:
    desk = proposed(letter(office, clock), instructors=["vp_b"], lead_unit="yyb")

    desk.decide("SW50", "vp_b", "read")

    assert desk.view().data["instruction"] is None
    assert [e.detail["opinion"] for e in desk.view().history if e.element == "SW50"] == ["圈阅。"]


def test_an_answer_is_given_meanwhile_where_the_supervision_takes_longer_than_the_sender_waits(
    office: Engine, clock: FakeClock
) -> None:
    superior = {
        "category": "督查件",
        "genre": "督查通知",
        "source": "市政府督查室",
        "reply_by": "2026-03-20T17:30:00+08:00",
    }
    desk = proposed(letter(office, clock, **superior), to_supervise=True, lead_unit="ahb")
    desk.until("2026-03-19 17:29")
    before = desk.open()
    desk.until("2026-03-19 17:30")
    due = desk.item("SW67", "wenshu_a").deadline
    desk.decide("SW67", "wenshu_a", "done", interim_answer="已书面报告进展。")
    instances.void(office, children(desk)["supervision"].number, desk.who("admin"), reason="并入办理。")
    desk.until("2026-03-19 17:40")

    assert (before, due) == ([], shanghai("2026-03-20 17:30"))
    assert desk.open() == ["SW100"]
    assert desk.item("SW100", "wenshu_a").deadline == shanghai("2026-03-20 17:30")


def test_nobody_is_asked_meanwhile_where_the_sender_names_no_date(office: Engine, clock: FakeClock) -> None:
    desk = proposed(letter(office, clock), to_supervise=True, lead_unit="ahb")

    desk.until("2026-04-09 09:00")

    assert desk.open() == []


def test_the_lead_asks_for_a_document_and_for_supervision_when_it_is_done(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock))

    desk.decide("SW70", "yyb_head", "done", result="已商定方案。", need_issue=True, need_supervise=True)

    found = children(desk)
    assert set(found) == {"document_issue", "supervision"}
    drafted, matter = found["document_issue"], found["supervision"]
    assert drafted.item("FW10", "yyb_head")
    assert (drafted.view().data["receipt"], drafted.view().data["drafter_dept"]) == ("收〔2026〕1", "yyb")
    assert matter.open() == ["DB20"]
    assert (matter.view().data["source_ref"], matter.view().data["requirement"]) == ("收〔2026〕1", "已商定方案。")
    assert desk.open() == ["SW100"]  # whoever did it does not review it once more


def test_what_nobody_asks_for_is_not_begun(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock))

    desk.decide("SW70", "yyb_head", "done", result="已商定方案。")

    assert children(desk) == {}


def test_a_department_hands_it_back_within_a_working_day_only(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock))
    clock.at("2026-03-10 17:31")

    with pytest.raises(Conflict) as refused:
        desk.decide("SW70", "yyb_head", "refuse", opinion="归口安全环保部。")

    assert refused.value.reason == "work.too_late"


def test_the_silence_of_those_who_assist_counts_after_seven_working_days(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock), co_units=["ahb"])
    due = desk.item("SW70", "ahb_head", "assist").deadline
    clock.at("2026-03-17 09:00")

    with pytest.raises(Conflict) as refused:
        desk.decide("SW70", "yyb_head", "done", result="已商定方案。")
    clock.at("2026-03-18 17:30")
    desk.decide("SW70", "yyb_head", "done", result="已商定方案。")

    assert due == shanghai("2026-03-12 17:30")  # three working days
    assert refused.value.reason == "work.assisting"
    assert [e.verb for e in desk.view().history].count("assume") == 1


def test_ordinary_letters_are_asked_about_every_week_and_important_ones_with_the_inspector(
    office: Engine, clock: FakeClock
) -> None:
    plain, key = (
        assigned(letter(office, clock)),
        assigned(letter(office, clock, source_no="供水函〔2026〕10号"), important=True),
    )
    for desk in (plain, key):
        desk.until("2026-03-16 08:30")

    assert plain.told("T-URGE") == ["余春来"]
    assert key.told("T-URGE") == ["余春来", "秦朗"]


def test_express_letters_are_followed_from_the_middle_of_their_time_on(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock, urgency="特急"))
    assert desk.view().data["contacted"]
    for hour in ("15:00", "21:00"):
        desk.until(f"2026-03-09 {hour}")
    desk.until("2026-03-10 03:00")

    assert desk.told("T-URGE") == ["余春来", "余春来"]
    assert desk.told("T-WARN") == ["余春来"]


def test_readers_are_reminded_every_working_day_and_the_director_hears_when_all_of_it_is_over(
    office: Engine, clock: FakeClock
) -> None:
    desk = proposed(letter(office, clock), kind="阅件", readers=["vp_a", "gm"])
    desk.decide("SW80", "vp_a", "read")
    for day in ("10 17:30", "11 08:30", "12 08:30", "13 08:30"):
        desk.until(f"2026-03-{day}")
    late = desk.told("T-OVER")
    before = desk.told("T-DUE").count("苏文博")
    desk.until("2026-03-16 17:30")  # five working days

    assert late.count("梁启航") == 3
    assert "沈怀瑾" not in late
    assert (before, desk.told("T-DUE").count("苏文博")) == (0, 1)


def test_whoever_assisted_hears_of_the_end(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock), co_units=["ahb"])
    item = desk.item("SW70", "ahb_head", "assist")
    work.give_opinion(office, item.id, desk.who("ahb_head"), opinion="无意见。")
    desk.decide("SW70", "yyb_head", "done", result="已商定方案。")
    desk.decide("SW90", "yyb_head", "approve")
    desk.decide("SW100", "wenshu_a", "done", reply_way="电话", reply_signed=True)
    desk.decide("SW110", "dangan_a", "done", retention="10 年", archive_no="WS·2026-10-0001")
    desk.until("2026-03-09 09:10")

    assert {"雷振国", "林晓雯"} <= set(desk.told("T-DONE"))


def test_of_a_confidential_paper_the_register_holds_copy_and_way_alone_and_when_it_was_cleared(
    office: Engine, clock: FakeClock
) -> None:
    desk = letter(office, clock, channel="机要", title="机要件一份")
    desk.decide("SW10", "wenshu_a", "accept", counted=True)
    secret = {"state_secret": True, "secret_copy_no": "000012", "secret_to": "机要室"}
    desk.decide("SW20", "wenshu_a", "void_secret", opinion="拆封发现标有密级。", **secret)
    line = registers.rows(office, "secret_receipt", desk.who("wenshu_a")).lines[0]

    registers.change(
        office, line.id, {"cleared_at": "2026-06-30T10:00:00+08:00"}, "已清退。", desk.who("wenshu_a"), state="cleared"
    )

    held = registers.rows(office, "secret_receipt", desk.who("wenshu_a"), standing=True).lines[0]
    assert (held.data["copy_no"], held.data["destination"], held.state_label) == ("000012", "机要室", "已清退")
    assert held.data["cleared_at"]
    assert {"title", "source", "source_no", "summary"}.isdisjoint(held.data)


def test_a_letter_with_business_secrets_is_known_to_its_list(office: Engine, clock: FakeClock) -> None:
    desk = registered(letter(office, clock, classification="普通商密", access_list=["zhuren", "auditor"]))

    assert instances.get(office, desk.number, desk.who("zhuren")).title == LETTER["title"]
    with pytest.raises((NotAllowed, NotFound)):
        instances.get(office, desk.number, desk.who("ducha_a"))


def test_what_was_urged_by_telephone_is_entered_with_the_answer(office: Engine, clock: FakeClock) -> None:
    desk = registered(letter(office, clock))
    asked = {
        "receipt_no": "收〔2026〕1", "urged_at": "2026-03-12T10:00:00+08:00", "kind": "重点催办", "way": "电话",
        "urged_by": "ducha_a", "unit": "yyb",
    }  # fmt: skip

    line = registers.add(office, "urging", asked, desk.who("ducha_a"))
    answered = registers.change(
        office, line.id, {"answer": "明日上报。"}, "已答复。", desk.who("ducha_a"), state="answered"
    )

    assert (line.label, answered.state_label, answered.data["answer"]) == ("催-2026-1", "已答复", "明日上报。")


def test_what_is_only_kept_is_filed_at_once(office: Engine, clock: FakeClock) -> None:
    desk = registered(letter(office, clock))

    desk.decide("SW30", "wenshu_a", "file")

    assert desk.open() == ["SW110"]
    assert desk.item("SW110", "dangan_a")


def test_more_time_that_is_refused_leaves_the_first_date(office: Engine, clock: FakeClock) -> None:
    desk = assigned(letter(office, clock))
    first = desk.item("SW70", "yyb_head").deadline
    desk.decide("SW70", "yyb_head", "extend", opinion="申请延期。", result="已商谈一次。")
    due = desk.item("SW72", "zhuren").deadline
    desk.decide("SW72", "zhuren", "refuse", opinion="按原时限办。")

    assert (first, due) == (shanghai("2026-03-23 17:30"), shanghai("2026-03-10 17:30"))
    assert desk.item("SW70", "yyb_head").deadline == first


@pytest.mark.parametrize(
    ("wanted", "due"),
    [("2026-03-09T17:00:00+08:00", "2026-03-09 17:00"), ("2026-03-31T17:30:00+08:00", "2026-03-10 17:30")],
)
def test_the_answer_is_due_no_later_than_the_sender_asks(
    office: Engine, clock: FakeClock, wanted: str, due: str
) -> None:
    desk = assigned(letter(office, clock, reply_by=wanted))

    desk.decide("SW70", "yyb_head", "done", result="已商定方案。")

    assert desk.item("SW100", "wenshu_a").deadline == shanghai(due)


@pytest.mark.parametrize("missing", ["title", "source", "category", "received_at", "channel", "copies"])
def test_a_letter_needs_what_the_register_needs(office: Engine, clock: FakeClock, missing: str) -> None:
    without: dict[str, Any] = {missing: None}

    with pytest.raises(FormProblems, match=missing):
        letter(office, clock, **without)

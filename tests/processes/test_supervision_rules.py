"""Supervision beyond its examples: merged matters, verification by lot and by telephone, slips by hand, and L6."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.errors import FormProblems
from engine.examples import play
from engine.package import read_package
from engine.progress.lookups import Lookups
from engine.runtime import Engine, evaluate
from engine.settings import Settings
from engine.store import notices
from engine.store import timers as timer_rows
from engine.verbs import definitions, files, instances, notifications, pauses, people, timers, work
from tests.support.clock import FakeClock
from tests.support.matters import hand_over, register, wait_until

FOLDER = Path(__file__).resolve().parents[2] / "processes"
MINUTE = timedelta(minutes=1)
LETTER = "关于开展安全生产隐患整改专项督查的通知"


def steps(office: Engine, number: str) -> list[str]:
    """Where an instance is."""
    view = instances.get(office, number, people.actor(office, "auditor"))
    return sorted({i.element for i in view.items if i.state == "open"})


def decide(office: Engine, number: str, login: str, outcome: str, **data: object) -> None:
    """The open part of somebody is decided."""
    actor = people.actor(office, login)
    items = instances.get(office, number, people.actor(office, "auditor")).items
    item = next(i for i in items if i.state == "open" and i.performer_id == actor.id)
    work.decide(office, item.id, outcome, actor, opinion="情况属实。", data=data)


def play_to(office: Engine, clock: FakeClock, example: str, until: str = "") -> str:
    """An example up to a line of it; the number of its instance."""

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    key, _, name = example.partition("/")
    text = (FOLDER / key / "examples" / f"{name}.toml").read_text("utf-8")
    found = play(office, go, text[: text.index(until)] if until else text)
    assert found.faults == []
    return found.number


# ---------------------------------------------------------------- DB10: the same matter twice


@pytest.fixture
def twice(office: Engine, clock: FakeClock) -> tuple[str, str, str]:
    """A superior's matter is under way, and its letter comes once more: the matter, the letter, the second matter."""
    clock.at("2026-02-27 09:00")
    more = {"source": "上级督查", "superior_no": "市政督〔2026〕11号", "superior_due": "2026-03-31T17:30:00+08:00"}
    title = LETTER.replace("安全生产", "安全生产 ")  # spaces and signs make no other matter
    first = hand_over(office, f"“{title}”", lead="ahb", due="2026-03-25 17:30", **more)
    letter = play_to(office, clock, "document_receipt/sw-3-supervised")
    second = instances.get(office, letter, people.actor(office, "auditor")).children[0]
    return first, letter, second


def test_a_matter_that_is_under_way_already_is_told_and_can_be_merged(
    office: Engine, twice: tuple[str, str, str], clock: FakeClock
) -> None:
    first, letter, second = twice
    ducha, auditor = people.actor(office, "ducha_a"), people.actor(office, "auditor")
    found = instances.get(office, second, ducha)
    assert found.data["same_as"] == first
    with office.store.reading() as tx:
        stages = {
            t.facts["deadline"] for t in timer_rows.of_instance(tx, found.id) if t.level == "stage:上级督查件交办"
        }
    assert stages == {"2026-03-02T06:50:00+00:00"}  # 14:50: four working hours from when the letter came, at 09:20
    clock.advance(MINUTE)  # what can be undone is told when it cannot be any more
    assert any(first in n.body for n in notifications.centre(office, ducha, limit=20) if n.event == "T-NOTE")

    decide(office, second, "ducha_a", "merge")
    clock.advance(MINUTE)
    timers.fire_due(office)

    # the first knows where the second came from, the second where it has gone, and the letter waits for the first
    (line,) = instances.get(office, first, ducha).data["merged"]
    assert (line["file_no"], line["source"]) == (second, "上级督查")
    assert line["source_ref"] == instances.get(office, letter, auditor).data["source_no"]
    assert instances.get(office, second, ducha).data["merged_into"] == first
    assert "并入" in [entry.label for entry in instances.get(office, first, ducha).history]
    assert (steps(office, second), steps(office, letter)) == ([], [])

    instances.void(office, first, people.actor(office, "admin"), reason="上级撤销督查。")
    timers.fire_due(office)
    timers.fire_due(office)

    assert instances.get(office, second, ducha).state == "voided"
    assert steps(office, letter) == ["SW100"]


def test_a_word_that_comes_after_the_end_lets_the_merged_one_go_on_all_the_same(
    office: Engine, twice: tuple[str, str, str], clock: FakeClock
) -> None:
    first, letter, second = twice
    decide(office, second, "ducha_a", "merge")
    instances.void(office, first, people.actor(office, "admin"), reason="上级撤销督查。")

    clock.advance(MINUTE)
    for _ in range(3):
        timers.fire_due(office)

    assert instances.get(office, second, people.actor(office, "ducha_a")).state == "voided"
    assert steps(office, letter) == ["SW100"]


def test_merging_and_slips_by_hand_are_the_same_on_both_databases(any_engine: Engine, clock: FakeClock) -> None:
    engine = any_engine
    clock.at("2026-03-02 09:00")
    load_organisation(engine)
    for key in ("supervision", "supervision_slip"):
        definitions.deploy(engine, definitions.read_folder(FOLDER / key))
    first = hand_over(engine, "防汛物资储备", lead="ahb", due="2026-05-29 17:30")
    second = register(engine, "防汛物资储备", lead="ahb", due="2026-05-29 17:30")
    slip(engine, first, "黄色")

    decide(engine, second, "ducha_a", "merge")
    clock.advance(MINUTE)
    timers.fire_due(engine)
    instances.void(engine, first, people.actor(engine, "admin"), reason="不再督办。")
    timers.fire_due(engine)

    known = instances.get(engine, first, people.actor(engine, "ducha_a")).data
    assert ([one["file_no"] for one in known["merged"]], marks(engine, first)) == ([second], ["slip:yellow"])
    assert instances.get(engine, second, people.actor(engine, "ducha_a")).state == "voided"


def test_a_matter_is_merged_only_into_another_one_that_is_under_way(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    number = register(office, "防汛物资储备", lead="ahb", due="2026-05-29 17:30")

    for wrong in ("", "DB-2026-0099", number):
        with pytest.raises(FormProblems):
            decide(office, number, "ducha_a", "merge", same_as=wrong)

    assert steps(office, number) == ["DB20"]


# ---------------------------------------------------------------- GW2: who is verified, and how


def looked_up(office: Engine, share: int) -> Lookups:
    with office.store.reading() as tx:
        return Lookups(
            tx,
            office.directory(tx),
            office.calendar(tx),
            office.now(),
            process="supervision",
            known={},
            house=Settings(spot_check_percent=share),
        )


def test_the_lot_comes_from_the_number_and_falls_on_its_share(office: Engine) -> None:
    look = looked_up(office, 20)
    lots = [look.lot(f"DB-2026-{n:04}") for n in range(1, 1001)]

    assert lots[:4] == [77, 38, 36, 92]  # the rule stands in the diagram: whoever draws again draws the same
    assert 160 < sum(lot < look.spot_check() for lot in lots) < 240
    assert looked_up(office, 0).spot_check() == 0


@pytest.mark.parametrize(("share", "following"), [(20, "DB120"), (78, "DB110")])
def test_who_is_drawn_is_verified_and_the_draw_is_kept(
    office: Engine, clock: FakeClock, share: int, following: str
) -> None:
    office.settings = office.settings.model_copy(update={"spot_check_percent": share})
    number = play_to(office, clock, "supervision/db-2", '[[do]]\nat = "2026-10-15 15:00"')
    clock.at("2026-10-15 15:00")

    decide(office, number, "ducha_a", "pass")

    found = instances.get(office, number, people.actor(office, "ducha_a")).data
    assert (found["lot"], found["lot_share"], found["drawn"]) == (77, share, share == 78)
    assert steps(office, number) == [following]


def test_verified_by_telephone_needs_no_place_and_no_photographs(office: Engine, clock: FakeClock) -> None:
    number = play_to(office, clock, "supervision/db-2", '[[do]]\nat = "2026-10-15 15:00"')
    clock.at("2026-10-15 15:00")
    with pytest.raises(FormProblems):  # the inspectors are of the lead unit
        decide(office, number, "ducha_a", "pass", spot_check=True, verify_way="电话", inspectors=["xxb2", "yyb1"])
    decide(office, number, "ducha_a", "pass", spot_check=True, verify_way="电话", inspectors=["ducha_a", "yyb1"])

    clock.at("2026-10-16 10:00")
    for login in ("ducha_a", "yyb1"):
        decide(office, number, login, "real", verify_at="2026-10-16T09:30:00+08:00")

    assert steps(office, number) == ["DB120"]


def test_what_was_sent_back_once_is_verified_and_without_assistants_the_inspectors_are_named(
    office: Engine, clock: FakeClock
) -> None:
    number = play_to(office, clock, "supervision/lights", '[[do]]\nat = "2026-06-11 15:00"')
    clock.at("2026-06-11 15:00")

    with pytest.raises(FormProblems) as refused:
        decide(office, number, "ducha_a", "pass")

    assert [p.path for p in refused.value.problems] == ["inspectors"]


def test_the_deadline_of_a_rectification_is_the_one_that_was_set(office: Engine, clock: FakeClock) -> None:
    number = play_to(office, clock, "supervision/close-out", '[[do]]\nat = "2026-06-16 11:00"')
    clock.at("2026-06-16 11:00")

    decide(office, number, "ducha_b", "partly", rectify_due="2026-06-19T17:30:00+08:00")

    view = instances.get(office, number, people.actor(office, "ducha_a"))
    (item,) = [i for i in view.items if i.state == "open"]
    assert (item.element, item.deadline and item.deadline.isoformat()) == ("DB112", "2026-06-19T09:30:00+00:00")


# ---------------------------------------------------------------- slips by hand, and L6


def slip(office: Engine, matter: str, colour: str) -> str:
    data = {"title": f"{colour}督办单", "colour": colour, "matter_no": matter, "lead_unit": "ahb", "reason": "推进不力"}
    return instances.start(office, "supervision_slip", data, people.actor(office, "ducha_a")).number


def marks(office: Engine, number: str) -> list[str]:
    return [m["mark"] for m in instances.get(office, number, people.actor(office, "ducha_a")).data.get("marks") or []]


def fired(office: Engine, number: str) -> set[str]:
    view = instances.get(office, number, people.actor(office, "auditor"))
    with office.store.reading() as tx:
        return {t.rung for t in timer_rows.of_instance(tx, view.id) if t.state == "fired" and t.level == "instance"}


def test_a_slip_that_an_inspector_issues_is_kept_with_its_matter(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "隐患整改", lead="ahb", due="2026-06-30 17:30")

    slip(office, number, "黄色")
    slip(office, "旧督办〔2025〕7号", "黄色")  # one from before this system stands by itself
    clock.advance(MINUTE)
    timers.fire_due(office)

    assert marks(office, number) == ["slip:yellow"]


def test_a_second_red_slip_with_nothing_moved_goes_to_the_committee_at_once_and_once(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "隐患整改", lead="ahb", due="2026-03-09 17:30")
    wait_until(office, clock, "2026-03-10 09:00")  # the first red slip, by the ladder
    assert "slip:red" in marks(office, number)
    red = [n for n in notifications.centre(office, people.actor(office, "ahb_head")) if n.event == "T-RED"]
    assert "请 安全环保部 于 1 个工作日 内书面说明并推进。" in red[0].body
    assert "late-4-red" not in fired(office, number)

    for _ in range(2):
        slip(office, number, "红色")
        clock.advance(MINUTE)
        timers.fire_due(office)

    assert "late-4-red" in fired(office, number)
    view = instances.get(office, number, people.actor(office, "auditor"))
    with office.store.reading() as tx:
        told = [login for notice, login in notices.of_instance(tx, view.id) if notice.created_at > view.started]
        party = people.actor(office, "chairman").login
    assert told.count(party) == 1
    assert marks(office, number).count("blame") == 1


def test_a_second_red_slip_after_something_was_done_waits_for_its_days(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "隐患整改", lead="ahb", due="2026-03-09 17:30")
    wait_until(office, clock, "2026-03-10 09:00")
    plan = [{"name": "整改", "due": "2026-03-20T17:30:00+08:00"}]
    decide(office, number, "ahb_liaison", "submit", nodes=plan)

    slip(office, number, "红色")
    clock.advance(MINUTE)
    timers.fire_due(office)

    assert marks(office, number).count("slip:red") == 2
    assert "late-4-red" not in fired(office, number)


# ---------------------------------------------------------------- towards the superior


def test_a_superiors_matter_is_postponed_by_the_main_leader_with_the_superiors_written_consent(
    office: Engine, clock: FakeClock
) -> None:
    number = play_to(office, clock, "supervision/superior-late", "# without the superior")
    clock.at("2026-06-09 09:10")
    liaison = people.actor(office, "ahb_liaison")
    consent = str(files.put(office, "同意延期.txt", ["同意延期。".encode()], liaison).id)

    asked = {
        "postpone_until": "2026-06-17T17:30:00+08:00",
        "postpone_reason": "设备到货延后。",
        "postpone_done": "方案已定。",
    }
    decide(office, number, "ahb_liaison", "submit", **asked, superior_consent=[consent])
    decide(office, number, "ahb_head", "approve")

    view = instances.get(office, number, people.actor(office, "auditor"))
    (item,) = [i for i in view.items if i.state == "open"]
    assert (item.element, item.performer_id) == ("DB85", people.actor(office, "gm").id)
    assert view.data["superior_consent"] == [consent]


def test_a_superior_hears_of_an_interim_state_while_the_matter_goes_on(office: Engine, clock: FakeClock) -> None:
    number = play_to(office, clock, "supervision/db-1", '[[do]]\nat = "2026-03-13 11:00"')
    clock.at("2026-03-13 11:00")

    decide(office, number, "ducha_a", "upward", quality="合格")

    view = instances.get(office, number, people.actor(office, "auditor"))
    report = instances.get(office, view.children[-1], people.actor(office, "auditor"))
    assert view.data["partial_report"] is True
    assert steps(office, number) == ["DB70"]
    assert (report.process, report.data["genre"], report.data["direction"]) == ("document_issue", "报告", "上行")
    assert (report.data["based_on"], steps(office, report.number)) == ("市政府督查〔2026〕18号", ["FW10"])


def test_only_a_superiors_matter_is_reported_upwards_before_it_is_done(office: Engine, clock: FakeClock) -> None:
    number = play_to(office, clock, "supervision/db-2", '[[do]]\nat = "2026-09-16 10:00"')
    clock.at("2026-09-16 10:00")

    with pytest.raises(FormProblems):
        decide(office, number, "ducha_a", "upward", quality="合格")


@pytest.mark.parametrize(
    ("source", "receipt", "asked"),
    [("上级督查", None, True), ("上级督查", "收〔2026〕1", False), ("会议决定", None, False)],
)
def test_what_came_by_letter_is_answered_by_the_letter_and_not_a_second_time(
    source: str, receipt: str | None, asked: bool
) -> None:
    package = read_package(definitions.read_folder(FOLDER / "supervision"))
    known = {"outcome": "approve", "source": source, "receipt_no": receipt}

    assert evaluate(package.process.flows["F_GW120_DB125"].condition or "", known) is asked


def test_the_letter_hands_its_number_and_its_hour_to_the_matter(office: Engine, clock: FakeClock) -> None:
    letter = play_to(office, clock, "document_receipt/sw-3-supervised")
    matter = instances.get(office, letter, people.actor(office, "auditor")).children[0]

    found = instances.get(office, matter, people.actor(office, "auditor")).data

    assert (found["receipt_no"], found["received_at"]) == ("收〔2026〕1", "2026-03-02T09:20:00+08:00")


# ---------------------------------------------------------------- DB20 to DB55


def plain(source: str, **more: object) -> dict[str, object]:
    """The start form of a matter of a source, without a deadline of its own."""
    data: dict[str, object] = {
        "title": "雨季防汛物资储备", "kind": "日常督办", "source": source, "source_ref": "华远发〔2026〕9号第1项",
        "requirement": "储备到位，台账可查。", "importance": "一般", "urgency": "平件", "lead_unit": "ahb",
        "feedback_cycle": "一次性",
    }  # fmt: skip
    return data | ({"superior_no": "市督〔2026〕3号"} if source == "上级督查" else {}) | more


def begun(office: Engine, **data: object) -> str:
    return instances.start(office, "supervision", data, people.actor(office, "ducha_a")).number


def local(office: Engine, number: str) -> str:
    due = instances.get(office, number, people.actor(office, "ducha_a")).deadline
    with office.store.reading() as tx:
        return f"{office.calendar(tx).local(due):%Y-%m-%d %H:%M}" if due else ""


@pytest.mark.parametrize(
    ("source", "more", "due"),
    [
        ("上级督查", {"superior_due": "2026-03-20T17:30:00+08:00"}, "2026-03-17 17:30"),
        ("上级督查", {}, "2026-03-17 17:30"),  # fifteen days from the 2nd
        ("会议决定", {}, "2026-03-23 17:30"),  # twenty: the 22nd is a Sunday
        ("领导批示", {}, "2026-03-17 17:30"),
        ("领导批示", {"urgency": "加急"}, "2026-03-09 17:30"),  # five: the 7th is a Saturday
    ],
)
def test_what_names_no_deadline_has_that_of_its_source_from_the_hand_over_on(
    office: Engine, clock: FakeClock, source: str, more: dict[str, object], due: str
) -> None:
    clock.at("2026-03-02 09:00")
    number = begun(office, **plain(source, **more))

    decide(office, number, "ducha_a", "submit")
    decide(office, number, "ducha_a", "send")

    assert local(office, number) == due


def test_a_document_gives_thirty_days_and_the_office_director_approves(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    number = begun(office, **plain("公文落实"))

    decide(office, number, "ducha_a", "submit")
    decide(office, number, "zhuren", "approve")
    decide(office, number, "ducha_a", "send")

    assert local(office, number) == "2026-04-01 17:30"


@pytest.mark.parametrize(
    ("source", "approver"),
    [
        ("专项督办", "party_vice"),
        ("年度重点工作", "vp_a"),
        ("问题整改", "zhuren"),
        ("公文落实", "zhuren"),
        ("会议决定", None),
        ("领导批示", None),
        ("上级督查", None),
    ],
)
def test_who_approves_depends_on_the_source(
    office: Engine, clock: FakeClock, source: str, approver: str | None
) -> None:
    clock.at("2026-03-02 09:00")
    number = begun(office, **plain(source, due="2026-05-29T17:30:00+08:00"))
    decide(office, number, "ducha_a", "submit")

    items = [i for i in instances.get(office, number, people.actor(office, "auditor")).items if i.state == "open"]

    expected = ("DB30", people.actor(office, approver).id) if approver else ("DB40", people.actor(office, "ducha_a").id)
    assert [(i.element, i.performer_id) for i in items] == [expected]


@pytest.mark.parametrize(("ruling", "following", "state"), [("keep", ["DB60"], "running"), ("cancel", [], "rejected")])
def test_an_objection_is_ruled_on(
    office: Engine, clock: FakeClock, ruling: str, following: list[str], state: str
) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "印发数据安全管理办法", lead="fwb", due="2026-06-30 17:30")
    decide(office, number, "fwb_liaison", "object", suggested_unit="xxb")

    decide(office, number, "ducha_a", ruling)

    assert (steps(office, number), instances.get(office, number, people.actor(office, "ducha_a")).state) == (
        following,
        state,
    )


def test_the_clock_of_a_matter_stands_when_an_inspector_allows_it_and_the_light_is_grey(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "等保测评", lead="xxb", due="2026-03-20 17:30")
    decide(office, number, "xxb_liaison", "accept")
    items = instances.get(office, number, people.actor(office, "auditor")).items
    item = next(i.id for i in items if i.state == "open")
    liaison, ducha = people.actor(office, "xxb_liaison"), people.actor(office, "ducha_a")

    pauses.ask(office, item, "P4", liaison, basis="专家评审，见评审通知。", days=5)
    (asked,) = pauses.of_instance(office, number, ducha)
    assert asked.approvers == (ducha.name,)
    pauses.approve(office, asked.id, ducha)
    assert instances.get(office, number, ducha).light == "grey"
    clock.at("2026-03-05 09:00")
    pauses.end(office, asked.id, ducha)

    assert local(office, number) == "2026-03-25 17:30"  # three working days more


LIMITS = {
    "DB10": "1CH/2WH/1WD", "DB20": "1CH/2WH/1WD", "DB30": "2CH/4WH/1WD", "DB40": "1CH/4WH/1WD", "DB55": "2CH/4WH/1WD",
    "DB60": "4CH/1WD/3WD", "DB65": "1CH/2WH/1WD", "DB75": "1CH/2WH/2WD", "DB85": "2CH/4WH/2WD", "DB95": "2CH/4WH/2WD",
    "DB100": "1CH/4WH/2WD", "DB110": "3WD/3WD/5WD", "DB120": "2CH/4WH/1WD",
}  # fmt: skip
CLIMBING = {"DB60", "DB70", "DB80", "DB82", "DB95", "DB112"}  # what the lead unit owes climbs as its nodes do


def test_every_step_has_the_limit_and_the_ladder_of_the_table() -> None:
    package = read_package(definitions.read_folder(FOLDER / "supervision"))

    assert {step: package.plans[step].limit for step in LIMITS} == LIMITS
    ladders = {step: plan.ladder for step, plan in package.plans.items() if plan.ladder}
    assert {step for step, ladder in ladders.items() if ladder == "ESC-SUP-NODE"} == CLIMBING
    assert set(ladders.values()) == {"ESC-DOC", "ESC-SUP-NODE"}
    # a dispute about who is responsible is put to the leader in charge before it is ruled on
    assert {"add", "consult"} <= package.plans["DB55"].actions


@pytest.mark.parametrize(
    ("cycle", "limit"), [("每周", "5WD"), ("每两周", "10WD"), ("每月", "30CD"), ("一次性", "2026-06-30T17:30:00+08:00")]
)
def test_reports_come_by_the_cycle_when_no_node_is_left(cycle: str, limit: str) -> None:
    package = read_package(definitions.read_folder(FOLDER / "supervision"))
    known = {"feedback_cycle": cycle, "due": "2026-06-30T17:30:00+08:00", "outcome": "next", "nodes": [], "reports": []}

    assert evaluate(package.plans["DB70"].limit, known) == limit


def test_a_rectification_names_its_deadline_and_the_lead_unit_assists_nobody(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")

    for data, field in (
        (plain("问题整改"), "due"),
        (plain("会议决定", co_units=["yyb", "ahb"]), "co_units"),
        (plain("会议决定", due="2026-02-27T17:30:00+08:00"), "due"),
    ):
        with pytest.raises(FormProblems) as refused:
            begun(office, **data)
        assert [p.path for p in refused.value.problems] == [field]

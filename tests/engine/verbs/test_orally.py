"""口头请示 and 补签, on both databases."""

from datetime import timedelta

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotOffered
from engine.runtime import Engine
from engine.store import house
from engine.store import instances as stored
from engine.verbs import inbox, instances, stopping, work
from engine.verbs import timers as ticking
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, letters, lines, parts


@pytest.fixture
def number(office: Engine, who: Login, clock: FakeClock) -> str:
    """An urgent case with the reviewer since ten minutes, on a Friday evening of the National Day week (FW-2)."""
    clock.at("2026-10-02 21:40")
    found = instances.start(office, "joint", {"title": "突发情况报告"}, who("rlb1"), urgency="特急").number
    clock.advance(timedelta(minutes=50))
    return found


def recorded(office: Engine, who: Login, number: str, by: str = "rlb1") -> int:
    item = at(office, who, number, "One")
    when = shanghai("2026-10-02 22:25")
    work.record_oral(office, item.id, who(by), agreed_at=when, witness="cwb1", opinion="同意上报。")
    return item.id


def test_it_goes_on_at_once_and_the_signature_is_due_on_the_first_working_day(
    office: Engine, who: Login, number: str
) -> None:
    recorded(office, who, number)

    assert [i.element for i in parts(office, who, number) if i.kind == "decide"] == ["All", "All"]
    (to_sign,) = [i for i in parts(office, who, number) if i.kind == "sign"]
    assert to_sign.performer == who("hegao_a").name
    assert to_sign.deadline == shanghai("2026-10-08 17:30")
    entry = lines(office, who, number, "oral")[0]
    assert (entry.actor, entry.on_behalf_of) == (who("rlb1").name, who("hegao_a").name)
    assert (entry.opinion, entry.detail["witness"]) == ("同意上报。", "cwb1")
    assert letters(office, number, who, "T-NEW").count("hegao_a") == 2


def test_the_leader_signs_even_after_the_case_has_ended(office: Engine, who: Login, number: str) -> None:
    recorded(office, who, number)
    for login in ("cwb_head", "ahb_head"):
        work.decide(office, at(office, who, number, "All", login).id, "agree", who(login))
    work.decide(office, at(office, who, number, "File").id, "approve", who("wenshu_a"))
    assert instances.get(office, number, who("auditor")).state == "completed"
    (row,) = inbox.page(office, who("hegao_a")).rows

    work.sign(office, row.id, who("hegao_a"), opinion="确认。")

    assert [e.opinion for e in lines(office, who, number, "sign")] == ["确认。"]
    assert inbox.page(office, who("hegao_a")).total == 0
    with pytest.raises(NotOffered):
        work.sign(office, row.id, who("hegao_a"))


def test_who_never_agreed_says_so_and_an_administrator_hears_of_it(office: Engine, who: Login, number: str) -> None:
    recorded(office, who, number)
    (to_sign,) = [i for i in parts(office, who, number) if i.kind == "sign"]

    with pytest.raises(BadInput):
        work.sign(office, to_sign.id, who("hegao_a"), agree=False)
    work.sign(office, to_sign.id, who("hegao_a"), agree=False, opinion="没有同意过。")

    with office.store.reading() as tx:
        incidents = house.open_incidents(tx, stored.by_number(tx, number).id)
    assert [i["kind"] for i in incidents] == ["oral"]
    assert lines(office, who, number, "dispute")


def test_a_late_signature_is_reminded_of_like_other_work(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    recorded(office, who, number)
    (to_sign,) = [i for i in parts(office, who, number) if i.kind == "sign"]
    clock.at("2026-10-09 10:00")

    ticking.fire_due(office)

    reminded = [e for e in lines(office, who, number, "rung") if e.detail["item"] == to_sign.id]
    assert reminded
    assert all(e.detail["to"] for e in reminded)


def test_it_cannot_be_taken_back_and_nobody_signs_what_was_stopped(office: Engine, who: Login, number: str) -> None:
    item = recorded(office, who, number)
    with pytest.raises(Conflict):
        work.retract(office, item, who("rlb1"))

    stopping.terminate(office, number, who("admin"), reason="情况解除。")

    assert inbox.page(office, who("hegao_a")).total == 0


@pytest.mark.parametrize(
    ("by", "when", "witness", "error"),
    [
        ("hegao_a", "2026-10-02 22:25", "cwb1", NotAllowed),  # decides himself
        ("fwb_head", "2026-10-02 22:25", "cwb1", NotAllowed),  # has no part in it
        ("rlb1", "2026-10-02 21:00", "cwb1", BadInput),
        ("rlb1", "2026-10-03 22:25", "cwb1", BadInput),
        ("rlb1", "2026-10-02 22:25", "rlb1", NotAllowed),
        ("rlb1", "2026-10-02 22:25", "hegao_a", NotAllowed),
    ],
)
def test_wrong_records_are_refused(
    office: Engine, who: Login, number: str, by: str, when: str, witness: str, error: type[Exception]
) -> None:
    item = at(office, who, number, "One")

    with pytest.raises(error):
        work.record_oral(office, item.id, who(by), agreed_at=shanghai(when), witness=witness)

    assert [i.element for i in parts(office, who, number)] == ["One"]


def test_only_urgent_cases_go_on_by_word_of_mouth(office: Engine, who: Login, clock: FakeClock) -> None:
    number = instances.start(office, "joint", {"title": "平常的事"}, who("rlb1")).number
    item = at(office, who, number, "One")

    with pytest.raises(NotAllowed, match="urgent"):
        work.record_oral(office, item.id, who("rlb1"), agreed_at=clock(), witness="cwb1")


def test_a_signature_that_is_late_climbs_the_rungs_of_an_express_case(office: Engine, who: Login, number: str) -> None:
    recorded(office, who, number)
    (to_sign,) = [i for i in parts(office, who, number) if i.kind == "sign"]

    rows = [t for t in ticking.of_instance(office, number, who("admin")) if t.level == "item"]

    assert to_sign.deadline == shanghai("2026-10-08 17:30")
    assert {t.rung: t.due for t in rows if t.rung.startswith("late-")} == {
        "late-1": shanghai("2026-10-09 10:30"),
        "late-2": shanghai("2026-10-09 10:30"),
        "late-3": shanghai("2026-10-12 08:30"),
    }
    assert all(t.to for t in rows)

"""Limits that the house sets: versions that count from now on, per unit, and a tester that explains itself."""

from datetime import date, datetime, timedelta

import pytest

from engine.errors import BadInput, InvalidLimit, NotAllowed, NotFound
from engine.runtime import Engine
from engine.store import calendars as stored_calendars
from engine.store import rules
from engine.store.judging import HIDDEN
from engine.verbs import calendars, house_limits, instances, pauses, timers
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.decay import change, noticed


def start(office: Engine, who: Login, login: str = "rlb1") -> str:
    return instances.start(office, "memo", {"title": "签报"}, who(login)).number


def due(office: Engine, who: Login, number: str) -> datetime | None:
    return next(i.deadline for i in instances.get(office, number, who("auditor")).items if i.state == "open")


def set_review(office: Engine, who: Login, limit: str, **more: str) -> int:
    return house_limits.set_limit(office, "memo", "Review", who("admin"), limit=limit, note="办公会议定", **more)


def test_a_new_limit_counts_from_now_on_and_never_for_what_is_open(office: Engine, who: Login) -> None:
    before = start(office, who)

    assert set_review(office, who, "1CH/4WH/2WD") == 1

    after = start(office, who)
    assert due(office, who, before) == shanghai("2026-03-10 17:30")
    assert due(office, who, after) == shanghai("2026-03-11 17:30")


def test_the_nearest_unit_wins_and_a_withdrawal_brings_the_package_back(office: Engine, who: Login) -> None:
    set_review(office, who, "3WD")
    set_review(office, who, "2WD", scope="rlb")
    assert due(office, who, start(office, who, "rlb1")) == shanghai("2026-03-11 17:30")
    assert due(office, who, start(office, who, "bgs1")) == shanghai("2026-03-12 17:30")

    assert house_limits.withdraw(office, "memo", "Review", who("admin"), scope="rlb", note="试行结束") == 2
    assert due(office, who, start(office, who, "rlb1")) == shanghai("2026-03-12 17:30")
    house_limits.withdraw(office, "memo", "Review", who("admin"), note="试行结束")
    assert due(office, who, start(office, who, "rlb1")) == shanghai("2026-03-10 17:30")
    with pytest.raises(BadInput):
        house_limits.withdraw(office, "memo", "Review", who("admin"), note="再撤")


def test_warning_and_ladder_may_be_others(office: Engine, who: Login) -> None:
    set_review(office, who, "1WD", warn="due-2WH", ladder="ESC-SEAL")

    rungs = {
        t.rung: (t.ladder, t.due)
        for t in timers.of_instance(office, start(office, who), who("admin"))
        if t.level == "step"
    }

    assert rungs["warn"] == ("ESC-SEAL", shanghai("2026-03-10 15:30"))
    assert rungs["late-1"] == ("ESC-SEAL", shanghai("2026-03-11 14:00"))


def test_the_whole_instance_has_a_limit_too(office: Engine, who: Login) -> None:
    house_limits.set_limit(office, "memo", "", who("admin"), limit="5WD", note="压减")

    assert instances.get(office, start(office, who), who("auditor")).deadline == shanghai("2026-03-16 17:30")


def test_reasons_for_a_pause_may_be_fewer(office: Engine, who: Login, clock: FakeClock) -> None:
    house_limits.set_limit(office, "memo", "Review", who("admin"), limit="1WD", reasons=("P2",), note="从严")
    number = start(office, who)
    clock.advance(timedelta(seconds=30))
    item = next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")

    assert list(pauses.reasons(office, item, who("hegao_a"))) == ["P2"]
    with pytest.raises(BadInput):
        pauses.ask(office, item, "P4", who("hegao_a"), basis="评审", days=2)


def test_the_table_says_what_counts_and_where_it_comes_from(office: Engine, who: Login) -> None:
    set_review(office, who, "1CH/4WH/2WD")

    table = house_limits.of_process(office, "memo", who("designer"))

    rows = {row.element: row for row in table.rows}
    assert rows["Review"].by_urgency == ("1CH", "4WH", "2WD")
    assert rows["Review"].package_text == "1CH/4WH/1WD"
    assert rows["Review"].rule is not None
    assert rows["Sign"].rule is None
    assert rows[""].by_urgency == ("24CH", "3WD", "10WD")
    assert [(v.version, v.note, v.by) for v in table.versions] == [(1, "办公会议定", who("admin").name)]
    assert not table.may_change
    assert {p.key: p.own for p in house_limits.processes(office, who("designer"))}["memo"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": "很快"},
        {"limit": "1WD/2WD"},
        {"limit": "AT 2026-05-01 17:30"},
        {"limit": "T-3"},
        {"limit": "1WD", "warn": "soon"},
        {"limit": "1WD", "ladder": "ESC-NONE"},
        {"limit": "1WD", "note": " "},
    ],
)
def test_what_cannot_be_a_limit_is_refused(office: Engine, who: Login, fields: dict[str, str]) -> None:
    with pytest.raises((BadInput, InvalidLimit)):
        house_limits.set_limit(office, "memo", "Review", who("admin"), **{"note": "试", **fields})

    assert house_limits.of_process(office, "memo", who("admin")).versions == ()


def test_only_keepers_set_and_only_watchers_look(office: Engine, who: Login) -> None:
    with pytest.raises(NotAllowed):
        house_limits.set_limit(office, "memo", "Review", who("designer"), limit="1WD", note="试")
    with pytest.raises(NotAllowed):
        house_limits.processes(office, who("rlb1"))
    for element, key in (("Nowhere", "memo"), ("Review", "nothing")):
        with pytest.raises((BadInput, NotFound)):
            house_limits.set_limit(office, key, element, who("admin"), limit="1WD", note="试")


def test_the_tester_answers_point_50(office: Engine, who: Login) -> None:
    found = house_limits.try_out(office, "4WH", shanghai("2026-11-13 16:30"), who("admin"))

    assert found.due == shanghai("2026-11-16 11:30")
    assert [(s.counts, s.text) for s in found.stretches] == [
        (True, "计 1 小时"),
        (False, "周末"),
        (True, "计 3 小时"),
    ]


def test_whoever_is_not_as_they_were_entered_has_no_name_beside_what_they_have_set(office: Engine, who: Login) -> None:
    admin = who("admin")
    set_review(office, who, "2WD")
    calendars.set_day(office, date(2026, 5, 6), "off", admin, name="调休")

    change(office, "UPDATE person SET name = '系统管理源' WHERE login = 'admin'")

    with office.store.reading() as tx:
        shown = repr((rules.versions(tx, "memo"), stored_calendars.changes(tx)))
    assert shown.count(HIDDEN) == 2
    assert "系统管理源" not in shown
    change(office, f"UPDATE person SET name = '{admin.name}' WHERE login = 'admin'")
    change(office, "UPDATE calendar_change SET note = '调班' WHERE by_id IS NOT NULL")
    with office.store.reading() as tx:
        assert HIDDEN in repr(stored_calendars.changes(tx))
    assert noticed(office) == {"setting.altered"}

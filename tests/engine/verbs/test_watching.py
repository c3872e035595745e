"""Rows with digests: what an old program writes beside, what decays, who is told, and how it counts again (P8)."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.errors import Altered, NotFound, SanbanError
from engine.runtime import Engine
from engine.store import covered, definitions, guards, house, house_record, timers, waits
from engine.store import instances as stored
from engine.store.judging import GUARDED, SECOND, THIRD
from engine.verbs import doctor, incidents, instances, people, watching, work
from engine.verbs.timers import fire_due
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change

STORE = Path(guards.__file__).parent
DIRECT = {"guarding.py", "accepting.py", "judging.py"}  # where a digest is written with what it covers


def started(office: Engine, who: Login, title: str = "关于值班的签报") -> str:
    return instances.start(office, "memo", {"title": title, "urgency": "平件"}, who("rlb1")).number


def test_an_altered_timer_does_nothing_and_the_others_of_its_case_speak(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = started(office, who)
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        watched = sorted((t for t in timers.of_instance(tx, row.id) if t.level == "step"), key=lambda t: t.due)
        deadline = stored.open_activities(tx, row.id)[0].deadline
    bad, others = watched[0], watched[1:]
    change(office, f"UPDATE timer SET rung = 'late-9' WHERE id = {bad.id}")

    clock.advance(watched[1].due + timedelta(minutes=1) - office.now())
    fire_due(office)
    fire_due(office)

    with office.store.reading() as tx:
        states = {t.id: t.state for t in timers.of_instance(tx, row.id, judged=False)}
        told = [one["facts"].get("code") for one in house.open_incidents(tx)]
        assert stored.open_activities(tx, row.id)[0].deadline == deadline
    assert (states[bad.id], states[others[0].id]) == ("dead", "fired")
    assert told == ["timer.altered"]
    assert work.mine(office, number, who("hegao_a")) is not None

    change(office, f"UPDATE timer SET rung = '{bad.rung}' WHERE id = {bad.id}")
    (one,) = incidents.listed(office, who("admin"))
    assert incidents.retry(office, one.id, who("admin")) == 1


def test_what_an_older_program_changes_while_both_run_counts_as_written(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = started(office, who)
    with office.store.transaction() as tx:
        house.forget(tx, GUARDED)
        tx.execute(text("UPDATE unit SET row_digest = NULL WHERE code = 'rlb'"))
    change(office, "UPDATE work_item SET name = '复核' WHERE state = 'open'")
    change(office, "UPDATE unit SET short = '人资部' WHERE code = 'rlb'")

    beside = [one.name for one in instances.get(office, number, who("rlb1")).items]
    first = watching.look(office)
    clock.advance(timedelta(days=1))
    second = watching.look(office)
    change(office, "UPDATE work_item SET name = '复刻' WHERE state = 'open'")

    assert "复核" in beside
    assert (first, second) == (0, 0)
    with pytest.raises(Altered):
        instances.get(office, number, who("rlb1"))
    assert {row.code for row in watching.altered(office)} == {"item.altered"}


def test_rows_that_came_later_are_judged_from_their_second_night_on(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = started(office, who)
    with office.store.transaction() as tx:
        house.forget(tx, SECOND)
        tx.execute(text("UPDATE instance SET known_digest = NULL"))
    change(office, f"UPDATE instance SET known_to = ',cwb1,' WHERE number = '{number}'")
    change(office, "UPDATE work_item SET opened_at = '2026-03-09 01:00:00.000000' WHERE state = 'open'")

    beside = instances.get(office, number, who("cwb1")).number
    first = watching.look(office)
    clock.advance(timedelta(days=1))
    second = watching.look(office)
    change(office, f"UPDATE instance SET known_to = ',cwb2,' WHERE number = '{number}'")

    assert beside == number  # a program of the version before has changed it
    assert (first, second) == (0, 0)
    with pytest.raises(NotFound):
        instances.get(office, number, who("cwb2"))
    assert {row.code for row in watching.altered(office)} == {"knowers.altered"}
    with office.store.reading() as tx:
        assert tx.scalar(text(f"SELECT count(*) FROM heartbeat WHERE name = '{GUARDED}'")) == 1


def test_what_decision_113_covers_is_judged_from_its_second_night_on(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = started(office, who)
    with office.store.transaction() as tx:
        house.forget(tx, THIRD)
        tx.execute(text("UPDATE series SET row_digest = NULL"))
    change(office, "UPDATE series SET last = last + 1")  # a program of the version before has taken a number
    change(office, "UPDATE definition SET title = '签报单' WHERE key = 'memo'")

    beside = started(office, who)
    first = watching.look(office)
    clock.advance(timedelta(days=1))
    second = watching.look(office)
    change(office, "UPDATE series SET last = last - 1")

    assert number < beside
    assert (first, second) == (0, 0)
    with pytest.raises(Altered):
        started(office, who)
    with office.store.reading() as tx:
        assert definitions.by_id(tx, definitions.current_id(tx, "memo")).title == "签报单"
    assert {row.code for row in watching.altered(office)} == {"number.altered"}


def test_every_night_each_altered_row_becomes_one_incident(office: Engine, who: Login) -> None:
    number = started(office, who)
    change(office, "UPDATE timer SET due = '2031-01-02 09:30:00.000000' WHERE rung = 'due' AND level = 'step'")
    change(office, "UPDATE person SET name = '方智远' WHERE login = 'hegao_b' OR login = 'wenshu_b'")

    found = [watching.look(office), watching.look(office)]

    with office.store.reading() as tx:
        told = [(one["kind"], one["facts"]["code"]) for one in house.open_incidents(tx)]
    assert found[0] == found[1] == len(told)
    assert set(told) == {("altered", "timer.altered"), ("altered", "people.altered")}
    assert {view.number for view in incidents.listed(office, who("admin"))} == {"", number}


def test_an_altered_person_gets_no_work_and_counts_again_when_accepted(office: Engine, who: Login) -> None:
    hegao = who("hegao_a")
    change(office, f"UPDATE person SET email = 'x@huayuan.example' WHERE id = {hegao.id}")
    number = started(office, who)

    holders = {i.performer for i in instances.get(office, number, who("rlb1")).items if i.state == "open"}
    with pytest.raises(SanbanError):
        people.actor(office, "hegao_a")
    with pytest.raises(NotFound):
        doctor.accept(office, "persom:1", "没有这张表。")
    accepted = doctor.accept(office, f"person:{hegao.id}", "地址已与本人核对。")
    office.forget()

    assert "方致远" not in holders
    assert holders  # somebody else is responsible
    assert accepted == 1
    assert people.actor(office, "hegao_a").name == "方致远"
    assert watching.altered(office) == []
    with office.store.reading() as tx:
        assert house_record.entries(tx)[-1].detail["what"] == f"person:{hegao.id}"


def test_a_damaged_calendar_stops_the_clock_and_gives_no_timer_up(office: Engine, who: Login, clock: FakeClock) -> None:
    watching.look(office)  # what migrations have entered gets its digest
    started(office, who)
    change(office, "UPDATE calendar_day SET name = '劳动节二' WHERE day = '2026-05-01' AND scope = ''")
    clock.advance(timedelta(days=30))

    with pytest.raises(Altered) as refused:
        fire_due(office)

    assert refused.value.reason == "setting.altered"
    with office.store.reading() as tx:
        assert house.open_incidents(tx) == []
    change(office, "UPDATE calendar_day SET row_digest = NULL WHERE day = '2026-05-01'")
    assert fire_due(office) > 0


def test_columns_with_digests_are_updated_in_one_place() -> None:
    names = {table.name: table for table in map(covered.table_of, covered.COVERED)}
    faults = set()
    for path in sorted(p for p in STORE.glob("*.py") if p.name not in DIRECT):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
                updated = [
                    c.args[0].id
                    for c in ast.walk(node.func)
                    if isinstance(c, ast.Call)
                    and getattr(c.func, "id", "") == "update"
                    and isinstance(c.args[0], ast.Name)
                ]
                given = {k.arg for k in node.keywords} if not node.args else {None}
                for name in updated:
                    for what in covered.of_table(names[name]) if name in names else ():
                        if given & {None, *covered.COVERED[what]} and covered.column_of(what) not in given:
                            faults.add(f"{path.name}:{node.lineno} {name}")

    # the whole row of an instance is saved with its digest
    assert [fault.split(":")[0] for fault in faults] == ["instances.py"]


def test_what_was_put_off_for_years_is_tried_at_once_and_told(office: Engine, who: Login, clock: FakeClock) -> None:
    started(office, who)
    tomorrow = office.now() + timedelta(days=1)
    for channel, instant in (("robot", tomorrow.replace(year=2226)), ("hook", tomorrow)):
        change(
            office,
            "INSERT INTO delivery (notification_id, channel, state, attempts, next_try)"
            f" SELECT min(id), '{channel}', 'waiting', 0, '{instant:%Y-%m-%d %H:%M:%S.%f}' FROM notification",
        )
    with office.store.reading() as tx:
        assert len(waits.beyond(tx, office.now())) == 1

    watching.look(office)
    watching.look(office)

    with office.store.reading() as tx:
        tries = dict(tx.all(text("SELECT channel, next_try FROM delivery WHERE channel IN ('robot', 'hook')")))
        told = [(one["kind"], one["message"].split()[0]) for one in house.open_incidents(tx)]
        assert waits.beyond(tx, office.now()) == {}
    assert str(tries["robot"])[:10] == f"{office.now():%Y-%m-%d}"
    assert str(tries["hook"])[:10] == f"{tomorrow:%Y-%m-%d}"
    assert told == [("righted", "delivery")]


@pytest.mark.parametrize("mark", [GUARDED, SECOND, THIRD])
def test_a_mark_that_is_lost_is_set_again_in_the_night_and_told(
    office: Engine, who: Login, clock: FakeClock, mark: str
) -> None:
    started(office, who)
    watching.look(office)
    change(office, f"DELETE FROM heartbeat WHERE name = '{mark}'")
    change(office, "UPDATE unit SET short = '人资部' WHERE code = 'rlb'")
    found = {(one.code, one.what) for one in doctor.examine(office).violations}

    altered = watching.look(office)
    again = watching.look(office)

    assert ("database.mark", mark) in found
    assert (altered, again) == (1, 1)
    with office.store.reading() as tx:
        kinds = [one["kind"] for one in house.open_incidents(tx)]
    assert sorted(kinds) == ["altered", "righted"]
    assert {one.code for one in doctor.examine(office).violations} >= {"people.altered"}

"""What the calendar starts, on both databases: each turn once, for somebody, and told when it cannot be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from engine.errors import InvalidPackage, InvalidProcess, ReusedKey
from engine.model import Actor, Json
from engine.progress import answer, begin, command, prepare, write_down
from engine.runtime import Engine
from engine.store import house, instances, overview, scheduled
from engine.verbs import definitions, doctor, schedules, watching
from engine.verbs import instances as cases
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.memo import MEMO

MONTHLY = """
[[schedule]]
name = "monthly"
title = "月度签报"
every = "month"
day = "WD3"
performer = "post('hegao')"
"""


def deploy(engine: Engine, more: str = "", table: str = MONTHLY) -> None:
    given = MEMO["process.toml"].decode() + table + (more or "data = { title = \"${before + '月度签报'}\" }\n")
    definitions.deploy(engine, {**MEMO, "process.toml": given.encode()})


def memos(engine: Engine) -> list[instances.InstanceRow]:
    with engine.store.reading() as tx:
        return list(overview.instances_of(tx, ["memo"]))


@pytest.fixture
def deployed(office: Engine, clock: FakeClock) -> Engine:
    """A monthly memo that the house has since the end of February; it is due on 4 March at nine."""
    clock.at("2026-02-27 16:00")
    deploy(office)
    return office


def test_a_turn_starts_once_for_the_person_who_answers_for_it(deployed: Engine, who: Login, clock: FakeClock) -> None:
    clock.at("2026-03-04 08:59")
    assert schedules.start_due(deployed) == 0
    clock.at("2026-03-04 09:00")

    assert [schedules.start_due(deployed) for _ in range(3)] == [1, 0, 0]

    (row,) = memos(deployed)
    assert (row.title, row.initiator_id) == ("2026-02月度签报", who("hegao_a").id)
    view = cases.get(deployed, row.number, who("hegao_a"))
    assert [(i.element, i.performer_id) for i in view.items] == [("Draft", who("hegao_a").id)]
    assert [e.opinion for e in view.history if e.verb == "schedule"] == ["月度签报（2026-03）"]
    assert not [f for f in doctor.examine(deployed).findings if f.code.startswith("schedule")]


def test_many_who_tick_at_once_start_it_once(deployed: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-04 09:00")

    with ThreadPoolExecutor(6) as pool:
        started = list(pool.map(lambda _n: schedules.start_due(deployed), range(6)))

    assert sum(started) == 1
    assert len(memos(deployed)) == 1


def old_duty(engine: Engine, actor: Actor) -> int:
    """A node from before this schedule: it begins the same turn under a key of its own."""
    try:
        with command(engine, actor, "draft:memo:2026-02", ["memo", "2026-02"]) as cmd:
            if cmd.known is not None:
                return 0
            case = prepare(engine, cmd.tx, "memo", {"title": "2026-02月度签报"}, actor, cmd.now)
            begin(case, write_down, submitted=False)
            cmd.answer(answer(case))
    except ReusedKey:
        return 0
    return 1


@pytest.mark.parametrize("first", ["old", "new", "both"])
def test_of_an_old_and_a_new_node_at_once_one_begins_the_turn(
    office: Engine, who: Login, clock: FakeClock, first: str
) -> None:
    clock.at("2026-02-27 16:00")
    deploy(office, "claims = \"${'draft:memo:' + before}\"\ndata = { title = \"${before + '月度签报'}\" }\n")
    clock.at("2026-03-04 09:00")
    nodes = [partial(old_duty, office, who("hegao_a")), partial(schedules.start_due, office)]

    if first == "both":
        gate = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            begun = list(pool.map(lambda node: (gate.wait(), node())[1], nodes))
    else:
        begun = [node() for node in (nodes if first == "old" else nodes[::-1])]

    assert sum(begun) == 1
    assert len(memos(office)) == 1
    assert schedules.start_due(office) + old_duty(office, who("hegao_a")) == 0


def test_what_was_killed_in_the_middle_starts_whole_the_next_time(
    deployed: Engine, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at("2026-03-04 09:00")
    with monkeypatch.context() as broken:
        broken.setattr(scheduled, "settle", _dies)
        with pytest.raises(KeyboardInterrupt):
            schedules.start_due(deployed)
    assert memos(deployed) == []

    assert schedules.start_due(deployed) == 1
    assert len(memos(deployed)) == 1


def _dies(*_args: Json, **_named: Json) -> None:
    raise KeyboardInterrupt


def test_missed_turns_are_not_made_up_for_and_earlier_ones_are_not_its(deployed: Engine, clock: FakeClock) -> None:
    assert schedules.start_due(deployed) == 0  # the turn of February lies before the deployment
    clock.at("2026-06-10 10:00")

    assert schedules.start_due(deployed) == 1
    assert [row.title for row in memos(deployed)] == ["2026-05月度签报"]


def test_a_new_version_keeps_the_turns_of_the_schedule(deployed: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-04 09:00")
    schedules.start_due(deployed)
    clock.at("2026-03-04 10:00")
    deploy(deployed, 'data = { title = "月报" }\n')

    assert schedules.start_due(deployed) == 0
    clock.at("2026-04-03 09:00")
    assert schedules.start_due(deployed) == 1


def test_a_turn_with_nothing_to_do_is_left_out(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-02-27 16:00")
    deploy(office, "when = \"period == '2026-04'\"\n")
    clock.at("2026-03-04 09:00")
    assert [schedules.start_due(office), schedules.start_due(office)] == [0, 0]

    clock.at("2026-04-03 09:00")

    assert schedules.start_due(office) == 1


def test_what_cannot_be_started_is_told_and_tried_again(
    office: Engine, clock: FakeClock, who: Login, rename: Callable[[Engine, str], None]
) -> None:
    clock.at("2026-02-27 16:00")
    deploy(office, table=MONTHLY.replace("post('hegao')", "performer()"))
    clock.at("2026-03-04 09:30")
    late = {f.code for f in doctor.examine(office).findings}
    assert {"schedule.late", "schedule.nobody"} <= late

    assert [schedules.start_due(office), schedules.start_due(office)] == [0, 0]

    assert [row["kind"] for row in open_incidents(office)] == ["schedule"]
    assert "schedule.failed" in {f.code for f in doctor.examine(office).findings}
    rename(office, "post('hegao')")
    assert schedules.start_due(office) == 1
    assert open_incidents(office) == []


@pytest.fixture
def rename() -> Callable[[Engine, str], None]:
    """Give the schedule another performer by a new version."""
    return lambda engine, rule: deploy(engine, table=MONTHLY.replace("post('hegao')", rule))


def open_incidents(engine: Engine) -> list[Json]:
    with engine.store.reading() as tx:
        return [row for row in house.open_incidents(tx) if row["kind"] == "schedule"]


@pytest.mark.parametrize("wrong", ['day = "FRI"', 'month = 2\nday = "WD1"', 'day = "WD3"\ndata = { nothing = "x" }'])
def test_a_schedule_that_means_nothing_is_refused(office: Engine, wrong: str) -> None:
    table = MONTHLY.replace('day = "WD3"', wrong.partition("\ndata")[0])

    with pytest.raises((InvalidPackage, InvalidProcess)):
        deploy(office, wrong.partition("\n")[2] if "data" in wrong else "", table)


@pytest.mark.parametrize("damage", ["name = 'momthly'", "state = 'failee'", "period = '2026-13'"])
def test_a_turn_whose_row_has_decayed_is_not_started_twice(
    deployed: Engine, clock: FakeClock, who: Login, damage: str
) -> None:
    clock.at("2026-03-04 09:00")
    assert schedules.start_due(deployed) == 1
    change(deployed, f"UPDATE scheduled_start SET {damage}")
    clock.advance(timedelta(minutes=5))

    assert [schedules.start_due(deployed), schedules.start_due(deployed)] == [0, 0]
    watching.look(deployed)

    assert len(memos(deployed)) == 1
    with deployed.store.reading() as tx:
        assert [row["facts"].get("code") for row in house.open_incidents(tx)] == ["schedule.altered"]
    change(deployed, "UPDATE scheduled_start SET name = 'monthly', state = 'started', period = '2026-03'")
    clock.at("2026-04-03 09:00")
    assert schedules.start_due(deployed) == 1

"""Deadlines that nobody has to remember: warnings, rungs and the diagram's own timers, each once."""

import threading
from datetime import timedelta

import pytest

from engine import open_engine
from engine.model import Done
from engine.runtime import Engine
from engine.store import notices
from engine.store import timers as rows
from engine.verbs import instances, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock


@pytest.fixture
def memo(office: Engine, who: Login) -> Done:
    return instances.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))


def told(engine: Engine, who: Login, number: str, event: str) -> list[str]:
    """Logins that got a notice of this kind about an instance."""
    view = instances.get(engine, number, who("auditor"))
    with engine.store.reading() as tx:
        return [login for notice, login in notices.of_instance(tx, view.id) if notice.event == event]


def states(engine: Engine, who: Login, number: str) -> dict[str, str]:
    """State of every rung of the open step."""
    view = instances.get(engine, number, who("auditor"))
    with engine.store.reading() as tx:
        return {r.rung: r.state for r in rows.of_instance(tx, view.id) if r.level == "step"}


def test_a_missed_deadline_climbs_the_real_chain_by_itself(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    for moment in ("2026-03-10 08:30", "2026-03-10 17:30", "2026-03-11 08:30", "2026-03-13 08:30"):
        clock.at(moment)
        timers.fire_due(office)

    assert told(office, who, memo.number, "T-WARN") == ["hegao_a"]
    assert set(told(office, who, memo.number, "T-DUE")) == {"hegao_a", "wenshu_a"}
    assert {"hegao_a", "zhuren", "vp_a"} <= set(told(office, who, memo.number, "T-OVER"))


def test_nothing_fires_early(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    clock.at("2026-03-10 08:29")

    assert timers.fire_due(office) == 0
    assert set(states(office, who, memo.number).values()) == {"waiting"}


def test_a_second_tick_tells_nobody_again(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    clock.at("2026-03-10 08:30")
    timers.fire_due(office)

    assert timers.fire_due(office) == 0
    assert told(office, who, memo.number, "T-WARN") == ["hegao_a"]


def test_after_a_standstill_only_the_highest_rung_speaks(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-13 10:00")
    timers.fire_due(office)

    found = states(office, who, memo.number)
    assert (found["warn"], found["due"], found["late-1"], found["late-2"]) == ("merged", "merged", "merged", "fired")
    assert told(office, who, memo.number, "T-DUE") == []


def test_deciding_disarms_the_step_and_the_next_step_is_armed(office: Engine, who: Login, memo: Done) -> None:
    view = instances.get(office, memo.number, who("auditor"))
    item = next(i for i in view.items if i.state == "open")
    work.decide(office, item.id, "approve", who("hegao_a"))

    with office.store.reading() as tx:
        found = [(r.activity_id, r.state) for r in rows.of_instance(tx, view.id) if r.level == "step"]

    activities = sorted({a for a, _s in found if a is not None})
    assert {s for a, s in found if a == activities[0]} == {"cancelled"}
    assert {s for a, s in found if a == activities[-1]} == {"waiting"}


def test_an_ended_instance_has_no_timer_left(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    view = instances.get(office, memo.number, who("auditor"))
    item = next(i for i in view.items if i.state == "open")
    work.decide(office, item.id, "refuse", who("hegao_a"), opinion="不发。")
    clock.at("2026-06-01 09:00")

    assert timers.fire_due(office) == 0


def test_taking_back_arms_the_step_again(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    view = instances.get(office, memo.number, who("auditor"))
    item = next(i for i in view.items if i.state == "open")
    work.decide(office, item.id, "approve", who("hegao_a"))
    work.retract(office, item.id, who("hegao_a"))
    clock.at("2026-03-10 17:30")
    timers.fire_due(office)

    assert set(told(office, who, memo.number, "T-DUE")) == {"hegao_a", "wenshu_a"}


def test_several_schedulers_at_once_fire_each_timer_once(office: Engine, who: Login, clock: FakeClock) -> None:
    numbers = [
        instances.start(office, "memo", {"title": f"关于值班的签报 {n}", "urgency": "平件"}, who("rlb1")).number
        for n in range(12)
    ]
    clock.at("2026-03-10 17:30")
    others = [open_engine(now=clock, settings=office.settings) for _ in range(3)]

    def tick(engine: Engine) -> None:
        for _ in range(3):
            timers.fire_due(engine)

    threads = [threading.Thread(target=tick, args=(e,)) for e in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for engine in others:
        engine.close()
    timers.fire_due(office)

    for number in numbers:
        found = states(office, who, number)
        assert (found["warn"], found["due"]) == ("merged", "fired")
        assert sorted(told(office, who, number, "T-DUE")) == ["hegao_a", "wenshu_a"]


def test_the_timer_view_says_when_why_and_to_whom(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    found = timers.of_instance(office, memo.number, who("rlb1"))

    warn = next(t for t in found if t.rung == "warn" and t.level == "step")
    assert (warn.step, warn.ladder, warn.state) == ("核稿", "ESC-DOC", "waiting")
    assert warn.due > clock() + timedelta(hours=1)

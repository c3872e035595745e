"""A clock that moves by itself is told to whoever runs the house and stands in its record (A96)."""

from collections.abc import Callable
from time import time

import pytest

from engine import scheduler
from engine.runtime import Engine
from engine.scheduler import JUMP_SECONDS, Duty, Every
from engine.store import house, house_record
from engine.verbs import audit, clock_jumps, incidents, people
from tests.engine.test_scheduler import Calls, running, until

Move = Callable[[float], None]


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Set the clock of the machine ahead or back by so many seconds."""
    ahead = [0.0]
    monkeypatch.setattr(scheduler, "wall_clock", lambda: time() + ahead[0])

    def moved(seconds: float) -> None:
        ahead[0] += seconds

    return moved


def remembered(engine: Engine) -> list[int]:
    """Seconds of every jump that stands in the record of the house."""
    with engine.store.reading() as tx:
        return [int(e.detail["seconds"]) for e in house_record.entries(tx) if e.verb == "clock_jumped"]


def test_a_jump_of_an_hour_or_a_day_is_an_incident_and_stands_in_the_record(office: Engine, move: Move) -> None:
    calls = Calls()

    with running(office, Duty("tick", Every(0.05), calls), stall_seconds=0.4):
        until(lambda: len(calls) >= 2)
        move(-3_600)
        until(lambda: len(remembered(office)) == 1)
        move(86_400)
        until(lambda: len(remembered(office)) == 2)
        ticked = len(calls)
        until(lambda: len(calls) > ticked + 2)

    assert [round(seconds, -1) for seconds in remembered(office)] == [-3_600, 86_400]
    (told,) = incidents.listed(office, people.actor(office, "admin"))
    assert (told.kind, told.label) == ("clock", "服务器时钟跳动")
    assert "拨慢了约 60 分钟" in told.message
    assert "NTP" in told.message
    assert audit.verify(office).tampered == ()


def test_what_clocks_do_every_day_is_no_jump(office: Engine, move: Move) -> None:
    calls = Calls()

    with running(office, Duty("tick", Every(0.05), calls), stall_seconds=0.4):
        until(lambda: len(calls) >= 2)
        move(JUMP_SECONDS - 30)
        ticked = len(calls)
        until(lambda: len(calls) > ticked + 20)

    assert remembered(office) == []


def test_after_somebody_has_looked_the_next_jump_is_told_again(office: Engine) -> None:
    admin = people.actor(office, "admin")
    clock_jumps.remember(office, 3_600)
    clock_jumps.remember(office, 3_600)
    (first,) = incidents.listed(office, admin)
    incidents.resolve(office, first.id, admin, "已校时。")

    clock_jumps.remember(office, -86_400)

    with office.store.reading() as tx:
        assert [one["facts"] for one in house.open_incidents(tx)] == [{"seconds": -86_400}]
    assert remembered(office) == [3_600, 3_600, -86_400]

"""A case that cannot go on is an incident within a minute, though nobody asks (P19); on both databases."""

import pytest

from engine.model import Actor
from engine.runtime import Engine
from engine.scheduler import DUTIES, Every
from engine.verbs import bindings, definitions, doctor, incidents, instances
from engine.verbs.doctor import standing_still
from tests.engine.conftest import Login
from tests.engine.verbs.test_bindings import FILES, PAY
from tests.engine.verbs.test_doctor import STUB, TIMED, found, hang, plant, started, waiting_at
from tests.support.memo import MEMO


@pytest.fixture(autouse=True)
def memo(office: Engine) -> None:
    definitions.deploy(office, MEMO)


def told(office: Engine, admin: Actor) -> list[tuple[str, str]]:
    return [(one.number, one.kind) for one in incidents.listed(office, admin)]


def test_a_case_that_was_made_to_hang_is_an_incident_without_being_asked_for(office: Engine, admin: Actor) -> None:
    started(office, "关于值班的签报")
    bad = started(office, "停住的签报")
    hang(office, bad)

    assert [doctor.watch(office), doctor.watch(office)] == [1, 0]

    (one,) = incidents.listed(office, admin)
    assert (one.number, one.label) == (bad["number"], "流程停滞")
    assert "用“重定位”移到应办环节，或终止。" in one.message
    assert "instance.stuck" not in {code for code, _ in found(office)}  # somebody sees it now
    incidents.resolve(office, one.id, admin, "已看过。")
    assert doctor.watch(office) == 1  # looking at it does not make it go on


def test_a_snapshot_that_cannot_be_read_hides_no_other_case(office: Engine, admin: Actor) -> None:
    broken, hanging = started(office, "读不出的签报"), started(office, "停住的签报")
    hang(office, broken)
    hang(office, hanging)
    plant(office, ("UPDATE instance SET snapshot = :junk WHERE id = :i",), broken)

    assert doctor.watch(office) == 2
    assert sorted(told(office, admin)) == [(broken["number"], "stuck"), (hanging["number"], "stuck")]


def test_what_waits_for_something_that_comes_is_left_alone(office: Engine, who: Login, admin: Actor) -> None:
    waiting_at(office, who, TIMED)
    unbound = waiting_at(office, who, STUB)
    definitions.deploy(office, FILES)
    bindings.bind(office, "payment", PAY, {"send": "paid = true"}, admin)
    instances.start(office, "payment", {"title": "付材料款", "amount": 5}, who("rlb1"))

    assert doctor.watch(office) == 0
    assert told(office, admin) == [(unbound, "unbound")]
    # a call that is on its way is nothing to look after
    assert {code for code, _ in found(office)} == {"incident.open", "stub.unbound"}


def test_where_more_wait_than_one_look_takes_the_next_goes_on_behind_them(
    office: Engine, who: Login, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_still, "MOST", 2)
    for _ in range(3):
        waiting_at(office, who, TIMED)
    bad = started(office, "停住的签报")
    hang(office, bad)

    assert [doctor.watch(office) for _ in range(4)] == [0, 1, 0, 0]
    assert told(office, admin) == [(bad["number"], "stuck")]


def test_somebody_looks_at_least_three_times_a_minute() -> None:
    (duty,) = [duty for duty in DUTIES if duty.work is doctor.watch]

    assert isinstance(duty.trigger, Every)
    assert duty.trigger.seconds <= 20

"""Two versions of a process beside each other: how long their steps took and how much came back."""

from datetime import timedelta

from engine.runtime import Engine
from engine.store import by_version
from engine.verbs import definitions, instances, reports, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.memo import MEMO


def done_after(office: Engine, who: Login, clock: FakeClock, arrives: str, decided: str) -> None:
    """One memo that is begun and approved at these times."""
    clock.at(arrives)
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    clock.at(decided)
    item = next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")
    work.decide(office, item, "approve", who("hegao_a"), opinion="同意。")


def test_steps_of_two_versions_stand_beside_each_other(office: Engine, who: Login, clock: FakeClock) -> None:
    done_after(office, who, clock, "2026-03-09 09:00", "2026-03-09 11:00")
    done_after(office, who, clock, "2026-03-10 09:00", "2026-03-10 10:00")
    definitions.deploy(office, {**MEMO, **changed()})
    done_after(office, who, clock, "2026-03-11 09:00", "2026-03-11 09:30")
    clock.advance(timedelta(minutes=1))
    reports.settle(office)

    found = reports.beside(office, "memo", 1, 2)

    (step,) = [one for one in found.steps if one.old.done and one.new.done and one.old.mean_hours]
    assert (step.old.done, step.old.mean_hours, step.new.done, step.new.mean_hours) == (2, 1.5, 1, 0.5)
    assert step.change == -1.0
    assert (found.old.started, found.new.started) == (2, 1)
    assert found.old.return_rate == 0
    with office.store.reading() as tx:
        assert {row.version for row in by_version.steps(tx, "memo", (2,))} == {2}


def test_a_version_that_was_never_used_has_nothing_to_compare(office: Engine, who: Login) -> None:
    found = reports.beside(office, "memo", 1, 7)

    assert found.steps == ()
    assert (found.new.started, found.new.return_rate) == (0, None)


def changed() -> dict[str, bytes]:
    return {"process.toml": MEMO["process.toml"] + b'summary = "x"\n'}

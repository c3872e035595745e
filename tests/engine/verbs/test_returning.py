"""Returns out of parallel branches, and taking them back, on both databases."""

from datetime import timedelta

from engine.runtime import Engine
from engine.store import instances as stored
from engine.store import timers
from engine.verbs import definitions, instances, notifications, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began, parts
from tests.support.memo import MEMO


def watched(office: Engine, number: str) -> set[int]:
    """Open activities with a rung that waits."""
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        opened = {a.id for a in stored.open_activities(tx, row.id)}
        return {t.activity_id or 0 for t in timers.of_instance(tx, row.id) if t.state == "waiting"} & opened


def test_taking_back_a_return_brings_every_branch_back_that_it_had_closed(office: Engine, who: Login) -> None:
    """steedos/workflow 1179: the other branch was gone."""
    number = began(office, who, "maze")
    work.decide(office, at(office, who, number, "Right", "ahb_head").id, "approve", who("ahb_head"))
    before = [(i.id, i.element, i.performer) for i in parts(office, who, number)]
    left = at(office, who, number, "Left")
    work.return_to(office, left.id, who("hegao_a"), to="Draft", opinion="请修改。")
    assert [i.element for i in parts(office, who, number)] == ["Draft"]

    work.retract(office, left.id, who("hegao_a"))

    assert [(i.id, i.element, i.performer) for i in parts(office, who, number)] == before
    assert len(watched(office, number)) == 2
    work.decide(office, left.id, "approve", who("hegao_a"))
    work.decide(office, at(office, who, number, "Right", "cwb_head").id, "approve", who("cwb_head"))
    assert [i.element for i in parts(office, who, number)] == ["Row"]
    assert instances.get(office, number, who("auditor")).state == "running"


def test_somebody_above_hears_of_the_third_return_and_not_of_the_first(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    manifest = MEMO["process.toml"] + b'[returns]\ntell = "dept_head(initiator)"\n'
    definitions.deploy(office, MEMO | {"process.toml": manifest})
    number = instances.start(office, "memo", {"title": "关于采购的签报"}, who("rlb1")).number
    heard = []
    for _round in range(3):
        review = next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")
        work.return_to(office, review.id, who("hegao_a"), to="Draft", opinion="仍未改好。")
        clock.advance(timedelta(seconds=11))
        heard.append(len([n for n in notifications.centre(office, who("rlb_head")) if n.event == "T-RETURNED"]))
        mended = next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")
        work.decide(office, mended.id, "submit", who("rlb1"))

    assert heard == [0, 0, 1]

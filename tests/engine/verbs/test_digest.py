"""The list of the day: on working mornings, once, for whoever has something and wants it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import open_engine
from engine.model import Notice
from engine.runtime import Engine
from engine.store import guarding
from engine.store.tables import instance
from engine.verbs import instances, notifications, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.joint import at, began


def digests(engine: Engine, who: Login, login: str) -> list[Notice]:
    return [n for n in notifications.centre(engine, who(login)) if n.event == "T-DIGEST"]


@pytest.fixture
def morning(office: Engine, who: Login, clock: FakeClock) -> Engine:
    """Wednesday 2026-03-11, 08:30: one memo is late, one due today; both are with the checker."""
    clock.at("2026-03-09 09:00")
    instances.start(office, "memo", {"title": "加急的签报", "urgency": "特急"}, who("rlb1"))
    clock.at("2026-03-10 09:00")
    instances.start(office, "memo", {"title": "平常的签报", "urgency": "平件"}, who("rlb1"))
    clock.at("2026-03-11 08:30")
    return office


def test_whoever_has_something_due_or_late_gets_one_list(morning: Engine, who: Login) -> None:
    assert notifications.send_digests(morning) >= 1
    assert notifications.send_digests(morning) == 0

    (told,) = digests(morning, who, "hegao_a")
    assert told.title == "【今日待办】今日到期 1 件，逾期 1 件，待阅 0 件"
    assert "【逾期】《加急的签报》" in told.body
    assert "《平常的签报》" in told.body
    assert told.link == "/inbox"
    assert digests(morning, who, "cwb1") == []


def test_what_is_to_be_read_counts_too(morning: Engine, who: Login, clock: FakeClock) -> None:
    item = at(morning, who, began(morning, who), "One")
    work.circulate(morning, item.id, ["cwb1"], who("hegao_a"), purpose="请阅")
    clock.advance(timedelta(seconds=11))

    notifications.send_digests(morning)

    assert digests(morning, who, "cwb1")[0].title.endswith("待阅 1 件")


@pytest.mark.parametrize("moment", ["2026-03-14 08:30", "2026-03-11 08:29", "2026-03-11 15:00", "2026-10-01 08:30"])
def test_nobody_gets_a_list_on_a_holiday_too_early_or_in_the_afternoon(
    morning: Engine, clock: FakeClock, moment: str
) -> None:
    clock.at(moment)

    assert notifications.send_digests(morning) == 0


def test_a_working_saturday_has_its_list(morning: Engine, clock: FakeClock) -> None:
    clock.at("2026-10-10 08:30")

    assert notifications.send_digests(morning) >= 1


def test_whoever_does_not_want_it_gets_none(morning: Engine, who: Login) -> None:
    notifications.wish(morning, who("hegao_a"), channels={}, robots={}, digest=False)
    notifications.send_digests(morning)

    assert digests(morning, who, "hegao_a") == []


def test_a_secret_matter_is_listed_by_its_number(morning: Engine, who: Login) -> None:
    with morning.store.transaction() as tx:
        first = tx.first(select(instance.c.id, instance.c.variables).order_by(instance.c.id))
        assert first is not None
        secret = {**first.variables, "classification": "普通商密"}
        guarding.change(tx, instance, instance.c.id == first.id, variables=secret)
    notifications.send_digests(morning)

    assert "加急的签报" not in digests(morning, who, "hegao_a")[0].body
    assert "涉密事项（" in digests(morning, who, "hegao_a")[0].body


def test_several_schedulers_send_one_list(morning: Engine, who: Login) -> None:
    others = [open_engine(now=morning.now, settings=morning.settings) for _ in range(3)]
    threads = [threading.Thread(target=notifications.send_digests, args=(e,)) for e in (morning, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for other in others:
        other.close()

    assert len(digests(morning, who, "hegao_a")) == 1


def test_a_form_that_is_not_as_it_was_written_is_treated_as_a_secret_one(morning: Engine, who: Login) -> None:
    change(morning, "UPDATE instance SET variables = replace(variables, '加急', '特急')")
    notifications.send_digests(morning)

    assert "加急的签报" not in digests(morning, who, "hegao_a")[0].body
    assert "涉密事项（" in digests(morning, who, "hegao_a")[0].body

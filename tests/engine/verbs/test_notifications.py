"""Notices leave through a real SMTP server: held for the undo window (A83), tried again, given up, not doubled."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from engine import open_engine
from engine.model import Done
from engine.runtime import Engine
from engine.store import house
from engine.store.tables import delivery, person
from engine.verbs import instances, notifications, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.mailbox import Mailbox, mailbox


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def posting(office: Engine, post: Mailbox, clock: FakeClock) -> Iterator[Engine]:
    """The office with a mail server; everybody has an address."""
    with office.store.transaction() as tx:
        tx.execute(update(person).values(email=person.c.login + "@huayuan.example"))
    engine = open_engine(now=clock, settings=office.settings.model_copy(update={"smtp_url": SecretStr(post.url)}))
    yield engine
    engine.close()


@pytest.fixture
def memo(posting: Engine, who: Login) -> Done:
    return instances.start(posting, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))


def states(engine: Engine) -> list[tuple[str, int]]:
    with engine.store.reading() as tx:
        return [
            (r.state, r.attempts) for r in tx.all(select(delivery.c.state, delivery.c.attempts).order_by(delivery.c.id))
        ]


def test_a_notice_leaves_after_the_undo_window_and_once(
    posting: Engine, memo: Done, post: Mailbox, clock: FakeClock
) -> None:
    assert notifications.send_due(posting) == 0
    clock.advance(timedelta(seconds=11))

    assert notifications.send_due(posting) == 1
    assert notifications.send_due(posting) == 0
    assert post.subjects[0][0] == "hegao_a@huayuan.example"
    assert "关于值班的签报" in post.subjects[0][1]


def test_what_was_taken_back_is_never_sent(
    posting: Engine, memo: Done, who: Login, post: Mailbox, clock: FakeClock
) -> None:
    """A83."""
    clock.advance(timedelta(seconds=11))
    notifications.send_due(posting)
    item = next(i for i in instances.get(posting, memo.number, who("auditor")).items if i.state == "open")
    work.decide(posting, item.id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=5))
    work.retract(posting, item.id, who("hegao_a"))
    clock.advance(timedelta(minutes=5))
    notifications.send_due(posting)

    assert [to for to, _ in post.subjects] == ["hegao_a@huayuan.example"]


def test_a_notice_about_work_that_is_done_meanwhile_is_not_sent(
    posting: Engine, memo: Done, who: Login, post: Mailbox, clock: FakeClock
) -> None:
    item = next(i for i in instances.get(posting, memo.number, who("auditor")).items if i.state == "open")
    work.decide(posting, item.id, "refuse", who("hegao_a"), opinion="不发。")
    clock.advance(timedelta(minutes=1))
    notifications.send_due(posting)

    assert "hegao_a@huayuan.example" not in [to for to, _ in post.subjects]


def test_a83_a_notice_about_a_case_that_is_withdrawn_meanwhile_is_not_sent(
    posting: Engine, memo: Done, who: Login, post: Mailbox, clock: FakeClock
) -> None:
    instances.withdraw(posting, memo.number, who("rlb1"), reason="写错了。")
    clock.advance(timedelta(minutes=5))
    notifications.send_due(posting)

    assert [subject for to, subject in post.subjects if "待" in subject] == []
    assert not [to for to, subject in post.subjects if "撤销" not in subject]


def test_a_failing_server_is_tried_five_times_and_then_somebody_sees_it(
    posting: Engine, memo: Done, post: Mailbox, clock: FakeClock
) -> None:
    post.answer = "451 try later"
    clock.advance(timedelta(seconds=11))
    for wait in (10, 60, 600, 3600, 7200):
        notifications.send_due(posting)
        clock.advance(timedelta(seconds=wait * 1.2))

    assert states(posting) == [("dead", 5)]
    with posting.store.reading() as tx:
        assert [i["kind"] for i in house.open_incidents(tx)] == ["delivery"]


def test_a_server_that_is_back_gets_the_notice_at_the_next_try(
    posting: Engine, memo: Done, post: Mailbox, clock: FakeClock
) -> None:
    post.answer = "451 try later"
    clock.advance(timedelta(seconds=11))
    notifications.send_due(posting)
    post.answer = "250 OK"
    clock.advance(timedelta(seconds=7.9))
    too_early = notifications.send_due(posting)
    clock.advance(timedelta(seconds=4.2))

    assert (too_early, notifications.send_due(posting)) == (0, 1)
    assert states(posting) == [("sent", 2)]


def test_two_processes_send_one_notice_once(posting: Engine, memo: Done, post: Mailbox, clock: FakeClock) -> None:
    clock.advance(timedelta(seconds=11))
    other = open_engine(now=clock, settings=posting.settings)

    threads = [threading.Thread(target=notifications.send_due, args=(e,)) for e in (posting, other, posting, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    other.close()

    assert len(post.letters) == 1


def test_the_centre_shows_what_is_mine_and_what_became_of_it(
    posting: Engine, memo: Done, who: Login, clock: FakeClock
) -> None:
    clock.advance(timedelta(seconds=11))
    notifications.send_due(posting)

    mine = notifications.centre(posting, who("hegao_a"))

    assert [(n.event, n.number) for n in mine] == [("T-NEW", memo.number)]
    assert notifications.unread(posting, who("hegao_a")) == 1
    assert notifications.centre(posting, who("cwb1")) == ()
    notifications.mark_read(posting, None, who("hegao_a"))
    assert notifications.unread(posting, who("hegao_a")) == 0

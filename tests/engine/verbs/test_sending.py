"""How notices leave: merged within a minute, as their person wants, checked once more, without secrets."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from engine import open_engine
from engine.channels import MOST_TRIES
from engine.errors import Altered, BadInput, Conflict, NotAllowed, NotFound
from engine.model import Json
from engine.runtime import Engine
from engine.store import deliveries, guarding
from engine.store.deliveries import DeliveryRow
from engine.store.tables import delivery, instance, notification, person
from engine.verbs import doctor, incidents, instances, notifications, people, work
from engine.verbs.notifications import sending
from engine.verbs.notifications.wording import as_typed
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.mailbox import Mailbox, mailbox
from tests.support.receiver import Receiver, receiving

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "0a1b2c3d-0a1b-2c3d-4e5f-0123456789ab"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def opened(office: Engine, clock: FakeClock, **settings: Json) -> Engine:
    return open_engine(now=clock, settings=office.settings.model_copy(update=settings))


@pytest.fixture
def mailing(office: Engine, box: Mailbox, clock: FakeClock) -> Iterator[Engine]:
    """The office with a mail server; everybody has an address."""
    with office.store.transaction() as tx:
        tx.execute(update(person).values(email=person.c.login + "@huayuan.example"))
    engine = opened(office, clock, smtp_url=SecretStr(box.url))
    yield engine
    engine.close()


@pytest.fixture
def hooked(office: Engine, receiver: Receiver, clock: FakeClock) -> Iterator[Engine]:
    """The office with a webhook."""
    engine = opened(
        office,
        clock,
        webhook_url=SecretStr(f"{receiver.url}/hook"),
        webhook_secret=SecretStr(SECRET),
        outgoing_hosts=receiver.host,
    )
    yield engine
    engine.close()


def memo(engine: Engine, who: Login, title: str = "关于值班的签报", urgency: str = "平件") -> str:
    return instances.start(engine, "memo", {"title": title, "urgency": urgency}, who("rlb1")).number


def states(engine: Engine) -> list[tuple[str, str, int]]:
    with engine.store.reading() as tx:
        rows = tx.all(select(delivery.c.channel, delivery.c.state, delivery.c.attempts).order_by(delivery.c.id))
    return [(r.channel, r.state, r.attempts) for r in rows]


def test_what_comes_within_a_minute_of_a_message_leaves_together_as_the_next(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    first = memo(mailing, who, "第一件")
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)
    second, third = memo(mailing, who, "第二件"), memo(mailing, who, "第三件")
    clock.advance(timedelta(seconds=20))
    assert notifications.send_due(mailing) == 0
    clock.advance(timedelta(seconds=41))

    assert notifications.send_due(mailing) == 2
    alone, merged = (letter for _, letter in box.letters)
    assert f"/d/{first}" in alone.get_content()
    assert "您有 2 条新通知" in merged["Subject"]
    text = merged.get_content()
    assert all(part in text for part in ("第二件", f"/d/{second}", "第三件", f"/d/{third}"))
    assert states(mailing) == [("mail", "sent", 1), ("mail", "sent", 1), ("mail", "merged", 1)]


def test_a_message_that_left_days_late_is_followed_by_none_within_the_minute(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who, "第一件")
    clock.advance(timedelta(days=3))
    assert notifications.send_due(mailing) == 1
    memo(mailing, who, "第二件")
    clock.advance(timedelta(seconds=20))

    too_soon = notifications.send_due(mailing)
    clock.advance(timedelta(seconds=41))

    assert (too_soon, notifications.send_due(mailing), len(box.letters)) == (0, 1, 2)


def test_whoever_has_more_waiting_than_one_look_finds_gets_all_of_it_at_once(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    for n in range(5):
        memo(mailing, who, f"第{n}件")
    clock.advance(timedelta(seconds=11))

    notifications.send_due(mailing, limit=2)

    (letter,) = [letter for _, letter in box.letters if letter["To"] == "hegao_a@huayuan.example"]
    assert "您有 5 条新通知" in letter["Subject"]
    assert [state for _, state, _ in states(mailing)].count("waiting") == 0


def test_what_is_done_before_it_left_is_settled_although_another_message_has_just_left(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who, "第一件")
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)
    second, _third = memo(mailing, who, "第二件"), memo(mailing, who, "第三件")
    item = next(i for i in instances.get(mailing, second, who("auditor")).items if i.state == "open")
    work.decide(mailing, item.id, "approve", who("hegao_a"), opinion="同意。")
    clock.advance(timedelta(seconds=20))

    notifications.send_due(mailing)

    assert [letter["To"] for _, letter in box.letters].count("hegao_a@huayuan.example") == 1
    with mailing.store.reading() as tx:
        told = notification.c.id == delivery.c.notification_id
        rows = tx.all(
            select(delivery.c.state).where(told, notification.c.item_id == item.id, notification.c.kind == "todo")
        )
    assert [r.state for r in rows] == ["cancelled"]


def test_what_is_very_urgent_waits_for_nobody(mailing: Engine, box: Mailbox, who: Login, clock: FakeClock) -> None:
    memo(mailing, who, "平常的一件")
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)
    memo(mailing, who, "特别急的一件", "特急")
    clock.advance(timedelta(seconds=11))

    assert notifications.send_due(mailing) == 1
    assert "【特急】" in box.subjects[-1][1]


def test_a_person_turns_a_channel_off_for_a_kind_of_notice(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    notifications.wish(mailing, who("hegao_a"), channels={"todo": [], "chase": ["mail"]}, robots={}, digest=True)
    number = memo(mailing, who)
    clock.advance(timedelta(seconds=11))
    instances.urge(mailing, number, who("rlb1"), text="请抓紧")
    notifications.send_due(mailing)

    assert ["催办" in subject for _, subject in box.subjects] == [True]
    assert len(notifications.centre(mailing, who("hegao_a"))) == 2, "on the pages both appear"


def test_quiet_hours_of_ones_own_hold_messages_until_their_end_and_urgent_ones_break_through(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    notifications.wish(mailing, who("hegao_a"), channels={}, robots={}, digest=True, quiet=("12:00", "13:30"))
    clock.at("2026-03-09 12:10")
    memo(mailing, who, "平常的一件")
    memo(mailing, who, "特别急的一件", "特急")
    clock.at("2026-03-09 12:11")
    assert notifications.send_due(mailing) == 1
    assert "【特急】" in box.subjects[-1][1]
    assert len(notifications.centre(mailing, who("hegao_a"))) == 2, "on the pages both appear"
    clock.at("2026-03-09 13:29")
    assert notifications.send_due(mailing) == 0
    clock.at("2026-03-09 13:30")

    assert notifications.send_due(mailing) == 1
    assert states(mailing) == [("mail", "sent", 1)] * 2


@pytest.mark.parametrize("quiet", [("12:00", ""), ("noon", "13:00"), ("12:00", "12:00"), ("07:00", "22:00")])
def test_quiet_hours_that_are_none_are_refused(office: Engine, who: Login, quiet: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refusal:
        notifications.wish(office, who("hegao_a"), channels={}, robots={}, digest=True, quiet=quiet)

    assert refusal.value.reason == "notify.quiet"
    assert notifications.wishes_of(office, who("hegao_a")).quiet == ("", "")


def test_a_person_who_changes_their_mind_or_leaves_before_sending_gets_nothing(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who)
    notifications.wish(mailing, who("hegao_a"), channels={"todo": []}, robots={}, digest=True)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)
    notifications.wish(mailing, who("hegao_a"), channels={}, robots={}, digest=True)
    memo(mailing, who)
    with mailing.store.transaction() as tx:
        tx.execute(update(person).where(person.c.login == "hegao_a").values(active=False))
    clock.advance(timedelta(seconds=90))
    notifications.send_due(mailing)

    assert box.letters == []
    assert states(mailing) == [("mail", "cancelled", 1)] * 2


def test_a81_no_text_of_people_becomes_a_link() -> None:
    assert as_typed("点此重新登录 https://evil.example www.evil.example") == (
        "点此重新登录 https：//evil.example www．evil.example"
    )


def test_a_secret_matter_leaves_without_its_title(mailing: Engine, box: Mailbox, who: Login, clock: FakeClock) -> None:
    number = memo(mailing, who, "收购方案的请示")
    with mailing.store.transaction() as tx:
        kept = tx.scalar(select(instance.c.variables))
        guarding.change(tx, instance, variables={**kept, "classification": "核心商密"})
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)

    letter = box.letters[0][1]
    assert letter["Subject"] == f"【待办】有一件涉密事项（{number}）"
    assert "收购" not in letter.as_string() + letter.get_content()
    assert f"/d/{number}" in letter.get_content()
    assert "收购方案的请示" in notifications.centre(mailing, who("hegao_a"))[0].title


def test_the_webhook_gets_every_notice_once_with_its_key(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    memo(hooked, who, "第一件")
    memo(hooked, who, "第二件")
    clock.advance(timedelta(seconds=11))

    assert notifications.send_due(hooked) == 2
    told = [json.loads(got.body) for got in receiver.got]
    assert [one["to"]["login"] for one in told] == ["hegao_a", "hegao_a"]
    assert len({got.headers["idempotency-key"] for got in receiver.got}) == 2


def test_a_failed_try_is_repeated_with_the_same_key(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    receiver.status = 503
    memo(hooked, who)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(hooked)
    receiver.status = 200
    clock.advance(timedelta(seconds=12))
    notifications.send_due(hooked)

    assert len({got.headers["idempotency-key"] for got in receiver.got}) == 1
    assert states(hooked) == [("webhook", "sent", 2)]


def test_being_limited_is_no_failed_attempt_and_nothing_is_lost(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    memo(hooked, who)
    clock.advance(timedelta(seconds=11))
    for _ in range(8):
        notifications.send_due(hooked)
        clock.advance(timedelta(seconds=60))
        assert notifications.send_due(hooked) == 0, "not before the time it asked for"
        clock.advance(timedelta(seconds=61))
    receiver.status = 200

    assert notifications.send_due(hooked) == 1
    assert len(receiver.got) == 9


def test_what_is_given_up_is_one_incident_and_leaves_when_an_administrator_tries_again(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    receiver.status = 500
    memo(hooked, who, "第一件")
    memo(hooked, who, "第二件")
    clock.advance(timedelta(seconds=11))
    for wait in (10, 60, 600, 3600, 1):
        notifications.send_due(hooked)
        clock.advance(timedelta(seconds=wait * 1.2))
    assert states(hooked) == [("webhook", "dead", 5)] * 2

    (seen,) = incidents.listed(hooked, who("admin"))
    assert (seen.label, seen.can_retry, len(seen.lost)) == ("通知未发出", True, 2)
    assert {why for _, _, why in seen.lost} == {"没有发出：对方返回 500。"}
    receiver.status = 200
    assert incidents.retry(hooked, seen.id, who("admin")) == 2
    assert notifications.send_due(hooked) == 2
    assert incidents.listed(hooked, who("admin")) == ()
    assert incidents.listed(hooked, who("admin"), resolved=True)[0].resolution == "重试 2 项"


def test_a_letter_whose_words_were_altered_is_not_sent(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who)
    with mailing.store.transaction() as tx:
        tx.execute(update(notification).values(body="请拨付一百万元。"))
    clock.advance(timedelta(seconds=11))

    assert notifications.send_due(mailing) == 0
    assert (states(mailing), box.letters) == ([("mail", "dead", 1)], [])
    (seen,) = incidents.listed(mailing, who("admin"))
    assert [why for _, _, why in seen.lost] == ["通知或收件人资料与写入时不一致，没有发送"]


def begin(engine: Engine, now: datetime) -> DeliveryRow:
    """A sender that takes what waits, and dies of it before it can tell how it went."""
    with engine.store.transaction() as tx:
        (row,) = deliveries.waiting(tx, ["mail"], now, 9)
        assert deliveries.lease(tx, row, now, sending.LEASE)
    return row


def test_a_letter_that_kills_its_sender_five_times_is_given_up(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who)
    clock.advance(timedelta(seconds=11))
    for _ in range(MOST_TRIES):
        begin(mailing, clock())
        clock.advance(sending.LEASE * 1.1)

    assert notifications.send_due(mailing) == 0
    assert (states(mailing), box.letters) == ([("mail", "dead", MOST_TRIES)], [])
    assert [one.kind for one in incidents.listed(mailing, who("admin"))] == ["delivery"]


def test_whoever_comes_late_with_a_failed_try_takes_back_no_try_of_another(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who)
    clock.advance(timedelta(seconds=11))
    late = begin(mailing, clock())
    clock.advance(sending.LEASE * 1.1)
    begin(mailing, clock())

    with mailing.store.transaction() as tx:
        deliveries.wait(tx, late, clock(), "too late", late.attempts + 1)

    assert states(mailing) == [("mail", "waiting", 2)]


def test_incidents_are_for_administrators_and_closed_once(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    receiver.status = 404
    memo(hooked, who)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(hooked)
    (seen,) = incidents.listed(hooked, who("admin"))

    with pytest.raises(NotAllowed):
        incidents.listed(hooked, who("rlb1"))
    with pytest.raises(BadInput):
        incidents.resolve(hooked, seen.id, who("admin"), " ")
    incidents.resolve(hooked, seen.id, who("admin"), "地址已更正")
    with pytest.raises(Conflict):
        incidents.retry(hooked, seen.id, who("admin"))
    with pytest.raises(NotFound):
        incidents.retry(hooked, 999, who("admin"))


def test_a_robot_is_used_where_its_owner_entered_it(
    office: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    receiver.body = b'{"errcode": 0}'
    engine = opened(office, clock, robots=f"wecom={receiver.url}/send")
    notifications.wish(engine, who("hegao_a"), channels={}, robots={"wecom": TOKEN}, digest=True)
    number = memo(engine, who)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(engine)
    engine.close()

    assert receiver.got[0].path == f"/send?key={TOKEN}"
    assert f"/d/{number}" in json.loads(receiver.got[0].body)["text"]["content"]


def test_a_wrong_robot_is_refused_and_nothing_is_kept(office: Engine, who: Login) -> None:
    with pytest.raises(BadInput, match="not a robot"):
        notifications.wish(
            office, who("rlb1"), channels={}, robots={"wecom": f"https://evil.example/?key={TOKEN}"}, digest=False
        )

    assert "notify" not in people.actor(office, "rlb1").settings


def test_the_ledger_of_a_notice_is_for_receiver_and_sender(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    memo(mailing, who)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(mailing)
    notice = notifications.centre(mailing, who("hegao_a"))[0]
    notifications.mark_read(mailing, [notice.id], who("hegao_a"))

    seen = notifications.ledger(mailing, notice.id, who("rlb1"))

    assert (seen.person, seen.sender, seen.of_others) == (who("hegao_a").name, who("rlb1").name, True)
    assert seen.notice.read_at == clock()
    assert [(line.channel, line.state, line.address) for line in seen.lines] == [
        ("mail", "sent", "hegao_a@huayuan.example")
    ]
    with pytest.raises(NotFound):
        notifications.ledger(mailing, notice.id, who("rlb2"))


def test_what_was_handed_on_before_it_left_is_not_told_to_the_first(
    mailing: Engine, box: Mailbox, who: Login, clock: FakeClock
) -> None:
    number = memo(mailing, who)
    item = next(i for i in instances.get(mailing, number, who("auditor")).items if i.state == "open")
    work.transfer(mailing, item.id, "cwb1", who("hegao_a"), opinion="请代办")
    clock.advance(timedelta(seconds=30))
    notifications.send_due(mailing)

    # the new performer, and the first contact, who hears of every change
    assert sorted(to for to, _ in box.subjects) == ["cwb1@huayuan.example", "rlb1@huayuan.example"]


def test_whoever_is_away_is_told_who_does_it_in_their_place(office: Engine, who: Login, clock: FakeClock) -> None:
    people.substitute(office, "hegao_a", "zhuren", who("hegao_a"), since=clock(), until=clock() + timedelta(days=2))
    number = memo(office, who)
    clock.advance(timedelta(seconds=11))

    item = next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")
    (told,) = notifications.centre(office, who("hegao_a"))
    assert (told.event, told.kind, told.number) == ("T-AB", "copy", number)
    assert item.performer_id != who("hegao_a").id
    assert told.title == f"【代办】《关于值班的签报》由 {item.performer} 代 {who('hegao_a').name} 办理"


def test_a_delivery_that_is_not_as_it_was_written_waits_until_it_is_mended(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    memo(hooked, who, "第一件")
    memo(hooked, who, "第二件")
    change(hooked, "UPDATE delivery SET error = 'x' WHERE notification_id = (SELECT min(id) FROM notification)")
    clock.advance(timedelta(seconds=11))

    sent = [notifications.send_due(hooked), notifications.send_due(hooked)]

    assert (sent, len(receiver.got)) == ([1, 0], 1)
    assert sorted(states(hooked)) == [("webhook", "sent", 1), ("webhook", "waiting", 0)]
    assert [seen.label for seen in incidents.listed(hooked, who("admin"))] == ["数据与写入时不一致"]
    with hooked.store.transaction() as tx, pytest.raises(Altered):
        deliveries.drop_waiting(tx, "恢复备份后未发送")
    with hooked.store.reading() as tx:
        damaged = tx.scalar(select(delivery.c.id).where(delivery.c.error == "x"))
    assert doctor.accept(hooked, f"delivery:{damaged}", "与备份核对。") == 1
    clock.advance(timedelta(hours=1))
    assert (notifications.send_due(hooked), len(receiver.got)) == (1, 2)


def test_an_instant_that_decayed_holds_up_no_message(
    hooked: Engine, receiver: Receiver, who: Login, clock: FakeClock
) -> None:
    memo(hooked, who)
    clock.advance(timedelta(seconds=11))
    notifications.send_due(hooked)
    change(hooked, "UPDATE delivery SET sent_at = '2031-01-02 09:30:00'")
    memo(hooked, who, "第二件")
    clock.advance(timedelta(minutes=2))

    assert notifications.send_due(hooked) == 1

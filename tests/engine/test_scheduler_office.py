"""The whole clockwork on a real office: a deadline passes, a notice is written, a mail arrives, each once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from time import monotonic, sleep

import pytest
from pydantic import SecretStr

from engine import scheduler
from engine.demo.organisation import load_organisation
from engine.runtime import Engine, open_engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions, instances, notifications, people
from tests.support.clock import FakeClock
from tests.support.mailbox import Mailbox, mailbox
from tests.support.receiver import receiving

PATIENCE = 120.0  # seconds; a bound for what must come, not a measure
LENDING = {
    "archive": "HY-2025-D30-0103",
    "title": "城东热力管网改造工程施工合同",
    "origin_unit": "yyb",
    "kind": "合同档案",
    "secrecy": "一般",
    "count": 1,
    "purpose": "核对结算条款",
    "way": "外借",
    "until": "2026-03-20",
    "urgency": "平件",
}


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def office(sqlite_engine: Engine, clock: FakeClock, tmp_path: Path, post: Mailbox) -> Iterator[Engine]:
    """The demo office on the fixture's database, with a mail server; the head wants no list of the day."""
    settings = Settings(
        home=tmp_path,
        database_url=sqlite_engine.settings.database_url,
        smtp_url=SecretStr(post.url),
        mail_from="sanban@huayuan.example",
    )
    opened = open_engine(now=clock, settings=settings)
    load_organisation(opened)
    definitions.deploy(opened, definitions.read_folder(SHIPPED / "archive_lending"))
    notifications.wish(opened, people.actor(opened, "cwb_head"), channels={}, robots={}, digest=False)
    yield opened
    opened.close()


def tick(office: Engine, clock: FakeClock, local: str, post: Mailbox, letters: int, longer: float = 0.2) -> None:
    """Run the real duties at that office time until so many letters have arrived, and then a little longer."""
    clock.at(local)
    stop = threading.Event()
    thread = threading.Thread(target=scheduler.run, args=(office,), kwargs={"stop_event": stop})
    thread.start()
    end = monotonic() + PATIENCE
    while len(post.letters) < letters and monotonic() < end:
        sleep(0.02)
    sleep(longer)
    stop.set()
    thread.join(PATIENCE)


def told(post: Mailbox) -> list[tuple[str, str]]:
    """Login and subject of each letter."""
    return [(address.split("@")[0], subject) for address, subject in post.subjects]


def test_a_late_approval_is_told_to_the_right_people_once(office: Engine, clock: FakeClock, post: Mailbox) -> None:
    clock.at("2026-03-09 09:00")
    instances.start(office, "archive_lending", LENDING, people.actor(office, "cwb1"))

    tick(office, clock, "2026-03-09 09:01", post, 1)
    assert [(name, subject[:4]) for name, subject in told(post)] == [("cwb_head", "【待办】")]

    post.letters.clear()
    tick(office, clock, "2026-03-10 08:30", post, 1)
    assert [(name, subject[:4]) for name, subject in told(post)] == [("cwb_head", "【预警】")]

    post.letters.clear()
    tick(office, clock, "2026-03-10 17:30", post, 2)
    assert sorted(name for name, _ in told(post)) == ["cwb_head", "wenshu_a"]

    post.letters.clear()
    tick(office, clock, "2026-03-11 08:30", post, 1)
    tick(office, clock, "2026-03-11 08:31", post, 1, longer=1.5)  # another clockwork, and more than one tick
    assert len(post.letters) == len(set(told(post)))
    assert all(subject.startswith("【逾期1个工作日】") for _, subject in told(post))

    seen = notifications.centre(office, people.actor(office, "cwb_head"))
    assert [notice.event for notice in seen] == ["T-OVER", "T-DUE", "T-WARN", "T-NEW"]
    assert all(notice.channels == ("mail: sent",) for notice in seen)


def silent(_handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait()


def test_a_receiver_that_never_answers_holds_up_no_mail(office: Engine, clock: FakeClock, post: Mailbox) -> None:
    with receiving() as receiver:
        receiver.instead = silent
        hooked = {
            "webhook_url": SecretStr(f"{receiver.url}/hook"),
            "webhook_secret": SecretStr("0123456789abcdef" * 2),
            "outgoing_hosts": receiver.host,
        }
        both = open_engine(now=clock, settings=office.settings.model_copy(update=hooked))
        clock.at("2026-03-09 09:00")
        instances.start(both, "archive_lending", LENDING, people.actor(both, "cwb1"))
        clock.at("2026-03-09 09:01")
        stuck = threading.Thread(target=notifications.send_due, args=(both,), kwargs={"only": "webhook"})
        stuck.start()
        end = monotonic() + PATIENCE
        while not receiver.got and monotonic() < end:
            sleep(0.02)

        notifications.send_due(both, only="mail")

        assert stuck.is_alive()
        assert [name for name, _ in told(post)] == ["cwb_head"]
    stuck.join(PATIENCE)
    both.close()


def test_while_nothing_is_due_no_duty_asks_for_the_right_to_write(office: Engine, clock: FakeClock) -> None:
    instances.start(office, "archive_lending", LENDING, people.actor(office, "yyb1"))
    clock.advance(timedelta(minutes=5))
    often = [duty for duty in scheduler.DUTIES if isinstance(duty.trigger, scheduler.Every) and duty.name != "beat"]
    for duty in often:
        duty.work(office)
    asked: list[str] = []

    clock.advance(timedelta(seconds=2))
    with office.store.watched(lambda sql, _bound, _many: asked.append(sql)):
        for duty in (duty for duty in often if duty.trigger.seconds <= 2):
            duty.work(office)

    assert [sql for sql in asked if sql.startswith("BEGIN")]
    assert [sql for sql in asked if sql == "BEGIN IMMEDIATE"] == []

"""The whole clockwork on a real office: a deadline passes, a notice is written, a mail arrives, each once."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from engine import scheduler
from engine.demo.organisation import load_organisation
from engine.runtime import Engine, open_engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions, instances, notifications, people
from tests.support.clock import FakeClock

LENDING = {
    "archive": "HY-2025-D30-0103",
    "title": "城东热力管网改造工程施工合同",
    "origin_unit": "yyb",
    "kind": "合同档案",
    "secrecy": "商密",
    "count": 1,
    "purpose": "核对结算条款",
    "way": "外借",
    "until": "2026-03-20",
    "urgency": "平件",
}


class Post:
    """Keeps the subject of every letter by recipient."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - given name
        assert isinstance(envelope.content, bytes)
        subject = str(message_from_bytes(envelope.content, policy=policy.default)["Subject"])
        self.letters += [(address.split("@")[0], subject) for address in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def office(sqlite_engine: Engine, clock: FakeClock, tmp_path: Path, post: Post) -> Iterator[Engine]:
    """The demo office on the fixture's database, with a mail server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(post, hostname="127.0.0.1", port=port)
    server.start()
    settings = Settings(
        home=tmp_path,
        database_url=sqlite_engine.settings.database_url,
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="sanban@huayuan.example",
    )
    opened = open_engine(now=clock, settings=settings)
    load_organisation(opened)
    definitions.deploy(opened, definitions.read_folder(SHIPPED / "archive_lending"), None)
    yield opened
    opened.close()
    server.stop()


def tick(office: Engine, clock: FakeClock, local: str, post: Post, letters: int, longer: float = 0.2) -> None:
    """Run the real duties at that office time until so many letters have arrived, and then a little longer."""
    clock.at(local)
    stop = threading.Event()
    thread = threading.Thread(target=scheduler.run, args=(office,), kwargs={"stop_event": stop})
    thread.start()
    end = monotonic() + 10
    while len(post.letters) < letters and monotonic() < end:
        sleep(0.02)
    sleep(longer)
    stop.set()
    thread.join(10)


def test_a_late_approval_is_told_to_the_right_people_once(office: Engine, clock: FakeClock, post: Post) -> None:
    clock.at("2026-03-09 09:00")
    instances.start(office, "archive_lending", LENDING, people.actor(office, "cwb1"))

    tick(office, clock, "2026-03-09 09:01", post, 1)
    assert [name for name, _ in post.letters] == ["cwb_head"]
    assert post.letters[0][1].startswith("【待办】")

    post.letters.clear()
    tick(office, clock, "2026-03-10 08:30", post, 1)
    assert [(name, subject[:4]) for name, subject in post.letters] == [("cwb_head", "【预警】")]

    post.letters.clear()
    tick(office, clock, "2026-03-10 17:30", post, 2)
    assert sorted(name for name, _ in post.letters) == ["cwb_head", "wenshu_a"]

    post.letters.clear()
    tick(office, clock, "2026-03-11 08:30", post, 1)
    tick(office, clock, "2026-03-11 08:31", post, 1, longer=1.5)  # another clockwork, and more than one tick
    assert len(post.letters) == len(set(post.letters))
    assert all(subject.startswith("【逾期1个工作日】") for _, subject in post.letters)

    seen = notifications.centre(office, people.actor(office, "cwb_head"))
    assert [notice.event for notice in seen] == ["T-OVER", "T-DUE", "T-WARN", "T-NEW"]
    assert all(notice.channels == ("mail: sent",) for notice in seen)

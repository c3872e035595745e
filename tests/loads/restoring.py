"""P15: five gigabytes are backed up while people work, restored elsewhere and looked through; nobody is told twice."""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from pydantic import SecretStr

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.store.pulse import LOST
from engine.verbs import backups, notifications, timers
from tests.chaos.mailbox import Mailbox
from tests.loads import crowd, gigabytes
from tests.loads.offices import opened, place, settle
from tests.loads.verdict import Verdict, check_up
from tests.loads.writers import Written, longest, silence, writing
from tests.support.premises import premises

MOST_WAIT = 5.0  # seconds in which nobody can write while the backup is made
MOST_AGAIN = 600.0  # seconds of restore and check-up together
CALM = 1.0  # seconds of work before and after
UNDO = 1  # seconds after which a letter leaves


@dataclass(frozen=True)
class Taken:
    """A backup beside the work: how long it took, of when it says it is, and what was written meanwhile."""

    began: float
    seconds: float
    at: datetime
    during: Sequence[Written]
    written: Sequence[Written]
    faults: Sequence[str]

    @property
    def nobody(self) -> float:
        """Seconds in which nobody could write."""
        return silence(self.during, self.began)

    @property
    def before(self) -> Sequence[Written]:
        return [one for one in self.written if one.at < self.at]


@dataclass(frozen=True)
class Again:
    """An office that was restored: how long it took; letters of before, while held, let go, and of new work."""

    restore: float
    check_up: float
    work: float  # seconds of the processor for both: what others on the machine do not change
    letters: tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]


def run(database: str, scale: float) -> Verdict:
    """Fill an office, back it up, begin again from it elsewhere."""
    with Mailbox() as mailbox, opened(database, below=place(scale), **_settings(mailbox)) as engine:
        gigabytes.fill(engine, scale)
        settle(engine)
        rows, files = gigabytes.size(engine)
        found = check_up(engine)
        file = engine.settings.home / "office.zip"
        taken = take(engine, file)
        packed = file.stat().st_size
        with elsewhere(engine, database, mailbox, place(scale)) as other:
            again, more = begin_again(other, file, mailbox)
            found += [*more, *crowd.lost(other, taken.before)]
    found += judge(taken, again)
    numbers = (
        f"rows={rows / 1e9:.2f}GB files={files / 1e9:.2f}GB packed={packed / 1e9:.2f}GB backup={taken.seconds:.1f}s"
        f" writes={len(taken.during)} nobody={taken.nobody:.2f}s longest={longest(taken.during):.2f}s"
        f" before={len(taken.before)}"
        f" restore={again.restore:.1f}s check-up={again.check_up:.1f}s work={again.work:.1f}s"
        f" letters={len(again.letters[0])}"
    )
    return Verdict("P15", database, numbers, found)


def judge(taken: Taken, again: Again) -> Iterator[str]:
    """Nobody waited too long, it is there again in time, and no letter left twice."""
    yield from taken.faults
    if not taken.before or not taken.during:
        yield "nothing was written before the backup or beside it: this run proves nothing"
    if taken.nobody > MOST_WAIT:
        yield f"nobody could write for {taken.nobody:.2f} s beside the backup"
    if again.restore + again.check_up > MOST_AGAIN:
        yield f"restore and check-up took {again.restore + again.check_up:.0f} s"
    told, held, released, new = again.letters
    yield from (f"letter {key} left {n} times" for key, n in Counter(told).items() if n > 1)
    yield from (f"letter {key} left again after the restore" for key in (*held, *released))
    if not told or not new:
        yield "no letter left before the restore, or none of what is new: this run proves nothing"


def take(engine: Engine, file: Path) -> Taken:
    """A backup by the command, in a process of its own, while people write and letters leave."""
    with _sending(engine), writing(crowd.working(engine)) as writers:
        time.sleep(CALM + UNDO)
        began = time.monotonic()
        _command(engine, "backup", str(file))
        ended = time.monotonic()
        time.sleep(CALM)
    with zipfile.ZipFile(file) as packed:
        at = datetime.fromisoformat(json.loads(packed.read("about.json"))["at"])
    return Taken(began, ended - began, at, writers.between(began, ended), writers.written, writers.faults)


def begin_again(engine: Engine, file: Path, mailbox: Mailbox) -> tuple[Again, list[str]]:
    """Restore into an empty installation, look through it, and work on in it; what the check-ups said."""
    told, began, work = list(mailbox.taken), time.monotonic(), time.process_time()
    backups.restore(engine, file)
    restored = time.monotonic()
    found = check_up(engine)
    seen, work = time.monotonic(), time.process_time() - work
    held = _letters(engine, mailbox)
    backups.release(engine)
    released = _letters(engine, mailbox)
    crowd.begin(engine, "恢复后的新件")
    time.sleep(UNDO + 0.2)
    new = _letters(engine, mailbox)
    return Again(restored - began, seen - restored, work, (told, held, released, new)), [*found, *check_up(engine)]


@contextmanager
def elsewhere(engine: Engine, database: str, mailbox: Mailbox, below: Path | None) -> Iterator[Engine]:
    """An empty installation with the audit key of the first."""
    with premises(database, "sanban-loads-", below) as (home, url):
        key = SecretStr(engine.settings.audit_secret().decode())
        settings = Settings(home=home, database_url=url, audit_key=key, **_settings(mailbox))
        other = open_engine(settings=settings)
        try:
            yield other
        finally:
            other.close()


def _settings(mailbox: Mailbox) -> dict[str, Any]:
    return {"smtp_url": SecretStr(mailbox.url), "undo_seconds": UNDO, "starts_per_minute": 1_000_000}


def _letters(engine: Engine, mailbox: Mailbox) -> Sequence[str]:
    """What leaves now."""
    before = len(mailbox.taken)
    timers.fire_due(engine)
    notifications.send_due(engine)
    return mailbox.taken[before:]


@contextmanager
def _sending(engine: Engine) -> Iterator[None]:
    """Somebody who sends letters all the time."""
    over = Event()

    def send() -> None:
        while not over.wait(0.2):
            with suppress(*LOST):  # as the scheduler does: what did not get its turn comes again
                notifications.send_due(engine)

    sender = Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()


def _command(engine: Engine, *words: str) -> None:
    place = {"SANBAN_HOME": str(engine.settings.home), "SANBAN_DATABASE_URL": engine.settings.url()}
    subprocess.run([sys.executable, "-m", "engine", *words], env=os.environ | place, check=True, capture_output=True)

"""One run: work under the storm, calm down, finish everything, and say in one line what came of it."""

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from tempfile import gettempdir
from threading import Event, Thread

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import SanbanError
from engine.store.tables import delivery, history, instance, person, timer, work_item
from engine.verbs.notifications import sending
from tests.chaos import verdict
from tests.chaos.clients import CAST, Client, Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.office import Office, opened
from tests.chaos.storm import LEAST_ACTS, Storm

CLIENTS = 4
SHORTLY = 0.1
LOOK = 0.2
SLOWEST_TRY = 6.0
JUST_BEGUN = sending.LEASE - timedelta(seconds=3)  # what a try has left of its lease while it is being made
DRAIN = 60.0  # seconds after the last act of anybody in which everything must come to its end


@dataclass(frozen=True)
class Outcome:
    """The verdict, and everything that speaks against it."""

    line: str
    violations: list[str]

    @property
    def passed(self) -> bool:
        return not self.violations


def run(database: str, *, seconds: float, seed: int, fault: str = "") -> Outcome:
    """A storm of so many seconds over an office of its own on ``sqlite`` or ``postgresql``."""
    with Mailbox() as mailbox, opened(database, mailbox.url, fault) as office:
        return storm_over(office, Ledger(), mailbox, seconds=seconds, seed=seed)


def storm_over(office: Office, ledger: Ledger, mailbox: Mailbox, *, seconds: float, seed: int) -> Outcome:
    """A storm over an office that is open, and everything brought to its end; what was before is judged once more."""
    began, settled, over = time.monotonic(), Event(), Event()
    storm = Storm(office, ledger, seed)
    clients, threads = at_work(office, ledger, seed, over, settled)
    storm.rage(seconds, over)
    raged = time.monotonic()
    calm_down(threads, settled)
    largest = max(map(memory, office.web_processes()), default=0)
    finish(office, clients, settled)
    finished = time.monotonic()
    found = verdict.violations(office, ledger, mailbox)
    if storm.acts < LEAST_ACTS * seconds:
        found.append(f"only {storm.acts} acts: this run proves nothing")
    database, fault = office.engine.store.dialect, office.environment["SANBAN_CHAOS_BREAK"]
    if found:
        found.append(f"logs: {_kept(office.engine.settings.home, f'{database}-{seed}')}")
    stormed = " ".join(f"{name}={n}" for name, n in sorted(storm.done.items()) if name)
    line = (
        f"{'FAIL' if found else 'PASS'} db={database} seed={seed} wall={time.monotonic() - began:.1f}s"
        f" (storm {raged - began:.1f} end {finished - raged:.1f} check {time.monotonic() - finished:.1f}) {stormed}"
        f" {_numbers(office, ledger, mailbox)} web_rss_max={largest}MB"
        f"{f' break={fault}' if fault else ''} violations={len(found)}"
    )
    return Outcome(line, found)


def at_work(
    office: Office, ledger: Ledger, seed: int, over: Event, settled: Event, *, many: int = CLIENTS
) -> tuple[list[Client], list[Thread]]:
    """Clients that work until it is over, each in a thread of its own, and one that counts what is open."""
    clients = [Client(office.port, ledger, seed * 100 + n, settled) for n in range(many)]
    threads = [Thread(target=client.work_until, args=[over], daemon=True) for client in clients]
    threads.append(Thread(target=_count_open, args=[office, ledger, over], daemon=True))
    for thread in threads:
        thread.start()
    return clients, threads


def _count_open(office: Office, ledger: Ledger, over: Event) -> None:
    """An answer does not always tell that an instance has ended: what time or a repeated request ended tells nobody."""
    running = select(func.count()).where(instance.c.state == "running")
    while not over.wait(LOOK):
        with suppress(SanbanError, SQLAlchemyError), office.engine.store.reading() as tx:
            ledger.open = int(tx.scalar(running))


def finish(office: Office, clients: list[Client], settled: Event) -> None:
    """The end is wanted: nobody returns anything any more, and everything is agreed to."""
    for client in clients:
        client.calm = True
    settled.clear()
    office.engine.store.close()  # connections of before the crash
    with ThreadPoolExecutor(len(clients)) as pool:
        _drain(office, clients, pool)


def calm_down(threads: list[Thread], settled: Event) -> None:
    """Every client gets the answer it waits for; who has none after half a minute never will."""
    until = time.monotonic() + 30
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    settled.set()
    for thread in threads:
        thread.join()


def _drain(office: Office, clients: list[Client], pool: ThreadPoolExecutor) -> None:
    """Everybody agrees until nothing is open; time jumps so that every deadline and every retry comes."""
    _await_due(office)  # letters about what is open leave before it is done
    until, least, acts = time.monotonic() + DRAIN, sys.maxsize, clients[0].ledger.acts
    while time.monotonic() < until:
        _hasten(office)
        holders = _holders(office)
        if holders:
            if not any(list(pool.map(_one_act, clients, repeat(holders)))):
                time.sleep(SHORTLY)  # what was just done is seen after its undo window
            if clients[0].ledger.acts > acts:  # a slow machine may take its time as long as it goes on
                until, acts = time.monotonic() + DRAIN, clients[0].ledger.acts
            continue
        left = _left(office)
        if not left:
            return
        if left < least:
            until, least = time.monotonic() + DRAIN, left
        # a delivery is tried five times in a little more than an hour
        office.steering.jump(timedelta(minutes=65).total_seconds())
        _await_due(office)


def _hasten(office: Office) -> None:
    """While people still work, time moves to the next letter that waits, unless one is on its way just now."""
    now, waiting = office.steering.now(), delivery.c.state == "waiting"
    begun = (delivery.c.attempts == 1) & delivery.c.error.is_(None) & (delivery.c.next_try > now + JUST_BEGUN)
    with office.engine.store.reading() as tx:
        upcoming = tx.scalar(select(func.min(delivery.c.next_try)).where(waiting))
        if upcoming is not None and upcoming > now and not tx.scalar(select(func.count()).where(waiting, begun)):
            office.steering.jump((upcoming - now).total_seconds())


def _one_act(client: Client, holders: list[str]) -> int:
    return client.once(client.dice.choice(holders))


def _holders(office: Office) -> list[str]:
    """Who has something to do; anybody may be whom a pool waits for."""
    held = select(person.c.login).select_from(work_item.outerjoin(person, work_item.c.performer_id == person.c.id))
    with office.engine.store.reading() as tx:
        logins = {r[0] for r in tx.all(held.where(work_item.c.state == "open"))}
    return list(CAST) if None in logins else sorted(logins)


def _await_due(office: Office) -> None:
    """Until everything that is due now was tried; many may take their time as long as they become fewer."""
    until, least = time.monotonic() + SLOWEST_TRY, sys.maxsize
    while time.monotonic() < until:
        now = office.steering.now()
        with office.engine.store.reading() as tx:
            late = select(func.count()).where(timer.c.state == "waiting", timer.c.due <= now)
            unsent = select(func.count()).where(delivery.c.state == "waiting", delivery.c.next_try <= now)
            due = int(tx.scalar(late)) + int(tx.scalar(unsent))
        if not due:
            return
        if due < least:
            until, least = time.monotonic() + SLOWEST_TRY, due
        time.sleep(SHORTLY)


def _left(office: Office) -> int:
    """Instances, timers and deliveries that have not come to their end."""
    with office.engine.store.reading() as tx:
        running = tx.scalar(select(func.count()).where(instance.c.state == "running"))
        armed = tx.scalar(select(func.count()).where(timer.c.state == "waiting"))
        waiting = tx.scalar(select(func.count()).where(delivery.c.state == "waiting"))
    return int(running + armed + waiting)


def _numbers(office: Office, ledger: Ledger, mailbox: Mailbox) -> str:
    with office.engine.store.reading() as tx:
        started = tx.scalar(select(func.count()).select_from(instance))
        fired = tx.scalar(select(func.count()).where(timer.c.state == "fired"))
        acts = tx.scalar(select(func.count()).where(history.c.verb.in_(verdict.TOLD)))
        dead = tx.scalar(select(func.count()).where(delivery.c.state == "dead"))
    retried = sum(e.tries > 1 for e in ledger.entries)
    busy = sum(n for status, n in ledger.statuses.items() if status in (429, 503, 507))
    refused = sum(n for status, n in ledger.statuses.items() if status == 409)
    doubled = len(mailbox.taken) - len(set(mailbox.taken))
    return (
        f"instances={started} acts={acts} timers_fired={fired} retried={retried} busy={busy} conflicts={refused}"
        f" slowest={ledger.slowest:.1f}s letters={len(mailbox.taken)} dup_letters={doubled}"
        f" dead_letters={dead} refused_letters={mailbox.refused.total()} passed_by={mailbox.passed_by}"
    )


def _kept(home: Path, name: str) -> Path:
    """Where the logs of a failed run are put, since the office itself is removed."""
    folder = Path(gettempdir()) / f"sanban-chaos-{name}"
    folder.mkdir(exist_ok=True)
    for log in home.glob("*.log"):
        shutil.copy(log, folder)
    return folder


def memory(pid: int) -> int:
    """Resident megabytes; 0 if it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def told(outcome: Outcome) -> None:
    """The verdict on standard output, what speaks against it on standard error."""
    sys.stdout.write(outcome.line + "\n")
    sys.stdout.flush()
    for line in outcome.violations[:40]:
        sys.stderr.write(f"  {line}\n")

"""P6: PostgreSQL throws everybody out ten times while people work over HTTP (`pg_terminate_backend`)."""

import time
from collections.abc import Iterator
from threading import Event

import psycopg

from tests.chaos import verdict
from tests.chaos.clients import Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.office import Office, opened
from tests.chaos.run import at_work, calm_down, finish
from tests.loads.verdict import Verdict

TIMES = 10
GAP = 2.0  # seconds between two of them, at least
BREATH = 4  # acts between two of them: on any machine somebody gets something done
PATIENCE = 60.0
REFUSED = (429, 503)
OUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def run(scale: float, seed: int = 6) -> Verdict:
    """Work, lose every connection again and again, calm down, bring everything to its end and compare."""
    ledger, settled, over = Ledger(), Event(), Event()
    with Mailbox() as mailbox, opened("postgresql", mailbox.url) as office:
        clients, threads = at_work(office, ledger, seed, over, settled)
        gone = [_throw_out(office, ledger) for _ in range(max(1, round(TIMES * scale)))]
        time.sleep(GAP)
        over.set()
        calm_down(threads, settled)
        finish(office, clients, settled)
        found = [*judge(ledger, gone), *verdict.violations(office, ledger, mailbox)]
    refused = " ".join(f"{status}={ledger.statuses[status]}" for status in REFUSED)
    numbers = (
        f"times={len(gone)} connections={sum(gone)} acts={ledger.acts}"
        f" repeated={sum(entry.tries > 1 for entry in ledger.entries)} {refused} slowest={ledger.slowest:.1f}s"
    )
    return Verdict("P6", "postgresql", numbers, found)


def judge(ledger: Ledger, gone: list[int]) -> Iterator[str]:
    """Somebody was thrown out each time, and nobody was told anything of the 5xx but 503; the rest says the ledger."""
    if not all(gone):
        yield f"nobody was thrown out {gone.count(0)} times: this run proves nothing"
    odd = {status: n for status, n in ledger.statuses.items() if status >= 500 and status not in REFUSED}
    yield from (f"{n} answers {status}" for status, n in odd.items())


def _throw_out(office: Office, ledger: Ledger) -> int:
    """Once something was done since the last time; how many connections were ended."""
    before, until = ledger.acts, time.monotonic() + PATIENCE
    time.sleep(GAP)
    while ledger.acts - before < BREATH and time.monotonic() < until:
        time.sleep(0.1)
    with psycopg.connect(office.engine.settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        found = connection.execute(OUT).fetchone()
    return int(found[0]) if found else 0

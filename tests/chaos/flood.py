"""`python -m tests.chaos.flood`: far more clients than the office has places, and what that costs those who get in."""

import json
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from threading import Event, Lock, Thread

import click

from engine.demo import PASSWORD
from tests.chaos import verdict
from tests.chaos.clients import CAST, Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.office import opened
from tests.chaos.run import at_work, calm_down, finish, memory

FEW = 15  # instances: more would only have to be brought to their end
CALM = 4  # clients that an office of this size serves without refusing anybody


@dataclass
class Lookers:
    """Requests without end, most of them for what costs the office much more than whoever asks."""

    port: int
    over: Event
    token: str
    told: list[tuple[float, int, str, str]] = field(default_factory=list)  # seconds, status, Retry-After, text
    lock: Lock = field(default_factory=Lock)

    def look(self) -> None:
        for path in cycle(("/api/v1/inbox?limit=200",) * 4 + ("/login",)):
            if self.over.is_set():
                return
            began, answer = time.monotonic(), _asked(self.port, path, self.token)
            if answer is not None:
                with self.lock:
                    self.told.append((time.monotonic() - began, *answer))

    def taken(self) -> list[float]:
        """How long the accepted took, shortest first."""
        return sorted(seconds for seconds, status, _after, _text in self.told if status == 200)

    def refused(self) -> list[tuple[float, int, str, str]]:
        return [one for one in self.told if one[1] != 200]


@dataclass(frozen=True)
class Outcome:
    """What came of a flood."""

    line: str
    violations: list[str]


def flood(database: str, *, seconds: float, seed: int, times: int = 10) -> Outcome:
    """So many times more requests at once than there are when it is calm, beside the clients that keep a ledger."""
    connections = CALM * times * 2
    ledger, settled, over = Ledger(), Event(), Event()
    health: list[int] = []
    with Mailbox() as mailbox, opened(database, mailbox.url) as office:
        ledger.room = FEW
        clients, threads = at_work(office, ledger, seed, over, settled, many=CALM)
        lookers = Lookers(office.port, over, _token(office.port))
        with ThreadPoolExecutor(connections) as pool:
            for _ in range(connections):
                pool.submit(lookers.look)
            watcher = Thread(target=_watch, args=[office.port, over, health])
            watcher.start()
            over.wait(seconds)
            over.set()
        watcher.join()
        calm_down(threads, settled)
        heaviest = max(map(memory, office.web_processes()), default=0)
        after = [_asked(office.port, "/login") for _ in range(5)]
        finish(office, clients, settled)
        found = verdict.violations(office, ledger, mailbox)
    found += [*_faults(lookers, health), *(f"afterwards {a}" for a in after if a is None or a[0] != 200)]
    taken, refused = lookers.taken(), lookers.refused()
    late = taken[int(len(taken) * 0.99)] if taken else 0.0
    line = (
        f"{'FAIL' if found else 'PASS'} flood db={database} seed={seed} connections={connections}"
        f" accepted={len(taken)} p99={late:.2f}s refused={len(refused)} refused_p99={_late(refused):.2f}s"
        f" acts={ledger.acts} health={health.count(200)}/{len(health)} web_rss_max={heaviest}MB violations={len(found)}"
    )
    return Outcome(line, found)


def _late(refused: list[tuple[float, int, str, str]]) -> float:
    times = sorted(one[0] for one in refused)
    return times[int(len(times) * 0.99)] if times else 0.0


def _faults(lookers: Lookers, health: list[int]) -> Iterator[str]:
    refused = lookers.refused()
    if not refused:
        yield "nobody was refused: this was no flood"
    if not lookers.taken():
        yield "nobody was served"
    yield from (f"{s} without Retry-After" for _t, s, after, _x in refused[:20] if s in (429, 503) and not after)
    yield from (f"refused with {status}" for _t, status, _after, _x in refused if status not in (429, 503))
    yield from ("refused without a word" for _t, _s, _after, text in refused[:20] if "系统正在忙碌或升级" not in text)
    if 200 not in health or any(status not in (200, 503) for status in health):
        yield f"health answered {sorted(set(health))}"


def _watch(port: int, over: Event, seen: list[int]) -> None:
    while not over.wait(0.25):
        answer = _asked(port, "/healthz")
        seen.append(answer[0] if answer else 0)


def _token(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"login": CAST[0], "password": PASSWORD})
    connection.request("POST", "/api/v1/tokens", body, {"Content-Type": "application/json"})
    return str(json.load(connection.getresponse())["token"])


def _asked(port: int, path: str, token: str = "") -> tuple[int, str, str] | None:
    """Status, Retry-After and text of one request on a connection of its own; None if it was cut."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Retry-After", ""), answer.read().decode()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


@click.command()
@click.option("--seconds", default=60.0, help="How long it lasts.")
@click.option("--seed", type=int, help="The seed of an earlier run; drawn if left out.")
def main(seconds: float, seed: int | None) -> None:
    """Flood an office on each database; exit code 1 if one thing was lost or nobody got an answer."""
    bad = False
    for database in ("sqlite", "postgresql"):
        outcome = flood(database, seconds=seconds, seed=random.randrange(10_000) if seed is None else seed)
        sys.stdout.write(outcome.line + "\n")
        sys.stderr.writelines(f"  {line}\n" for line in outcome.violations[:40])
        bad |= bool(outcome.violations)
    sys.exit(int(bad))


if __name__ == "__main__":
    main()

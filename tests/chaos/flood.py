"""`python -m tests.chaos.flood`: far more clients than the office has places, and what that costs those who get in."""

import json
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from urllib.parse import urlencode

import click

from engine.demo import PASSWORD
from tests.chaos import verdict
from tests.chaos.clients import CAST, Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.office import opened
from tests.chaos.run import at_work, calm_down, finish, memory
from tests.chaos.rush import Request, Told, rush

FEW = 15  # instances: more would only have to be brought to their end
CALM = 4  # clients that an office of this size serves without refusing anybody
WARM_UP = 1 / 10  # of the time: how many requests a second it answers to clients who wait for each
LEAST = 300.0  # requests a second that are a flood however slow a machine is just now
CUT = 0.02  # of the connections, for want of places in the queues of the system


@dataclass(frozen=True)
class Outcome:
    """What came of a flood."""

    line: str
    violations: list[str]


def flood(database: str, *, seconds: float, seed: int, times: int = 10) -> Outcome:
    """So many times more requests a second than are answered when it is calm, beside clients that keep a ledger."""
    ledger, settled, over = Ledger(), Event(), Event()
    health: list[int] = []
    with Mailbox() as mailbox, opened(database, mailbox.url) as office:
        ledger.room = FEW
        clients, threads = at_work(office, ledger, seed, over, settled, many=CALM)
        wanted = _requests(office.port)
        calm = rush(office.port, wanted, max(2.0, seconds * WARM_UP), clients=CALM)
        watcher = Thread(target=_watch, args=[office.port, over, health])
        watcher.start()
        told = rush(office.port, wanted, seconds, rate=max(calm.rate * times, LEAST))
        over.set()
        watcher.join()
        heaviest = max(map(memory, office.web_processes()), default=0)
        after = rush(office.port, wanted, 2.0, clients=1)
        calm_down(threads, settled)
        finish(office, clients, settled)
        found = [*verdict.violations(office, ledger, mailbox), *_faults(told, health, after)]
    line = (
        f"{'FAIL' if found else 'PASS'} flood db={database} seed={seed} calm={calm.rate:.0f}/s"
        f" asked={(told.asked + told.held_back) / seconds:.0f}/s reached={told.asked / seconds / calm.rate:.1f}x"
        f" accepted={len(told.taken)} p99={_late(told.taken):.2f}s refused={len(told.refused)}"
        f" refused_p99={_late(told.refused):.2f}s cut={told.cut} acts={ledger.acts}"
        f" health={health.count(200)}/{len(health)} web_rss_max={heaviest}MB violations={len(found)}"
    )
    return Outcome(line, found)


def _requests(port: int) -> list[Request]:
    """A page and an answer for programs that cost the office much more than whoever asks, and the door itself."""
    token = {"Authorization": f"Bearer {_token(port)}"}
    return [
        Request("/inbox", {"Cookie": _session(port)}),
        Request("/api/v1/inbox?limit=200", token),
        Request("/login"),
    ]


def _late(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] if times else 0.0


def _faults(told: Told, health: list[int], after: Told) -> Iterator[str]:
    if not told.refused:
        yield "nobody was refused: this was no flood"
    if not told.taken:
        yield "nobody was served"
    yield from (f"answered with {status}" for status in told.statuses if status not in ("200", "429", "503", "0"))
    if told.cut > CUT * told.asked:
        yield f"{told.cut} of {told.asked} connections were cut without an answer"
    for text in told.samples:
        if "\r\nRetry-After: " not in text.split("\r\n\r\n", 1)[0]:
            yield "refused without Retry-After"
        if "系统正在忙碌或升级" not in text:
            yield "refused without a word"
    if 200 not in health or any(status not in (200, 503) for status in health):
        yield f"health answered {sorted(set(health))}"
    if after.statuses.keys() - {"200"}:
        yield f"afterwards {after.statuses}"


def _watch(port: int, over: Event, seen: list[int]) -> None:
    while not over.wait(0.25):
        seen.append(_asked(port, "/healthz"))


def _token(port: int) -> str:
    """A token of somebody; the clients are let in first when many passwords are checked at once."""
    body = json.dumps({"login": CAST[0], "password": PASSWORD})
    while True:
        status, _headers, text = _sent(port, "POST", "/api/v1/tokens", body, {"Content-Type": "application/json"})
        if status == 200:
            return str(json.loads(text)["token"])
        time.sleep(0.5)


def _session(port: int) -> str:
    """The cookie of somebody who has signed in."""
    while True:
        _status, cookies, page = _sent(port, "GET", "/login")
        shown = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"csrf_token": shown[1] if shown else "", "login": CAST[0], "password": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
        status, cookies, _text = _sent(port, "POST", "/login", urlencode(form), headers)
        if status == 303:
            return cookies
        time.sleep(0.5)


def _asked(port: int, path: str) -> int:
    """Status of one request; 0 if it was cut."""
    try:
        return _sent(port, "GET", path)[0]
    except (OSError, HTTPException):
        return 0


def _sent(
    port: int, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Status, cookies and text of one request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        cookies = "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie", []))
        return answer.status, cookies, answer.read().decode()
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

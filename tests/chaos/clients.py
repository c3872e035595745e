"""People at work over HTTP, each request with its key in a ledger, repeated until it has a definite answer."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from typing import Any
from uuid import UUID

from engine.demo import PASSWORD

CAST = ("rlb1", "hegao_a", "cwb_head", "ahb_head", "wenshu_a", "fuzhuren")
TIMEOUT = 20.0
BUSY = (429, 503, 507)
MOST_STARTED = 400
MOST_OPEN = 80  # instances that run: what is open at the end has to be done in the end


@dataclass
class Entry:
    """One thing a person asked for: what it came to is known once ``status`` is."""

    key: str
    verb: str
    subject: str  # the item, or the process that was started
    status: int = 0
    answers: list[Any] = field(default_factory=list)
    tries: int = 0
    unsure: bool = False  # a try of it was lost on the way: only a later answer tells what became of it


@dataclass
class Ledger:
    """What the clients know, whatever the servers say later."""

    entries: list[Entry] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)  # answers that should never be given
    slowest: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)
    acts: int = 0  # requests to do something that were acknowledged
    started: int = 0  # instances among them
    open: int = 0  # instances that run, as somebody who looks at the office saw it last
    room: int = MOST_STARTED

    def settle(self, entry: Entry, status: int, answer: Any) -> None:
        """The definite answer to a request; a second one to the same key changes no count."""
        done = 200 <= status < 300
        with self.lock:
            if done and not entry.status:
                self.acts += 1
                self.started += entry.verb == "start"
            entry.status = status
            if done:
                entry.answers.append(answer)

    def acknowledged(self, *verbs: str) -> Counter[str]:
        """How often each subject was acknowledged."""
        return Counter(e.subject for e in self.entries if e.verb in verbs and 200 <= e.status < 300)

    @property
    def unanswered(self) -> list[Entry]:
        """What nobody knows the end of; whoever was only told to come again has done nothing."""
        return [e for e in self.entries if not e.status and e.unsure]


class Client:
    """One connection that speaks for everybody in turn."""

    def __init__(self, port: int, ledger: Ledger, seed: int, settled: Event) -> None:
        self.port, self.ledger, self.dice, self.settled = port, ledger, random.Random(seed), settled
        self.calm = False  # no aborted connections, no returns: the end is wanted
        self._tokens: dict[str, str] = {}
        self._connection: HTTPConnection | None = None

    # ------------------------------------------------------------------ work

    def work_until(self, stop: Event) -> None:
        """Do what people do."""
        while not stop.is_set():
            self.once()

    def once(self, whose: str = "") -> int:
        """One look into one inbox, anybody's if nobody is named, and one thing done; how many items there were."""
        login = whose or self.dice.choice(CAST)
        status, box = self._get(login, "/inbox?limit=50")
        items = box["items"] if status == 200 else []
        if not self.calm and self.dice.random() < (0.1 if items else 0.6) and self._room():
            body = {"process": "storm", "data": {"title": f"风暴 {self.dice.random()}"}}
            self._post("rlb1", "/instances", body, verb="start", subject="storm")
        elif items:
            self._treat(login, self.dice.choice(items))
        return len(items)

    def _room(self) -> bool:
        """Back-pressure: what is begun must be finished in time when it is quiet again."""
        return self.ledger.started < self.ledger.room and self.ledger.open < MOST_OPEN

    def _treat(self, login: str, item: dict[str, Any]) -> None:
        path, subject, chance = f"/items/{item['id']}", str(item["id"]), self.dice.random()
        if self.calm or chance < 0.68:
            body = {"outcome": "submit" if item["element"] == "Draft" else "approve", "opinion": "同意。"}
            done = self._post(login, f"{path}/decision", body, verb="decide", subject=subject)
            if not self.calm and done and self.dice.random() < 0.15:
                self._post(login, f"{path}/retract", None, verb="retract", subject=subject)
        elif chance < 0.72:
            body = {"outcome": "refuse", "opinion": "不同意。"}
            self._post(login, f"{path}/decision", body, verb="decide", subject=subject)
        elif chance < 0.86:
            body = {"to": "Draft", "opinion": "请改。", "mode": self.dice.choice(["again", "direct"])}
            self._post(login, f"{path}/return", body, verb="return", subject=subject)
        elif chance < 0.95:
            to = self.dice.choice(CAST)
            self._post(login, f"{path}/transfer", {"to": to}, verb="transfer", subject=subject)
        else:
            self._post(login, f"{path}/urge", {"text": "请快办。"}, verb="urge", subject=subject)

    # ------------------------------------------------------------------ requests

    def _post(self, login: str, path: str, body: Any, *, verb: str, subject: str) -> bool:
        entry = Entry(str(UUID(int=self.dice.getrandbits(128))), verb, subject)
        with self.ledger.lock:
            self.ledger.entries.append(entry)
        self._insist(login, path, body, entry)
        if not self.calm and 200 <= entry.status < 300 and self.dice.random() < 0.15:
            self._insist(login, path, body, entry)  # an impatient second click
        return 200 <= entry.status < 300

    def _insist(self, login: str, path: str, body: Any, entry: Entry) -> None:
        while not self.settled.is_set():
            abort = not self.calm and entry.tries == 0 and self.dice.random() < 0.03
            entry.tries += 1
            status, answer = self._send(login, "POST", path, body, entry.key, abort=abort)
            if status and status not in BUSY and status < 500:
                self.ledger.settle(entry, status, answer)
                return
            entry.unsure = entry.unsure or status not in BUSY
            time.sleep(0.05 + 0.1 * self.dice.random())

    def _get(self, login: str, path: str) -> tuple[int, Any]:
        return self._send(login, "GET", path, None, "")

    def _token(self, login: str) -> str:
        while login not in self._tokens and not self.settled.is_set():
            body = {"login": login, "password": PASSWORD}
            status, answer = self._send("", "POST", "/tokens", body, "")
            if status == 200:
                self._tokens[login] = answer["token"]
            else:
                time.sleep(0.2)
        return self._tokens.get(login, "")

    def _send(self, login: str, method: str, path: str, body: Any, key: str, *, abort: bool = False) -> tuple[int, Any]:
        """Status and answer; 0 if nobody knows what became of it."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        if login:
            headers["Authorization"] = f"Bearer {self._token(login)}"
        began = time.monotonic()
        try:
            self._connection = self._connection or HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            self._connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            if abort:
                raise ConnectionAbortedError
            response = self._connection.getresponse()
            status, text = response.status, response.read()
        except (OSError, HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return 0, None
        finally:
            self.ledger.slowest = max(self.ledger.slowest, time.monotonic() - began)
        return status, self._read(status, text, f"{method} {path}")

    def _read(self, status: int, text: bytes, what: str) -> Any:
        with self.ledger.lock:
            self.ledger.statuses[status] += 1
            if status >= 500 and status not in BUSY:
                self.ledger.crashes.append(f"{status} {what}: {text[:200]!r}")
        try:
            return json.loads(text)
        except ValueError:
            return None

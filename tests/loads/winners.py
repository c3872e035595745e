"""P2: fifty people at one item, item after item, while its deadline comes: one wins, the others hear whom and when."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import uuid4

from apiflask import APIFlask
from sqlalchemy import select

from engine.demo import PASSWORD
from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import instances as stored
from engine.store import timers as rows
from engine.store.tables import history, instance
from engine.verbs import definitions, people, timers
from tests.loads.offices import opened
from tests.loads.verdict import Verdict, check_up, spread
from tests.support.clock import FakeClock
from tests.support.joint import JOINT, at, began
from tests.support.races import CROWD, PATIENCE, approve
from web import create_app

TASKS = 200
FULL, AGAIN, MOST = 503, 0.1, 100
DUE = "10:30"  # when it falls due, and all of them act
PERFORMER, BEFORE = "cwb_head", "hegao_a"
Body = dict[str, Json]


@dataclass(frozen=True)
class Answer:
    """What one person was told, how long it took from the first try, and whose act it was."""

    by: str  # login
    status: int
    text: str
    seconds: float
    tries: int = 1  # more if the house was full and said so (P20): the same request again with its key


@dataclass(frozen=True)
class Race:
    """One item: what everybody was told, the names of those who act, and how often each deadline spoke."""

    number: str
    answers: Sequence[Answer]
    names: dict[str, str]
    rungs: Counter[str]


def run(database: str, scale: float) -> Verdict:
    """So many items, each with fifty at it."""
    clock = FakeClock()
    with opened(database, now=clock) as engine:
        definitions.deploy(engine, JOINT)
        races = list(play(engine, clock, max(2, round(TASKS * scale))))
        found = [*judge(races), *check_up(engine)]
    answers = [answer for race in races for answer in race.answers]
    statuses = Counter(answer.status for answer in answers)
    said = " ".join(f"{status}={n}" for status, n in sorted(statuses.items()))
    busy = sum(answer.tries - 1 for answer in answers)
    numbers = (
        f"items={len(races)} people={CROWD} {said} repeated_when_full={busy}"
        f" deadlines={sum(race.rungs.total() for race in races)} answer {spread([a.seconds for a in answers])}"
    )
    return Verdict("P2", database, numbers, found)


def play(engine: Engine, clock: FakeClock, tasks: int) -> Iterator[Race]:
    """One race after the other, each in a case of its own."""
    app = create_app(engine)
    tokens = {login: _token(app, login) for login in (PERFORMER, BEFORE)}
    names = {login: people.actor(engine, login).name for login in tokens}
    with ThreadPoolExecutor(CROWD + 1) as crowd:
        for _ in range(tasks):
            clock.at("2026-03-09 09:00")
            number, mine, theirs = _prepared(engine, clock)
            acts = [(tokens[login], login, path, body) for login, path, body in _acts(mine, theirs)]
            ready = Barrier(CROWD + 1)
            deadline = crowd.submit(_fall_due, engine, ready)
            people_at_it = [crowd.submit(_ask, app, acts[n % len(acts)], ready) for n in range(CROWD)]
            answers = [each.result(PATIENCE) for each in people_at_it]
            deadline.result(PATIENCE)
            timers.fire_due(engine)  # who was held by somebody else is left to the next look
            yield Race(number, answers, names, _rungs(engine, number))


def _ask(app: APIFlask, act: tuple[str, str, str, Body | None], ready: Barrier) -> Answer:
    token, login, path, body = act
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    client = app.test_client()
    ready.wait(PATIENCE)
    begun, tries = time.perf_counter(), 1
    while (answer := client.post(f"/api/v1{path}", headers=headers, json=body)).status_code == FULL and tries < MOST:
        tries += 1
        time.sleep(AGAIN)
    return Answer(login, answer.status_code, answer.text, time.perf_counter() - begun, tries)


def _fall_due(engine: Engine, ready: Barrier) -> None:
    ready.wait(PATIENCE)
    timers.fire_due(engine)


def judge(races: Sequence[Race]) -> Iterator[str]:
    """One winner to an item; everybody else hears of them with 409; no deadline speaks twice."""
    for race in races:
        won = [answer for answer in race.answers if 200 <= answer.status < 300]
        if len(won) != 1:
            yield f"{race.number}: {len(won)} winners"
        for answer in race.answers:
            if answer in won:
                continue
            if answer.status != 409:
                yield f"{race.number}: {answer.by} was told {answer.status} {answer.text[:200]}"
            elif won and not (race.names[won[0].by] in answer.text and DUE in answer.text):
                yield f"{race.number}: not told by whom and when: {answer.text[:200]}"
        yield from (f"{race.number}: {rung} spoke {n} times" for rung, n in race.rungs.items() if n > 1)


def _prepared(engine: Engine, clock: FakeClock) -> tuple[str, int, int]:
    """A case whose next step falls due at the instant of the race: its number, what was decided and what is open."""

    def who(login: str) -> Actor:
        return people.actor(engine, login)

    number = began(engine, who)
    mine = at(engine, who, number, "One").id
    approve(engine, mine, who(BEFORE))
    theirs = at(engine, who, number, "All", PERFORMER).id
    clock.at(f"2026-03-09 {DUE}")
    with engine.store.transaction() as tx:
        case = stored.by_number(tx, number)
        for timer in rows.of_instance(tx, case.id):
            if (timer.state, timer.level, timer.rung) == ("waiting", "step", "due"):
                rows.move(tx, timer.id, engine.now(), timer.facts)
    return number, mine, theirs


def _acts(mine: int, theirs: int) -> list[tuple[str, str, Body | None]]:
    item = f"/items/{theirs}"
    return [
        (PERFORMER, f"{item}/decision", {"outcome": "agree", "opinion": "同意。"}),
        (PERFORMER, f"{item}/decision", {"outcome": "disagree", "opinion": "不同意。"}),
        (PERFORMER, f"{item}/return", {"to": "Draft", "opinion": "请修改。"}),
        (PERFORMER, f"{item}/transfer", {"to": "fuzhuren"}),
        (BEFORE, f"/items/{mine}/retract", None),
    ]


def _token(app: APIFlask, login: str) -> str:
    answer = app.test_client().post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
    return str(answer.get_json()["token"])


def _rungs(engine: Engine, number: str) -> Counter[str]:
    """How often each rung of a case stands in its history."""
    said = select(history.c.detail).join(instance, instance.c.id == history.c.instance_id)
    with engine.store.reading() as tx:
        found = tx.all(said.where(instance.c.number == number, history.c.verb == "rung"))
    return Counter(f"{r.detail['level']}:{r.detail['rung']}" for r in found)

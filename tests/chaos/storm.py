"""Everything that goes wrong: processes killed and stopped, the database crashed, clocks moved, the disk full."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Event

import psycopg

from tests.chaos.clients import Ledger
from tests.chaos.office import Office

GAP = 0.2  # seconds between two kills, at least and on average
BREATH = 4  # acts between two kills: on any machine somebody gets something done
LEAST_ACTS = 1.5  # to a second: a run in which nobody did anything proves nothing
LONGEST = 4  # times as long a run may last on a slow machine to come to that


class Storm:
    """One storm over one office; what it did is counted."""

    def __init__(self, office: Office, ledger: Ledger, seed: int) -> None:
        self.office, self.ledger, self.dice, self.done = office, ledger, random.Random(seed), Counter[str]()
        self._before = self._acts = ledger.acts  # how many there were at the beginning, and at the last kill

    @property
    def acts(self) -> int:
        """How much was done since this storm began."""
        return self.ledger.acts - self._before

    def rage(self, seconds: float, over: Event) -> None:
        """Kill all the time, and one great thing after the other at its part of the run."""
        began = time.monotonic()
        waiting = sorted(self._great_things(), key=lambda thing: thing[0])
        while (gone := time.monotonic() - began) < seconds or (
            self.acts < LEAST_ACTS * seconds and gone < seconds * LONGEST
        ):
            if waiting and gone > waiting[0][0] * seconds:
                _part, name, act = waiting.pop(0)
                act()
                self.done[name] += 1
            self._small_thing()
            over.wait(self.dice.expovariate(1 / GAP))
        over.set()

    def _great_things(self) -> list[tuple[float, str, Callable[[], None]]]:
        things: list[tuple[float, str, Callable[[], None]]] = [
            (0.25, "clock", lambda: self.office.steering.jump(3600)),
            (0.40, "standstill", self._standstill),
            (0.50, "serve_kill", self._kill_all_of_serve),
            (0.60, "clock", lambda: self.office.steering.jump(-60)),
            (0.85, "clock", lambda: self.office.steering.jump(60)),
        ]
        if self.office.engine.store.dialect == "postgresql":
            return [*things, (0.33, "db_crash", self._crash_database), (0.66, "db_crash", self._crash_database)]
        return [*things, (0.70, "disk_full", self._fill_disk)]

    def _small_thing(self) -> None:
        chance, web, working = self.dice.random(), self.office.web_processes(), list(self.office.working)
        if self.ledger.acts - self._acts < BREATH:
            return
        self._acts = self.ledger.acts
        if chance < 0.6 and web:
            self._signal(self.dice.choice(web), signal.SIGKILL)
        elif chance < 0.8 and working:
            self._signal(self.dice.choice(working).pid, signal.SIGKILL)
        elif web or working:
            self._stop_for_a_while(self.dice.choice([*web, *(p.pid for p in working)]))

    def _signal(self, pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            self.done[{signal.SIGKILL: "kills", signal.SIGSTOP: "stops"}.get(number, "")] += 1

    def _kill_all_of_serve(self) -> None:
        serving = self.office.serving
        if serving is not None:
            with suppress(ProcessLookupError):
                os.killpg(serving.pid, signal.SIGKILL)
                self.done["kills"] += 1

    def _stop_for_a_while(self, pid: int) -> None:
        self._signal(pid, signal.SIGSTOP)
        time.sleep(0.5 + self.dice.random())
        self._signal(pid, signal.SIGCONT)

    def _standstill(self) -> None:
        """Nobody keeps time for two seconds."""
        self.office.resting.set()
        for process in self.office.working:
            process.kill()
            self.done["kills"] += 1
        time.sleep(2)
        self.office.resting.clear()

    def _crash_database(self) -> None:
        """One dead backend makes PostgreSQL drop everybody and recover from its log."""
        url = self.office.engine.settings.database_url.replace("+psycopg", "")
        with suppress(psycopg.Error), psycopg.connect(url) as connection:
            found = connection.execute("SELECT pg_backend_pid()").fetchone()
            assert found is not None
            os.kill(found[0], signal.SIGKILL)

    def _fill_disk(self) -> None:
        """No file may grow for a second and a half; writing over what is there still works."""
        database = self.office.engine.settings.home / "sanban.db"
        self.office.steering.fill_disk(database.stat().st_size)
        time.sleep(1.5)
        self.office.steering.fill_disk()

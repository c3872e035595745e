"""The office under attack: an installation of its own, `sanban serve` and two `sanban work`; the dead rise again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Engine, create
from engine.settings import Settings
from engine.verbs import definitions
from tests.chaos.mailbox import POISONED
from tests.chaos.steering import Steering
from tests.support.clock import shanghai
from tests.support.memo import FORM, diagram, end, flow, manifest, task
from tests.support.ports import free_port
from tests.support.premises import premises

OPENING = shanghai("2026-03-09 10:00")  # a working morning, whenever the run really is
WORKERS = 2
OUTCOMES = "approve:同意, refuse:不同意"
LADDER = """
[STORM]
title = "风暴"
[[STORM.rungs]]
key = "due"
when = "due"
to = ["performer()"]
template = "T-DUE"
action = ["light:red"]
[[STORM.rungs]]
key = "late-1"
when = "due+1CH"
to = ["performer()", "post('zhuren')"]
template = "T-OVER"
action = ["light:red"]
"""
WAIT = (
    '<bpmn:intermediateCatchEvent id="Wait"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
)
# a copy hangs on no item: it is not called off when the work is done, so it is tried until it is given up
COPY = (
    '<bpmn:serviceTask id="Copy" name="抄送"><bpmn:extensionElements><camunda:properties>'
    '<camunda:property name="register" value="notify:T-NOTE" />'
    f"""<camunda:property name="to" value="person('{POISONED}')" />"""
    """<camunda:property name="facts" value="about='已提交'" />"""
    "</camunda:properties></bpmn:extensionElements></bpmn:serviceTask>"
)
TIMED = {"limit": "PT4S", "ladder": "STORM", "outcomes": OUTCOMES}
PACKAGE = {
    "process.toml": manifest("storm", "风暴"),
    "forms/form.toml": FORM.encode(),
    "ladders.toml": LADDER.encode(),
    "main.bpmn": diagram(
        "storm",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task("Review", "核稿", performer="post('hegao')", **TIMED),
        COPY,
        WAIT,
        task("Both", "会签", performer="people(['cwb_head', 'ahb_head'])", completion="all", **TIMED),
        task("File", "归档", performer="post_group('wenshu')", **TIMED),
        end("Done"),
        *(flow(a, b) for a, b in (("Begin", "Draft"), ("Draft", "Copy"), ("Copy", "Review"))),
        *(flow(a, b) for a, b in (("Review", "Wait"), ("Wait", "Both"))),
        flow("Both", "File"),
        flow("File", "Done"),
    ),
}


@dataclass
class Office:
    """Its processes, and an engine of the harness on the same database for looking only."""

    engine: Engine
    steering: Steering
    environment: dict[str, str]
    port: int
    serving: subprocess.Popen[bytes] | None = None
    working: list[subprocess.Popen[bytes]] = field(default_factory=list)
    closed: Event = field(default_factory=Event)
    resting: Event = field(default_factory=Event)  # set: no `sanban work` is started again

    def keep(self) -> None:
        """Start what is dead, again and again."""
        while not self.closed.is_set():
            if self.serving is None or self.serving.poll() is not None:
                self.serving = self._run("serve")
            self.working = [p for p in self.working if p.poll() is None]
            while len(self.working) < WORKERS and not self.resting.is_set():
                self.working.append(self._run("work"))
            self.closed.wait(0.2)

    def _run(self, *command: str, home: Path | None = None, **environment: str) -> subprocess.Popen[bytes]:
        log = (self.engine.settings.home / f"{command[0]}.log").open("ab")
        if home is not None:  # another checkout, before the one that is installed here
            environment["PYTHONPATH"] = f"{home}{os.pathsep}{home / 'tests' / 'chaos' / 'within'}"
        return subprocess.Popen(
            [sys.executable, "-m", "engine", *command],
            env=self.environment | environment,
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        """What was started from here, each with everything below it."""
        return [p for p in (self.serving, *self.working) if p is not None]

    def answers(self) -> bool:
        """Whether a request gets any answer."""
        return answering(self.port)

    def web_processes(self) -> list[int]:
        """The request handlers below `sanban serve`."""
        if self.serving is None:
            return []
        master = children(self.serving.pid)
        return [pid for each in master for pid in children(each)]

    def close(self) -> None:
        """Stop everything, politely first."""
        self.closed.set()
        time.sleep(0.4)
        processes = self.processes
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answering(port: int) -> bool:
    """Whether somebody answers there."""
    with suppress(OSError, HTTPException):
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    return False


Kind = TypeVar("Kind", bound=Office)


def children(pid: int) -> list[int]:
    """Processes that this one has started; none if it is gone."""
    try:
        return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def opened(database: str, smtp_url: str, fault: str = "") -> AbstractContextManager[Office]:
    """A furnished office that answers requests."""
    return opened_as(Office, database, smtp_url, fault)


@contextmanager
def opened_as(kind: type[Kind], database: str, smtp_url: str, fault: str = "") -> Iterator[Kind]:
    """The same for an office of another build."""
    with premises(database, "sanban-chaos-") as (home, url):
        steering = Steering(home / "steering.json", OPENING)
        settings = Settings(home=home, database_url=url, smtp_url=smtp_url, undo_seconds=1)
        engine = open_engine(now=steering.now, settings=settings)
        try:
            create(engine)
            load_organisation(engine)
            definitions.deploy(engine, PACKAGE)
            office = kind(engine, steering, _environment(settings, steering, fault), port := free_port())
            office.environment |= {"SANBAN_PORT": str(port)}
            keeper = Thread(target=office.keep, daemon=True)
            keeper.start()
            try:
                _await(office)
                yield office
            finally:
                office.close()
                keeper.join()
        finally:
            engine.close()


def _environment(settings: Settings, steering: Steering, fault: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(Path(__file__).parent / "within"),
        "SANBAN_CHAOS": str(steering.path),
        "SANBAN_CHAOS_BREAK": fault,
        "SANBAN_HOME": str(settings.home),
        "SANBAN_DATABASE_URL": settings.database_url,
        "SANBAN_SMTP_URL": settings.smtp_url.get_secret_value(),
        "SANBAN_UNDO_SECONDS": str(settings.undo_seconds),
        "SANBAN_WORKERS": str(WORKERS),
        # one login starts everything; what the limit refuses tells nobody what became of a try that was lost
        "SANBAN_STARTS_PER_MINUTE": "100000",
    }


def _await(office: Office) -> None:
    until = time.monotonic() + 60
    while not office.answers():
        if time.monotonic() > until:
            log = (office.engine.settings.home / "serve.log").read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"the office does not come up:\n{log[-2000:]}")
        time.sleep(0.1)

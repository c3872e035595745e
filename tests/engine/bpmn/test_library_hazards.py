"""Hazards of SpiffWorkflow that come from where it runs, not from what it is given (reliability.md §3)."""

import ast
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from engine import bpmn
from tests.engine.bpmn.drawn import NOW, chain, compiled, done, flow, opened
from tests.test_walls import imported, modules

HOUR = timedelta(hours=1)


def catching(name: str, hours: int) -> str:
    event = f"<timerEventDefinition><timeDuration>PT{hours}H</timeDuration></timerEventDefinition>"
    return f'<intermediateCatchEvent id="{name}">{event}</intermediateCatchEvent>'


# a gateway that waits for the first of two timers
FIRST = (
    chain("startEvent s", "eventBasedGateway g")
    + catching("one", 1) + catching("two", 2) + '<userTask id="a"/><userTask id="b"/>'
    + flow("g1", "g", "one") + flow("g2", "g", "two") + flow("o", "one", "a") + flow("t", "two", "b")
)  # fmt: skip


@pytest.mark.parametrize(("slept", "taken"), [(HOUR / 2, []), (HOUR, ["a"]), (3 * HOUR, ["a"])])
def test_of_two_timers_behind_one_gateway_the_first_wins_however_long_nobody_looked(
    slept: timedelta, taken: list[str]
) -> None:
    """S15."""
    process = compiled(FIRST)
    step = bpmn.wake(process, bpmn.start(process, {}, NOW).snapshot, NOW + slept)

    assert opened(step) == taken
    assert opened(bpmn.wake(process, step.snapshot, NOW + 9 * HOUR)) == ["a"]


DUE = """
from datetime import UTC, datetime
from engine import bpmn
from tests.engine.bpmn.test_library_hazards import FIRST
from tests.engine.bpmn.drawn import NOW, compiled
print(bpmn.start(compiled(FIRST), {}, NOW).next_due.isoformat())
"""


def test_the_zone_of_the_machine_moves_no_timer() -> None:
    """S14: the library takes its zone from the machine when it is imported."""
    zones = ("UTC", "America/New_York", "Asia/Shanghai")
    asked = [
        subprocess.Popen([sys.executable, "-c", DUE], env=os.environ | {"TZ": zone}, stdout=subprocess.PIPE, text=True)
        for zone in zones
    ]

    assert {process.communicate()[0].strip() for process in asked} == {(NOW + HOUR).isoformat()}


def test_many_threads_at_once_do_what_one_does() -> None:
    """S19: the library keeps things for a whole class."""
    body = chain("startEvent s", "userTask a", "exclusiveGateway g", "userTask b", "endEvent e").replace(
        flow("g_b", "g", "b"), flow("g_b", "g", "b", "n > 3")
    )
    process, ready = compiled(body + '<userTask id="c"/>' + flow("g_c", "g", "c")), Barrier(8)

    def play(n: int) -> list[tuple[list[str], int]]:
        ready.wait(60)
        found = []
        for _ in range(20):
            step = done(process, bpmn.start(process, {"n": n}, NOW), "a")
            again = bpmn.wake(process, step.snapshot, NOW)
            found.append((opened(again), again.variables["n"]))
        return found

    with ThreadPoolExecutor(8) as threads:
        played = list(threads.map(play, range(8)))

    assert played == [[(["b"] if n > 3 else ["c"], n)] * 20 for n in range(8)]


# what makes objects of texts, starts programs or unpacks without a limit
NEVER = re.compile(r"(pickle|marshal|shelve|gzip)(\.|$)|SpiffWorkflow\.(serializer|specs\.(Execute|Transform))")


def test_nothing_that_makes_objects_of_stored_texts_is_imported() -> None:
    """S21, S23, S3: neither the pickles of the library nor its packed states, and no state is evaluated."""
    found = [
        f"{path.name}:{line} {name}"
        for path in modules("engine", "forms", "web", "processes")
        for name, line in imported(path)
        if NEVER.match(name)
    ]
    assert found == []
    # the pattern is not blind
    assert NEVER.match("pickle.loads")
    assert NEVER.match("SpiffWorkflow.serializer.dict.DictionarySerializer")
    assert not NEVER.match("SpiffWorkflow.bpmn.specs.mixins.StartEventMixin")


LEVELS = """
import logging
from engine import bpmn, log_lines
log_lines.set_up("json")
print([n for n in ("spiff", "spiff.task", "spiff.workflow") if logging.getLogger(n).isEnabledFor(logging.DEBUG)])
"""


def test_the_library_writes_no_data_of_a_task_into_the_log() -> None:
    """S22: it does when it is asked for more than information."""
    told = subprocess.run([sys.executable, "-c", LEVELS], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_every_hazard_has_a_numbered_test() -> None:
    named: set[int] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named |= {int(n) for n in re.findall(r"\bS(\d{1,2})\b", ast.get_docstring(node) or "")}

    assert set(range(1, 24)) - named == set()

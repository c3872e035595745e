"""Hostile uploads as the server checks them: in a child process, with the expected answer, at little cost."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine import bpmn
from tests.engine.bpmn.drawn import HEAD, NOW, chain, compiled, drawing, flow, opened
from tests.support.effort import megabytes, within

GOOD = chain("startEvent s", "userTask a", "endEvent e")
XML = '<?xml version="1.0"?>'
CHINESE = re.compile(r"[\u3400-\u9fff]")
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
QUADRATIC = f'<!DOCTYPE d [<!ENTITY a "{"x" * 100_000}">]><d>{"&a;" * 1_000}</d>'


def named(name: str) -> bytes:
    """A task with that id."""
    return drawing(GOOD.replace('"a"', f'"{name}"'))


def calling(*circle: str) -> bytes:
    """Processes that call each other in a circle."""
    body = ""
    for number, name in enumerate(circle):
        called = chain(f"startEvent s{number}", f"callActivity c{number}", f"endEvent e{number}")
        target = circle[(number + 1) % len(circle)]
        called = called.replace(f'id="c{number}"/>', f'id="c{number}" calledElement="{target}"/>')
        body += f'<process id="{name}" isExecutable="true">{called}</process>'
    return f"{HEAD}{body}</definitions>".encode()


def waiting(text: str, kind: str = "timeDuration") -> bytes:
    """A timer."""
    event = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    body = chain("startEvent s", "intermediateCatchEvent t", "endEvent e")
    return drawing(body.replace('id="t"/>', f'id="t">{event}</intermediateCatchEvent>'))


def deep(depth: int) -> bytes:
    """Elements inside each other."""
    return drawing("<userTask id='a'>" + "<x>" * depth + "</x>" * depth + "</userTask>")


LOOP = chain("startEvent s", "manualTask a", "scriptTask b") + flow("back", "b", "a") + '<endEvent id="e"/>'
UPLOADS = {
    "A01 external entity": (f'{XML}<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'.encode(),
                            "bpmn.doctype"),
    "A02 parameter entity": (f'{XML}<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><d/>'.encode(),
                             "bpmn.doctype"),
    "A03 billion laughs": (f'{XML}<!DOCTYPE d [<!ENTITY l0 "lol">{BOMB}]><d>&l9;</d>'.encode(), "bpmn.doctype"),
    "A04 quadratic": (QUADRATIC.encode(), "bpmn.doctype"),
    "A05 harmless doctype": (b"<!DOCTYPE d>" + drawing(GOOD), "bpmn.doctype"),
    "A06 five megabytes": (b" " * (5 * 1024 * 1024 + 1), "bpmn.too_big"),
    "A07 depth 300": (deep(300), "bpmn.too_deep"),
    "A07 depth 120": (deep(120), "bpmn.too_deep"),
    "A08 elements": (drawing("".join(f'<task id="t{n}"/>' for n in range(20_000))), "bpmn.too_big"),
    "A09 empty": (b"", "bpmn.not_bpmn"),
    "A09 zip": (b"PK\x03\x04zip", "bpmn.not_bpmn"),
    "A09 html": (b"<html><body/></html>", "bpmn.not_bpmn"),
    "A09 pdf": (b"%PDF-1.7", "bpmn.not_bpmn"),
    "A09 utf-7": (b"+ADw-definitions+AD4-", "bpmn.not_bpmn"),
    "A09 truncated utf-16": (drawing(GOOD).decode().encode("utf-16")[:-7], "bpmn.not_bpmn"),
    "A10 not the declared encoding": (b"<?xml version='1.0' encoding='GB18030'?>" + named("事项"), "bpmn.encoding"),
    "A12 twice": (drawing(GOOD + '<userTask id="a"/>'), "bpmn.bad_id"),
    "A12 path": (named("../../etc/passwd"), "bpmn.bad_id"),
    "A12 quote": (named("a&quot;b"), "bpmn.bad_id"),
    "A12 long": (named("x" * 10_000), "bpmn.bad_id"),
    "A13 to itself": (drawing(GOOD + flow("x", "a", "a")), "bpmn.flow"),
    "A13 dangling": (drawing(GOOD + flow("x", "a", "nowhere")), "bpmn.flow"),
    "A13 no start": (drawing('<userTask id="a"/><endEvent id="e"/>' + flow("x", "a", "e")), "bpmn.flow"),
    "A13 unreachable": (drawing(GOOD + '<userTask id="b"/>' + flow("x", "b", "e")), "bpmn.flow"),
    "A14 itself": (calling("p"), "bpmn.call_cycle"),
    "A14 circle": (calling("p", "q", "r"), "bpmn.call_cycle"),
    "A14 missing": (drawing(chain("startEvent s", "callActivity c", "endEvent e")), "bpmn.call_missing"),
    "A15 endless": (drawing(LOOP), "bpmn.loop_without_wait"),
    "A94 too long": (waiting("P3000000Y"), "time.invalid"),
    "A94 zero cycle": (waiting("R/PT0S", "timeCycle"), "time.invalid"),
    "A94 minus": (waiting("-P1D"), "time.invalid"),
    "A94 no such day": (waiting("2026-02-31T08:00:00+08:00", "timeDate"), "time.invalid"),
    "A94 naive": (waiting("2027-02-01T08:00:00", "timeDate"), "time.naive"),
    "A94 year 1": (waiting("0001-01-01T00:00:00Z", "timeDate"), "time.invalid"),
    "A94 year 9999": (waiting("9999-12-31T23:59:59Z", "timeDate"), "time.invalid"),
}  # fmt: skip


@pytest.mark.parametrize("attack", UPLOADS)
def test_a_hostile_upload_gets_its_answer_from_the_child_process(attack: str) -> None:
    content, code = UPLOADS[attack]

    report = bpmn.check_isolated({"p.bpmn": content}, seconds=30)  # the machine may be busy; costs are measured below

    assert not report.ok
    assert code in [problem.code for problem in report.problems]
    assert all(problem.message_zh and problem.message_en and problem.element for problem in report.problems)
    if not CHINESE.search(content.decode("utf-8", "replace")):
        assert [problem.message_en for problem in report.problems if CHINESE.search(problem.message_en)] == []


@pytest.mark.parametrize("attack", UPLOADS)
def test_a_hostile_upload_costs_less_than_a_second_and_fifty_megabytes(attack: str) -> None:
    content = {"p.bpmn": UPLOADS[attack][0]}

    # in a process of its own, as the server does it
    assert megabytes(lambda: within(1, lambda: bpmn.check(content))) < 50


@pytest.mark.parametrize("name", ["End", "Start", "p.EndJoin"])
def test_names_the_library_keeps_for_itself_are_free_here(name: str) -> None:
    """A11: nothing has to be refused, because no id of a diagram becomes a name of the library."""
    assert bpmn.check_isolated({"p.bpmn": named(name)}, seconds=30).ok
    assert opened(bpmn.start(bpmn.compile({"p.bpmn": named(name)}), {}, NOW)) == [name]


def test_a_date_that_is_past_is_said_before_publishing() -> None:
    """A94."""
    report = bpmn.check({"p.bpmn": waiting("2020-01-01T00:00:00Z", "timeDate")})

    assert report.ok
    assert [(w.code, w.element) for w in report.warnings] == [("time.past", "t")]


HOUR = timedelta(hours=1)


def timed(text: str) -> bpmn.Process:
    """A task, and a timer on it that does not interrupt."""
    event = f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition></boundaryEvent>"
    timer = f'<boundaryEvent id="late" attachedToRef="a" cancelActivity="false">{event}<userTask id="remind"/>'
    return compiled(GOOD + timer + flow("r", "late", "remind"))


@pytest.mark.parametrize(
    "begin",
    [
        datetime(2026, 3, 9, 1, 0, tzinfo=UTC),
        datetime(2028, 2, 28, 20, 0, tzinfo=UTC),  # before a leap day
        datetime(2038, 1, 18, 3, 14, 7, tzinfo=UTC),  # the end of 32-bit time
        datetime(2026, 3, 28, 12, 0, tzinfo=UTC),  # the clocks of Europe change
    ],
)
def test_a_clock_that_jumps_fires_a_timer_once_and_never_early(begin: datetime) -> None:
    """A95, A96: the core knows no clock but the moment it is given."""
    process = timed("P1D")
    step = bpmn.start(process, {}, begin)
    wakes: list[tuple[timedelta, list[str]]] = [
        (-HOUR, ["a"]),
        (24 * HOUR - timedelta(seconds=1), ["a"]),
        (24 * HOUR, ["a", "remind"]),
        (-HOUR, ["a", "remind"]),
        (48 * HOUR, ["a", "remind"]),
    ]

    for passed, expected in wakes:
        step = bpmn.wake(process, step.snapshot, begin + passed)
        assert opened(step) == expected


def test_a_check_that_takes_too_long_or_too_much_is_refused() -> None:
    tasks = [f"userTask t{number}" for number in range(900)]
    files = {"p.bpmn": drawing(chain("startEvent s", *tasks, "endEvent e"))}
    limits: list[tuple[Callable[[], bpmn.Report], str]] = [
        (lambda: bpmn.check_isolated(files, seconds=0.01), "bpmn.too_slow"),
        (lambda: bpmn.check_isolated(files, seconds=30, megabytes=20), "bpmn.too_costly"),
    ]

    for check, code in limits:
        assert [problem.code for problem in check().problems] == [code]

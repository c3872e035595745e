"""Hostile uploads of reliability.md §4: each is refused with its code, at once, naming the place."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from engine import bpmn
from engine.errors import InvalidProcess
from tests.engine.bpmn.drawn import HEAD, chain, codes, compiled, drawing, flow

GOOD = chain("startEvent s", "userTask a", "endEvent e")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "bpmn.doctype"),
        (b"<!DOCTYPE d>" + drawing(GOOD), "bpmn.doctype"),
        ('<!DOCTYPE d [<!ENTITY a "a">]>'.encode("utf-16") + b"<d/>", "bpmn.doctype"),
        (b" " * (5 * 1024 * 1024 + 1), "bpmn.too_big"),
        (drawing("<userTask id='a'>" + "<x>" * 300 + "</x>" * 300 + "</userTask>"), "bpmn.too_deep"),
        (drawing("<userTask id='a'>" + "<x>" * 120 + "</x>" * 120 + "</userTask>"), "bpmn.too_deep"),
        (drawing("".join(f'<task id="t{n}"/>' for n in range(20_000))), "bpmn.too_big"),
        (b"", "bpmn.not_bpmn"),
        (b"PK\x03\x04zip", "bpmn.not_bpmn"),
        (b"<html><body/></html>", "bpmn.not_bpmn"),
        (b"%PDF-1.7", "bpmn.not_bpmn"),
        (b"<definitions/>", "bpmn.not_bpmn"),
        (b"<?xml version='1.0' encoding='GB18030'?>" + drawing(GOOD.replace('"a"', '"事项"')), "bpmn.encoding"),
    ],
)  # fmt: skip
def test_what_is_no_reasonable_bpmn_is_refused_within_a_second(content: bytes, code: str) -> None:
    """A1-A10."""
    began = time.perf_counter()

    assert code in codes(content)
    assert time.perf_counter() - began < 1


def test_a_file_in_gb18030_that_says_so_is_read() -> None:
    """A10."""
    text = "<?xml version='1.0' encoding='GB18030'?>" + drawing(GOOD.replace('"a"', '"事项"')).decode()

    process = bpmn.compile({"p.bpmn": text.encode("gb18030")})

    assert "事项" in process.elements


@pytest.mark.parametrize("name", ["../../etc/passwd", "a b", "1a", "a#b", "a/b", "x" * 10_000, "a&quot;b"])
def test_an_id_that_could_mean_something_elsewhere_is_refused(name: str) -> None:
    """A12."""
    assert "bpmn.bad_id" in codes(drawing(GOOD.replace('"a"', f'"{name}"')))


def test_an_id_used_twice_is_refused_also_across_sub_processes() -> None:
    """A12."""
    inner = '<subProcess id="x"><startEvent id="s"/></subProcess>'

    assert codes(drawing(chain("startEvent s", "userTask x", "endEvent e").replace('<userTask id="x"/>', inner))) == [
        "bpmn.bad_id"
    ]


@pytest.mark.parametrize(
    ("body", "element"),
    [
        (GOOD + flow("x", "a", "a"), "x"),
        (GOOD + flow("x", "a", "nowhere"), "x"),
        (GOOD + flow("x", "", "a"), "x"),
        ('<userTask id="a"/><endEvent id="e"/>' + flow("x", "a", "e"), "p"),
        ('<startEvent id="s"/><userTask id="a"/>' + flow("x", "s", "a")
         + flow("y", "a", "b") + '<userTask id="b"/>' + flow("z", "b", "a"), "p"),
        (GOOD + '<userTask id="lonely"/>' + flow("x", "lonely", "e"), "lonely"),
    ],
)  # fmt: skip
def test_a_broken_flow_is_refused_naming_the_element(body: str, element: str) -> None:
    """A13."""
    problems = bpmn.check({"p.bpmn": drawing(body)}).problems

    assert ("bpmn.flow", element) in [(problem.code, problem.element) for problem in problems]


def calling(process: str, target: str) -> str:
    """A process that calls another."""
    called = chain("startEvent s", "callActivity c", "endEvent e").replace('id="c"', f'id="c" calledElement="{target}"')
    return f'<process id="{process}" isExecutable="true">{called}</process>'


@pytest.mark.parametrize("circle", [["p"], ["p", "q", "r"]])
def test_processes_that_call_each_other_in_a_circle_are_refused(circle: list[str]) -> None:
    """A14."""
    body = "".join(calling(name, circle[(n + 1) % len(circle)]) for n, name in enumerate(circle))

    report = bpmn.check({"p.bpmn": f"{HEAD}{body}</definitions>".encode()})

    assert [problem.code for problem in report.problems] == ["bpmn.call_cycle"]
    assert " → ".join([*circle, circle[0]]) in report.problems[0].message_zh


def test_an_automatic_loop_without_a_way_out_is_refused_when_compiled() -> None:
    """A15."""
    body = chain("startEvent s", "manualTask a", "scriptTask b") + flow("back", "b", "a") + '<endEvent id="e"/>'

    assert "bpmn.loop_without_wait" in codes(drawing(body))


NAMES = ["__import__('os').system('id')", "open('/etc/passwd').read()", "eval('1')", "_x + 1"]
ATTRIBUTES = [
    "().__class__.__base__.__subclasses__()", "x.__globals__", "getattr(x, 'y')", "(a for a in [1]).gi_frame.f_back",
    "name.encode('utf8').__class__", "x.mro()",
]  # fmt: skip
SYNTAX = [
    "'{0.__class__}'.format(x)".replace("__class__", "y"), "f'{x}'", "'%d' % x", "string.Formatter()", "[a for a in b]",
    "lambda: 1", "(x := 1)", "await x", "(" * 200 + "1" + ")" * 200, "1 + " * 5_000 + "1", "a; b", "{1: 2}",
    "-" * 500 + "1",
]  # fmt: skip
BUDGET = ["9**9**9", "'a' * 10**9", "[0] * 1000000000", "1 << 10", "9" * 30]
ATTACKS = (
    [(text, "expr.name") for text in NAMES]
    + [(text, "expr.attribute") for text in ATTRIBUTES]
    + [(text, "expr.syntax") for text in SYNTAX]
    + [(text, "expr.budget") for text in BUDGET]
)


def condition(text: str) -> str:
    """A gateway that asks ``text``."""
    way = flow("g_a", "g", "a", text)
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "endEvent e").replace(flow("g_a", "g", "a"), way)
    return body + '<endEvent id="e2"/>' + flow("other", "g", "e2")


def timer(text: str) -> str:
    """A catch event that waits ``text``."""
    event = f"<timerEventDefinition><timeDuration><![CDATA[${{{text}}}]]></timeDuration></timerEventDefinition>"
    body = chain("startEvent s", "intermediateCatchEvent t", "endEvent e")
    return body.replace(
        '<intermediateCatchEvent id="t"/>', f'<intermediateCatchEvent id="t">{event}</intermediateCatchEvent>'
    )


def cardinality(text: str) -> str:
    """A task ``text`` times."""
    loop = "<multiInstanceLoopCharacteristics><loopCardinality><![CDATA[{}]]></loopCardinality>"
    loop += "</multiInstanceLoopCharacteristics>"
    return GOOD.replace('<userTask id="a"/>', f'<userTask id="a">{loop.format(text)}</userTask>')


PLACED = [
    (place, text, code)
    for place in (condition, timer, cardinality)
    for text, code in ATTACKS
    if place is not timer or not set(text) & set("{}")  # a brace would end the expression
]


@pytest.mark.parametrize(("place", "text", "code"), PLACED, ids=[f"{p.__name__}-{t[:30]}" for p, t, _ in PLACED])
def test_code_in_an_expression_is_refused_when_compiled(place: Callable[[str], str], text: str, code: str) -> None:
    """A17-A21: in conditions, timers and cardinalities alike, in milliseconds."""
    content = drawing(place(text))
    began = time.perf_counter()

    with pytest.raises(InvalidProcess) as caught:
        bpmn.compile({"p.bpmn": content})

    assert code in [problem.code for problem in caught.value.problems]
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("text", ["import os", "open('x')", "exec('1')", "while True: pass", "x = __import__('os')"])
def test_a_script_of_python_never_runs(text: str) -> None:
    """A16: what is no assignment becomes a stub that waits; what reaches for Python is refused."""
    body = chain("startEvent s", "scriptTask x", "endEvent e")
    body = body.replace(
        '<scriptTask id="x"/>', f'<scriptTask id="x" scriptFormat="python"><script>{text}</script></scriptTask>'
    )

    report = bpmn.check({"p.bpmn": drawing(body)})

    if report.ok:
        assert any("桩" in sentence for sentence in report.adaptations)
        assert bpmn.start(compiled(body), {}, datetime(2026, 1, 1, tzinfo=UTC)).services[0].kind == "stub"
    else:
        assert report.problems[0].code in ("expr.name", "expr.syntax")


def test_all_problems_are_told_at_once_with_element_line_and_both_languages() -> None:
    body = GOOD + flow("x", "a", "a") + '<userTask id="lonely"/>\n<adHocSubProcess id="h"/>' + timer("9**9")
    with pytest.raises(InvalidProcess) as caught:
        bpmn.compile({"p.bpmn": drawing(body)})

    problems = caught.value.problems
    assert {"bpmn.flow", "bpmn.bad_id", "bpmn.unknown_element", "expr.budget"} <= {problem.code for problem in problems}
    for problem in problems:
        assert problem.element
        assert problem.line
        assert problem.message_zh != problem.message_en
        assert problem.fix_zh
        assert problem.file == "p.bpmn"

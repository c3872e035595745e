"""Hostile expressions of reliability.md §4 (A16-A23): refused at upload with a stable code, wherever they stand."""

from collections.abc import Callable

import pytest

from engine import bpmn
from engine.bpmn.expressions import compile_expression
from engine.errors import ExpressionError
from tests.engine.bpmn.drawn import NOW, chain, compiled, drawing, flow, opened
from tests.support.effort import within

pytestmark = pytest.mark.usefixtures("both_engines")

GOOD = chain("startEvent s", "userTask a", "endEvent e")

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
# A17, A18, A19 with A21, A20
ATTACKS = (
    [(text, "expr.name") for text in NAMES]
    + [(text, "expr.attribute") for text in ATTRIBUTES]
    + [(text, "expr.syntax") for text in SYNTAX]
    + [(text, "expr.budget") for text in BUDGET]
)


def files(body: str, *tables: str) -> dict[str, bytes]:
    """A diagram and its decision tables."""
    dmn = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">{}</definitions>'
    return {"p.bpmn": drawing(body), **{f"{n}.dmn": dmn.format(table).encode() for n, table in enumerate(tables)}}


def condition(text: str) -> dict[str, bytes]:
    """A gateway that asks ``text``."""
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "endEvent e")
    body = body.replace(flow("g_a", "g", "a"), flow("g_a", "g", "a", text))
    return files(body + '<endEvent id="e2"/>' + flow("other", "g", "e2"))


def timer(text: str) -> dict[str, bytes]:
    """A catch event that waits ``text``."""
    event = f"<timerEventDefinition><timeDuration><![CDATA[${{{text}}}]]></timeDuration></timerEventDefinition>"
    event = f'<intermediateCatchEvent id="t">{event}</intermediateCatchEvent>'
    body = chain("startEvent s", "intermediateCatchEvent t", "endEvent e")
    return files(body.replace('<intermediateCatchEvent id="t"/>', event))


def looped(inner: str) -> dict[str, bytes]:
    """A task many times."""
    loop = f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>"
    return files(GOOD.replace('<userTask id="a"/>', f'<userTask id="a">{loop}</userTask>'))


def cardinality(text: str) -> dict[str, bytes]:
    """A task ``text`` times."""
    return looped(f"<loopCardinality><![CDATA[{text}]]></loopCardinality>")


def collection(text: str) -> dict[str, bytes]:
    """A task for each of ``text``."""
    return looped(f"<loopDataInputRef><![CDATA[{text}]]></loopDataInputRef>")


def script(text: str) -> dict[str, bytes]:
    """An assignment of ``text``."""
    inner = f'<scriptTask id="a" scriptFormat="juel"><script><![CDATA[x = {text}]]></script></scriptTask>'
    return files(GOOD.replace('<userTask id="a"/>', inner))


def mapping(text: str) -> dict[str, bytes]:
    """A local variable of a task."""
    inner = f'<camunda:inputOutput><camunda:inputParameter name="x"><![CDATA[${{{text}}}]]></camunda:inputParameter>'
    inner = f"<extensionElements>{inner}</camunda:inputOutput></extensionElements>"
    return files(GOOD.replace('<userTask id="a"/>', f'<userTask id="a">{inner}</userTask>'))


def table(tested: str, result: str) -> dict[str, bytes]:
    """A decision table with one rule."""
    rule = f"<rule><inputEntry><text><![CDATA[{tested}]]></text></inputEntry>"
    rule += f"<outputEntry><text><![CDATA[{result}]]></text></outputEntry></rule>"
    column = "<input><inputExpression><text>x</text></inputExpression></input><output/>"
    return files(GOOD, f'<decision id="d"><decisionTable>{column}{rule}</decisionTable></decision>')


def cell(text: str) -> dict[str, bytes]:
    """A decision table that tests ``text``."""
    return table(text, "1")


def output(text: str) -> dict[str, bytes]:
    """A decision table that answers ``text``."""
    return table("-", text)


PLACES = [condition, timer, cardinality, collection, script, mapping, cell, output]
PLACED = [
    (place, text, code)
    for place in PLACES
    for text, code in ATTACKS
    if place not in (timer, mapping) or not set(text) & set("{}")  # a brace would end the expression
    if place is not script or ";" not in text  # two statements are two assignments
]


@pytest.mark.parametrize(("place", "text", "code"), PLACED, ids=[f"{p.__name__}-{t[:30]}" for p, t, _ in PLACED])
def test_code_in_an_expression_is_refused_at_upload(
    place: Callable[[str], dict[str, bytes]], text: str, code: str
) -> None:
    """A17-A21."""
    content = place(text)

    report = within(0.5, lambda: bpmn.check(content))

    assert code in [problem.code for problem in report.problems], report


FOREIGN = [
    ("scriptTask", 'scriptFormat="groovy"', "<script>Runtime.exec('id')</script>"),
    ("scriptTask", 'scriptFormat="javascript"', "<script>process.exit()</script>"),
    ("scriptTask", "", "<script>while True: pass</script>"),
    ("serviceTask", 'camunda:class="java.lang.Runtime"', ""),
    ("serviceTask", 'camunda:expression="${bean.run()}"', ""),
    ("serviceTask", 'camunda:delegateExpression="${bean}"', ""),
]


@pytest.mark.parametrize(("kind", "attributes", "inner"), FOREIGN)
def test_code_of_others_never_runs_but_waits_as_a_stub_that_is_listed(kind: str, attributes: str, inner: str) -> None:
    """A16."""
    body = chain("startEvent s", f"{kind} x", "endEvent e")
    body = body.replace(f'<{kind} id="x"/>', f'<{kind} id="x" {attributes}>{inner}</{kind}>')

    report = bpmn.check(files(body))

    assert report.ok
    assert [stub.element for stub in report.stubs] == ["x"]
    assert [service.kind for service in bpmn.start(compiled(body), {}, NOW).services] == ["stub"]


@pytest.mark.parametrize("text", ["import os", "open('x')", "exec('1')", "x = __import__('os')", "x = open('y')"])
def test_a_script_of_python_never_runs(text: str) -> None:
    """A16: what is no assignment becomes a stub that waits; what reaches for Python is refused."""
    body = chain("startEvent s", "scriptTask x", "endEvent e")
    inner = f'<scriptTask id="x" scriptFormat="python"><script>{text}</script></scriptTask>'
    body = body.replace('<scriptTask id="x"/>', inner)

    report = bpmn.check(files(body))

    if report.ok:
        assert [stub.kind for stub in report.stubs] == ["script"]
        assert bpmn.start(compiled(body), {}, NOW).services[0].kind == "stub"
    else:
        assert report.problems[0].code in ("expr.name", "expr.syntax")


@pytest.mark.parametrize(
    "text", ["matches(x, '^(a+)+$')", "x.matches('^(a+)+$')", "re.match('(a+)+', x)", "=matches(x, y)"]
)
def test_regular_expressions_are_not_offered(text: str) -> None:
    """A22."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text).evaluate({"x": "a" * 40, "y": "b", "re": {}})

    assert caught.value.reason == "expr.call"


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "${7*7}", "#{7*7}", "{% raw %}", "T(java.lang.Runtime)", "<script>x</script>"]
)
def test_templates_in_names_are_shown_as_text(text: str) -> None:
    """A23."""
    named = text.replace("&", "&amp;").replace("<", "&lt;")
    process = compiled(GOOD.replace('id="a"', f'id="a" name="{named}"'))

    assert bpmn.start(process, {}, NOW).activities[0].name == text
    assert process.elements["a"].name == text


BIG = list(range(100_000))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (" + ".join(["sum(x)"] * 50), {"x": BIG}),
        (" and ".join(["not (-1 in x)"] * 50), {"x": BIG}),
        (" + ".join(["t"] * 20), {"t": "字" * 9_000}),
        ("t + t", {"t": "字" * 9_000}),
        ("x + x", {"x": BIG}),
        ("n * n * n", {"n": 10**9}),
        ("upper(t)", {"t": "x" * 20_000}),
    ],
)
def test_evaluating_stays_within_steps_size_and_time(text: str, names: dict[str, object]) -> None:
    def evaluate() -> None:
        with pytest.raises(ExpressionError) as caught:
            compile_expression(text).evaluate(names)
        assert caught.value.reason == "expr.budget"

    within(0.25, evaluate)


def test_the_lists_and_texts_of_an_office_are_far_from_the_budget() -> None:
    people = [f"p{number}" for number in range(500)]

    assert compile_expression("'p499' in people and size(people) == 500").evaluate({"people": people}) is True
    process = compiled(GOOD)
    assert opened(bpmn.start(process, {"text": "字" * 200_000}, NOW)) == ["a"]

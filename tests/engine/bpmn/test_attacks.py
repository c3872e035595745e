"""Hostile uploads of reliability.md §4: each is refused with its code, at once, naming the place."""

import ast
import re
from pathlib import Path

import pytest

from engine import bpmn
from engine.errors import InvalidProcess
from tests.engine.bpmn.drawn import HEAD, chain, codes, drawing, flow
from tests.support.effort import within

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
    """A1-A10, S12."""
    assert code in within(1, lambda: codes(content))


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


def test_all_problems_are_told_at_once_with_element_line_and_both_languages() -> None:
    event = "<timerEventDefinition><timeDuration>${9**9}</timeDuration></timerEventDefinition>"
    body = GOOD + flow("x", "a", "a") + '<userTask id="lonely"/>\n<adHocSubProcess id="h"/>'
    body += f'<intermediateCatchEvent id="t">{event}</intermediateCatchEvent><userTask id="a"/>'
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


# attacks that are lines of a table have their number there
TABLES = ("engine/bpmn/test_isolation.py", "forms/test_checking.py", "engine/verbs/test_attachments.py")
NUMBER = re.compile(r"\bA(\d{1,2})(?:(?: to |-)A(\d{1,2}))?\b")


def numbered(path: Path, *, table: bool) -> set[int]:
    """The attacks that tests of a module name: in their names and docstrings, and in the lines of a table."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), set()
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    told = [ast.get_docstring(test) or "" for test in tests if test.name != "test_every_attack_has_a_numbered_test"]
    if table:
        words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        told += [word[:3] for word in words if isinstance(word, str) and re.match(r"A\d\d(\s|$)", word)]
    for first, last in NUMBER.findall("\n".join(told)):
        found |= set(range(int(first), int(last or first) + 1))
    return found | {int(n) for test in tests for n in re.findall(r"_a(\d{1,2})(?=_)", test.name)}


def test_every_attack_has_a_numbered_test() -> None:
    root, named = Path(__file__).parents[2], set()
    for path in root.rglob("test_*.py"):
        named |= numbered(path, table=path.relative_to(root).as_posix() in TABLES)

    assert set(range(1, 97)) - named == set()

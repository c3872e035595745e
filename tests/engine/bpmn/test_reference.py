"""The reference page says what the code does: each element by its status, each function, method, property and code."""

import re
from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn.decisions.model import AGGREGATIONS, MULTIPLE, SINGLE
from engine.bpmn.diagram.catalogue import ERRORS
from engine.bpmn.diagram.decision_texts import DECISIONS
from engine.bpmn.diagram.doubts import WARNINGS
from engine.bpmn.diagram.duties import PROPERTIES
from engine.bpmn.diagram.events import KINDS
from engine.bpmn.diagram.model import NODES
from engine.bpmn.diagram.stubs import JAVA
from engine.bpmn.execution.deciding import MAPPINGS
from engine.bpmn.expressions.evaluator import MAX_STEPS
from engine.bpmn.expressions.feel_functions import FEEL
from engine.bpmn.expressions.functions import FUNCTIONS, METHODS
from engine.bpmn.soundness import MOST_STATES
from tests.engine.bpmn.drawn import chain, drawing, flow

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (REFERENCE / "bpmn.md").read_text(encoding="utf-8")
STATUS = {"supported", "stubbed", "refused"}


def named(name: str, text: str = PAGE) -> bool:
    """Whether a name stands between backticks, alone or with more code around it."""
    return re.search(rf"`[^`\n]*(?<![\w.]){re.escape(name)}(?![\w-])[^`\n]*`", text) is not None


def rows() -> dict[str, str]:
    """The status of each element in the table of elements."""
    found: dict[str, str] = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[2] in STATUS:
            found |= dict.fromkeys(re.findall(r"`(\w+)`", cells[1]), cells[2])
    return found


TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
INSIDE = {
    "subProcess": chain("startEvent si", "endEvent ei"),
    "transaction": chain("startEvent si", "endEvent ei"),
    "intermediateCatchEvent": TIMER,
}
ATTRIBUTES = {"callActivity": 'calledElement="other"'}


def smallest(kind: str) -> bytes:
    """A process with one such element."""
    if kind in ("startEvent", "endEvent"):
        return drawing(chain("startEvent s", "userTask a", "endEvent e"))
    if kind == "boundaryEvent":
        body = chain("startEvent s", "userTask a", "endEvent e") + flow("l", "x", "e")
        return drawing(body + f'<boundaryEvent id="x" attachedToRef="a">{TIMER}</boundaryEvent>')
    if kind == "eventBasedGateway":
        body = chain("startEvent s", "eventBasedGateway x", "receiveTask r", "endEvent e")
        return drawing(body)
    body = chain("startEvent s", f"{kind} x", "endEvent e")
    return drawing(
        body.replace(f'<{kind} id="x"/>', f'<{kind} id="x" {ATTRIBUTES.get(kind, "")}>{INSIDE.get(kind, "")}</{kind}>')
    )


@pytest.mark.parametrize("kind", sorted(NODES))
def test_every_element_has_the_status_the_page_gives_it(kind: str) -> None:
    status = rows()[kind]

    report = bpmn.check({"p.bpmn": smallest(kind)})

    assert report.ok is (status != "refused"), report.problems
    if status == "stubbed":
        assert [stub.element for stub in report.stubs] == ["x"]
    elif report.ok and kind not in ("businessRuleTask", "scriptTask"):  # supported, if they say what we can do
        assert report.stubs == ()


@pytest.mark.parametrize(
    "names",
    [
        KINDS,
        FUNCTIONS.keys(),
        {f".{name}()" for name, _ in METHODS},
        FEEL.keys(),
        PROPERTIES,
        SINGLE | MULTIPLE | AGGREGATIONS,
        MAPPINGS - {"feel"},
        {*JAVA, "topic", "type", "script", "decision", "listener"},
    ],
    ids=["events", "functions", "methods", "feel", "properties", "policies", "mappings", "stubs"],
)  # fmt: skip
def test_every_name_is_on_the_page(names: frozenset[str]) -> None:
    assert sorted(name for name in names if not named(name) and f"`{name}`" not in PAGE) == []


def test_every_code_of_a_finding_is_documented() -> None:
    pages = PAGE + (REFERENCE / "errors.md").read_text(encoding="utf-8")
    codes = {text.code for text in (*ERRORS.values(), *DECISIONS.values(), *WARNINGS.values())} - {"{code}"}

    assert sorted(code for code in codes if f"`{code}`" not in pages) == []


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    assert f"{MAX_STEPS:,} steps" in PAGE
    assert f"{MOST_STATES:,} states" in PAGE

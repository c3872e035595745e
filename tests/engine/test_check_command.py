"""``sanban check`` as somebody at a terminal meets it: every kind of finding, the way there, JSON, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.bpmn.expressions import office, settle
from engine.cli import main
from tests.engine.bpmn.drawn import chain, drawing, flow

HURRIED = drawing(
    '<startEvent id="s"/><userTask id="sign" name="签发"/><userTask id="read" name="核稿"/><exclusiveGateway id="g"/>'
    '<userTask id="a"/><parallelGateway id="join"/><userTask id="never"/><endEvent id="e"/><exclusiveGateway id="m"/>'
    '<userTask id="round"/><serviceTask id="pay" camunda:class="com.example.Pay"/>'
    + flow("f1", "s", "sign") + flow("f2", "sign", "read") + flow("f3", "read", "g")
    + flow("f4", "g", "a", "${x == 1}") + flow("f5", "g", "join", "${x == 2}") + flow("f6", "g", "m", "${x == 3}")
    + flow("f7", "a", "join") + flow("f8", "join", "never") + flow("f9", "never", "e")
    + flow("f10", "m", "round") + flow("f11", "round", "pay") + flow("f12", "pay", "m")
)  # fmt: skip
RULES = """
[[sequence]]
code = "order.own"
name = "先签后核"
[[sequence.step]]
name = "核稿"
words = ["核稿"]
[[sequence.step]]
name = "签发"
words = ["签发"]
"""


def check(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], env=environment)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "hurried.bpmn"
    path.write_bytes(HURRIED)
    return path


@pytest.fixture(scope="module")
def told(file: Path) -> dict[str, Any]:
    """The report as JSON."""
    result = check(str(file), "--json")
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    ("code", "element", "trace"),
    [
        ("soundness.deadlock", "join", ["s", "sign", "read", "g", "join"]),
        ("soundness.never_offered", "never", None),
        ("soundness.no_way_out", "m", None),
        ("bpmn.no_default", "g", ["s", "sign", "read", "g"]),
        ("order.issue", "sign", ["s", "sign"]),
        ("no_performer", "a", []),
        ("no_form", "a", []),
        ("no_limit", "a", []),
    ],
)
def test_each_kind_of_doubt_is_told_on_its_element_with_the_way_there(
    told: dict[str, Any], code: str, element: str, trace: list[str] | None
) -> None:
    found = [w for w in told["warnings"] if (w["code"], w["element"]) == (code, element)]

    assert found, [(w["code"], w["element"], w["trace"]) for w in told["warnings"]]
    assert all(found[0][key] for key in ("message_zh", "message_en", "line"))
    elements = [step for step in found[0]["trace"] if not step.startswith("f")]
    assert elements == trace if trace is not None else elements[0] == "s"


def test_words_for_the_terminal_hold_the_same(file: Path) -> None:
    result = check(str(file))

    assert result.exit_code == 0
    assert "[soundness.deadlock]" in result.stdout
    assert "s → sign → read → g" in result.stdout
    assert "com.example.Pay" in result.stdout
    assert f"{file}: ok" in result.stdout


def test_a_file_that_cannot_run_ends_with_one_and_the_others_are_told_too(file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(drawing(chain("startEvent s", "userTask a", "endEvent e") + flow("loose", "a", "nowhere")))

    result = check(str(broken), str(file))

    assert result.exit_code == 1
    assert f"{broken}: refused" in result.stdout
    assert f"{file}: ok" in result.stdout
    assert "[bpmn.flow]" in result.stdout


def test_a_house_brings_rules_of_its_own(file: Path, tmp_path: Path) -> None:
    rules = tmp_path / "order.toml"
    rules.write_text(RULES, encoding="utf-8")
    codes = {
        w["code"] for w in json.loads(check(str(file), "--json", SANBAN_ORDER_RULES=str(rules)).stdout)["warnings"]
    }
    assert "order.own" in codes
    assert "order.issue" not in codes

    rules.write_text("[[sequence]]", encoding="utf-8")
    refused = check(str(file), SANBAN_ORDER_RULES=str(rules))
    assert refused.exit_code == 1
    assert "order.invalid" in refused.output
    gone = check(str(file), SANBAN_ORDER_RULES=str(tmp_path / "gone.toml"))
    assert "order.invalid" in gone.output


def test_the_setting_says_who_reads_feel(tmp_path: Path) -> None:
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "endEvent e")
    path = tmp_path / "feel.bpmn"
    path.write_bytes(drawing(body.replace(flow("g_a", "g", "a"), flow("g_a", "g", "a", "=n instance of number"))))
    before = office()

    try:
        refused, read = check(str(path)), check(str(path), SANBAN_FEEL="feelin")
    finally:
        settle(before)

    assert (refused.exit_code, read.exit_code) == (1, 0)
    assert "expr.syntax" in refused.stdout

"""Decision tables: cells, hit policies, what a business rule task makes of the answer, and what is refused."""

from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.decisions import Decision, decide
from engine.bpmn.diagram.decision_tables import check_requirements, read_decisions
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.source import parse
from engine.bpmn.expressions import compile_test, passes
from engine.errors import ExpressionError
from tests.engine.bpmn import feel_page
from tests.engine.bpmn.drawn import NOW, chain, drawing, opened

pytestmark = pytest.mark.usefixtures("both_engines")

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def cells(tag: str, texts: list[str]) -> str:
    return "".join(f"<{tag}><text><![CDATA[{text}]]></text></{tag}>" for text in texts)


def table(
    rules: list[str], *, policy: str = "", inputs: str = "amount", outputs: str = "level", more: str = "",
    name: str = "d", values: str = "", default: str = "",
) -> str:  # fmt: skip
    """A decision; a rule is ``test | test => result | result``."""
    columns = "".join(f'<input id="{name}_in_{n}">{cells("inputExpression", [text.strip()])}</input>'
                      for n, text in enumerate(inputs.split("|")))  # fmt: skip
    listed = cells("outputValues", [values]) if values else ""
    listed += cells("defaultOutputEntry", [default]) if default else ""
    columns += "".join(f'<output name="{output.strip()}">{listed}</output>' for output in outputs.split("|"))
    lines = ""
    for number, rule in enumerate(rules, start=1):
        tests, _, results = rule.partition("=>")
        parts = cells("inputEntry", [t.strip() for t in tests.split("|")])
        lines += (
            f'<rule id="{name}_r{number}">{parts}{cells("outputEntry", [r.strip() for r in results.split("|")])}</rule>'
        )
    chosen = f' hitPolicy="{policy.replace("<", "&lt;")}"' if policy else ""
    return (
        f'<decision id="{name}" name="{name}">{more}<decisionTable{chosen}>{columns}{lines}</decisionTable></decision>'
    )


def dmn(*decisions: str, namespace: str = NAMESPACE) -> bytes:
    """A DMN file."""
    return f'<definitions xmlns="{namespace}" id="x" name="x" namespace="t">{"".join(decisions)}</definitions>'.encode()


def read(content: bytes) -> tuple[dict[str, Decision], Findings]:
    """The decisions of a file, and what was found."""
    findings = Findings()
    root = parse("t.dmn", content, findings)
    decisions = read_decisions(root, "t.dmn", {}, findings) if root is not None else {}
    check_requirements(decisions, findings)
    return decisions, findings


def answer(drawn: str, **names: object) -> object:
    """What the decision ``d`` says."""
    decisions, findings = read(dmn(drawn))
    assert findings.problems == []
    return decide(decisions, "d", names).value


@pytest.mark.parametrize(
    ("cell", "fits", "fails"),
    [
        ("-", [1, None, "x"], []),
        ("", [1, None], []),
        ('"急"', ["急"], ["平", None]),
        ('"急", "特急"', ["急", "特急"], ["平"]),
        ('not("急", "特急")', ["平", None], ["急"]),
        ("5", [5, "5", 5.0], [6, "x", None]),
        ("> 5000", [5001, "6000"], [5000, None]),
        ("<= 5000", [5000], [5001]),
        ("!= 5", [6], [5]),
        ("[1..5]", [1, 5, 3.5], [0, 6, None]),
        ("(1..5)", [2], [1, 5]),
        ("]1..5[", [2], [1, 5]),
        ("[1.5..2.5)", [1.5, 2], [2.5]),
        ("[limit..limit + 10]", [100, 110], [99, 111]),
        ("< limit", [99], [100]),
        ("limit", [100], [99]),
        ("allowed", ["a", "b"], ["c"]),
        ('["x", "y"]', ["x"], ["z"]),
        ("true", [True, "true"], [False, None]),
        ("false", [False], [True]),
        ("null", [None], [1]),
        ("? > 5 and ? < 10", [6], [5, 10]),
        ('starts with(?, "华远")', ["华远发"], ["发"]),
        ('ends with(?, "号") or ? = "无"', ["3号", "无"], ["3"]),
        ("string length(?) > 2", ["abc"], ["a"]),
        ("< 5, > 10, 7", [4, 11, 7], [6]),
        ('> date("2026-05-01")', ["2026-05-02", "2026-05-01T09:00"], ["2026-04-30"]),
        ('[date("2026-01-01")..date("2026-12-31")]', ["2026-06-01"], ["2027-01-01"]),
        ("-5", [-5], [5]),
        ('"-"', ["-"], ["x"]),
    ],
)  # fmt: skip
def test_a_cell_names_the_values_that_pass(
    cell: str, fits: list[object], fails: list[object], both_engines: str
) -> None:
    test = compile_test(cell)
    names = {"limit": 100, "allowed": ["a", "b"]}
    wanted = [*((value, True) for value in fits), *((value, False) for value in fails)]

    for value, fit in wanted:
        assert passes(test, value, names) is feel_page.fits(cell, value, both_engines, fit), value


RULES = ["> 10 => 'a'", "> 100 => 'b'", "> 1000 => 'a'"]


@pytest.mark.parametrize(
    ("policy", "amount", "expected"),
    [
        ("", 50, "a"),
        ("UNIQUE", 5, None),
        ("FIRST", 500, "a"),
        ("F", 5000, "a"),
        ("COLLECT", 500, ["a", "b"]),
        ("COLLECT", 5, []),
        ("RULE ORDER", 5000, ["a", "b", "a"]),
        ("OUTPUT ORDER", 5000, ["b", "a", "a"]),
        ("PRIORITY", 5000, "b"),
        ("ANY", 50, "a"),
        ('COLLECT" aggregation="COUNT', 5000, 3),
        ('COLLECT" aggregation="COUNT', 5, 0),
    ],
)
def test_the_hit_policy_chooses_among_the_rules_that_fit(policy: str, amount: int, expected: object) -> None:
    assert answer(table(RULES, policy=policy, values='"b", "a"'), amount=amount) == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30)])
def test_numbers_are_aggregated(aggregation: str, expected: int) -> None:
    rules = ["> 10 => 10", "> 100 => amount / 25", "> 1000 => 30", "> 9000 => 99"]
    rules[1] = "> 100 => 20"

    drawn = table(rules, policy=f'COLLECT" aggregation="{aggregation}')

    assert answer(drawn, amount=5000) == expected
    assert answer(drawn, amount=1) is None


@pytest.mark.parametrize(("policy", "code"), [("UNIQUE", "dmn.not_unique"), ("ANY", "dmn.not_same")])
def test_rules_that_contradict_each_other_are_named(policy: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        answer(table(RULES, policy=policy), amount=500)

    assert caught.value.reason == code
    assert "d_r1, d_r2" in caught.value.message_zh


def test_rules_that_agree_may_overlap_when_any_will_do() -> None:
    assert answer(table(["> 10 => 'a'", "> 100 => 'a'"], policy="ANY"), amount=500) == "a"


def test_a_default_answers_when_no_rule_fits() -> None:
    assert answer(table(RULES, default='"平"'), amount=5) == "平"


def test_several_inputs_and_outputs_make_a_record() -> None:
    rules = ['"急" | [0..100] => "部门" | 1', '- | > 100 => "集团" | 2 * factor']
    drawn = table(rules, inputs="urgency | amount * 2", outputs="who | days")

    assert answer(drawn, urgency="平", amount=100, factor=3) == {"who": "集团", "days": 6}
    assert answer(drawn, urgency="急", amount=50, factor=3) == {"who": "部门", "days": 1}


def test_a_decision_takes_the_answers_of_those_it_requires() -> None:
    needs = '<informationRequirement><requiredDecision href="#risk"/></informationRequirement>'
    first = table(["> 100 => 'high'", "<= 100 => 'low'"], name="risk", outputs="risk")
    text = (
        '<decision id="text" name="text"><informationRequirement><requiredDecision href="#d"/></informationRequirement>'
    )
    text += '<literalExpression><text>"由" + d</text></literalExpression></decision>'
    decisions, findings = read(
        dmn(first, table(['"high" => "董事长"', '"low" => "部门"'], inputs="risk", more=needs), text)
    )

    assert findings.problems == []
    assert decide(decisions, "text", {"amount": 500}).value == "由董事长"


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        NAMESPACE,
    ],
)
def test_older_versions_of_the_standard_are_read_alike(namespace: str) -> None:
    decisions, _ = read(dmn(table(RULES), namespace=namespace))

    assert decide(decisions, "d", {"amount": 50}).value == "a"


@pytest.mark.parametrize(
    ("drawn", "code", "element"),
    [
        (table(RULES, policy="BEST"), "dmn.hit_policy", "d"),
        (table(["> 10 | 5 => 'a'"]), "dmn.columns", "d_r1"),
        (table(["> 10 => 'a' | 'b'"]), "dmn.columns", "d_r1"),
        (table(RULES, policy="PRIORITY"), "dmn.no_order", "d"),
        (table(RULES, policy='UNIQUE" aggregation="SUM'), "dmn.aggregation", "d"),
        (table(RULES, policy='COLLECT" aggregation="MEDIAN'), "dmn.aggregation", "d"),
        (table(["1 => 1 | 2"], policy='COLLECT" aggregation="SUM', outputs="a | b"), "dmn.aggregation", "d"),
        (table(["1 => 1 | 2"], outputs="a | a"), "dmn.twin_outputs", "d"),
        (table(RULES, inputs=""), "dmn.no_input", "d_in_0"),
        ('<decision id="d"><decisionTable/></decision>', "dmn.no_output", "d"),
        ('<decision id="d"/>', "dmn.empty", "d"),
        ('<decision id="d"><context/></decision>', "dmn.unsupported", "d"),
        ('<businessKnowledgeModel id="k"/>', "dmn.unsupported", "k"),
        (table(RULES) + table(RULES), "bpmn.bad_id", "d"),
        (table([f"{n} => {n}" for n in range(10_001)]), "dmn.too_big", "d"),
        (table(RULES, more='<informationRequirement><requiredDecision href="#d"/></informationRequirement>'),
         "dmn.circle", "d"),
        (table(["> => 1"]), "expr.syntax", "d_r1"),
        (table(["__import__('os').system('id') => 1"]), "expr.name", "d_r1"),
        (table(["1 => ().__class__.__base__"]), "expr.attribute", "d_r1"),
        (table(["1 => 9 ** 9 ** 9"]), "expr.budget", "d_r1"),
        (table(["1 => bean.work()"]), "expr.call", "d_r1"),
        (table(RULES, inputs="x.__globals__"), "expr.attribute", "d_in_0"),
    ],
)  # fmt: skip
def test_a_bad_table_is_a_problem_that_names_its_place(drawn: str, code: str, element: str) -> None:
    files = {"p.bpmn": drawing(chain("startEvent s", "userTask a", "endEvent e")), "t.dmn": dmn(drawn)}

    problems = bpmn.check(files).problems

    assert (code, element) in [(problem.code, problem.element) for problem in problems]
    assert all(
        p.file == "t.dmn" and p.line and p.message_zh != p.message_en for p in problems if p.code != "dmn.circle"
    )


@pytest.mark.parametrize("both_engines", ["subset"], indirect=True)  # feelin reads it, and nothing ever fits
def test_a_comparison_of_a_comparison_is_refused_by_our_own_reader() -> None:
    _, findings = read(dmn(table(["> > 5 => 1"])))

    assert [(p.code, p.element) for p in findings.problems] == [("expr.syntax", "d_r1")]


@pytest.mark.parametrize("content", [b"<definitions/>", drawing(chain("startEvent s", "endEvent e"))])
def test_a_file_that_is_no_dmn_is_refused(content: bytes) -> None:
    files = {"p.bpmn": drawing(chain("startEvent s", "endEvent e")), "t.dmn": content}

    assert [problem.code for problem in bpmn.check(files).problems] == ["dmn.not_dmn"]


def with_rule(attributes: str, *decisions: str, inner: str = "") -> dict[str, bytes]:
    """A process with a business rule task and its tables."""
    body = chain("startEvent s", "businessRuleTask r", "userTask a", "endEvent e")
    body = body.replace(
        '<businessRuleTask id="r"/>', f'<businessRuleTask id="r" {attributes}>{inner}</businessRuleTask>'
    )
    return {"p.bpmn": drawing(body), "t.dmn": dmn(*decisions)}


ONE = table(["> 100 => '集团'", "<= 100 => '部门'"], outputs="who")
TWO = table(["> 100 => '集团' | 3", "> 10 => '部门' | 1"], outputs="who | days", policy="COLLECT")


@pytest.mark.parametrize(
    ("drawn", "mapping", "expected"),
    [
        (ONE, "singleEntry", "集团"),
        (ONE, "singleResult", {"who": "集团"}),
        (ONE, "collectEntries", ["集团"]),
        (ONE, "", [{"who": "集团"}]),
        (TWO, "resultList", [{"who": "集团", "days": 3}, {"who": "部门", "days": 1}]),
        (TWO, "singleResult", "dmn.mapping"),
        (TWO, "collectEntries", "dmn.mapping"),
    ],
)
def test_a_business_rule_task_evaluates_its_decision(drawn: str, mapping: str, expected: Any) -> None:
    how = f' camunda:mapDecisionResult="{mapping}"' if mapping else ""
    process = bpmn.compile(with_rule('camunda:decisionRef="d" camunda:resultVariable="found"' + how, drawn))

    if expected == "dmn.mapping":
        with pytest.raises(ExpressionError) as caught:
            bpmn.start(process, {"amount": 500}, NOW)
        assert caught.value.reason == expected
        return
    step = bpmn.start(process, {"amount": 500}, NOW)

    assert opened(step) == ["a"]
    assert step.variables["found"] == expected


def test_without_a_result_variable_the_outputs_become_variables() -> None:
    process = bpmn.compile(with_rule('camunda:decisionRef="${table}"', ONE))

    step = bpmn.start(process, {"amount": 5, "table": "d"}, NOW)

    assert step.variables["who"] == "部门"
    with pytest.raises(ExpressionError) as caught:
        bpmn.start(process, {"amount": 5, "table": "other"}, NOW)
    assert caught.value.reason == "dmn.missing"


def test_a_decision_of_camunda_eight_answers_as_feel_does() -> None:
    called = '<extensionElements><zeebe:calledDecision decisionId="d" resultVariable="found"/></extensionElements>'
    process = bpmn.compile(with_rule("", ONE, inner=called))

    assert bpmn.start(process, {"amount": 5}, NOW).variables["found"] == "部门"


def test_a_decision_that_is_not_among_the_files_waits_to_be_bound() -> None:
    process = bpmn.compile(with_rule('camunda:decisionRef="other" camunda:resultVariable="x"', ONE))

    (service,) = bpmn.start(process, {}, NOW).services

    assert (service.element, service.kind) == ("r", "businessRule")


def test_an_unknown_mapping_is_refused() -> None:
    files = with_rule('camunda:decisionRef="d" camunda:resultVariable="x" camunda:mapDecisionResult="best"', ONE)

    assert [problem.code for problem in bpmn.check(files).problems] == ["dmn.mapping"]

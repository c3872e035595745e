"""Money is read in one way: what a form and a diagram say about two amounts is what decimal numbers say."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from engine import bpmn
from engine.bpmn.expressions import compile_expression, compile_test, passes
from engine.runtime import evaluate
from forms import Amount
from tests.support.clock import shanghai
from tests.support.memo import diagram, end, flow, task

FAST = settings(max_examples=200)
MONEY = st.decimals(0, 10**12, places=2).map(lambda d: f"{d:.2f}") | st.sampled_from(
    ["0.00", "0.10", "0.20", "0.30", "9.00", "10.00", "100.00", "99999.99", "100000.00"]
)
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
FORM = forms.read_form(
    """
title = "采购"
[[field]]
id = "a"
type = "money"
label = "甲"
[[field]]
id = "b"
type = "money"
label = "乙"
[[field]]
id = "lines"
type = "rows"
label = "明细"
fields = [{ id = "p", type = "money", label = "价" }]
""",
    "buying",
)
GATE = bpmn.compile(
    {
        "g.bpmn": diagram(
            "g",
            '<bpmn:startEvent id="Begin" />',
            '<bpmn:exclusiveGateway id="Split" default="F_Split_Low" />',
            task("High", "高", performer="initiator()", limit="none"),
            task("Low", "低", performer="initiator()", limit="none"),
            end("Done"),
            flow("Begin", "Split"),
            flow("Split", "High", "${a > b}"),
            flow("Split", "Low"),
            flow("High", "Done"),
            flow("Low", "Done"),
        )
    }
)


def value(text: str, **names: Any) -> Any:
    return compile_expression(text).evaluate(names)


@FAST
@given(MONEY, MONEY, st.sampled_from(sorted(ORDER)))
def test_amounts_compare_as_the_numbers_they_spell(a: str, b: str, sign: str) -> None:
    wanted = ORDER[sign](Decimal(a), Decimal(b))

    assert value(f"a {sign} b", a=Amount(a), b=Amount(b)) is wanted
    assert value(f"a {sign} {b}", a=Amount(a)) is wanted
    assert value(f"a {sign} b", a=Amount(a), b=b) is wanted  # money beside a text, as another process hands it over


@FAST
@given(MONEY, MONEY)
def test_sums_and_products_are_exact_to_the_cent(a: str, b: str) -> None:
    total, names = Decimal(a) + Decimal(b), {"a": Amount(a), "b": Amount(b)}

    assert value(f"a + b == {total}", **names) is True
    assert value(f"sum(a, b) == {total}", **names) is True
    assert value(f"a + b - b == {a}", **names) is True
    assert value("a * 0.1 * 10 == a", **names) is True
    assert value("max(a, b) >= min(a, b)", **names) is True


@FAST
@given(MONEY, MONEY)
def test_form_and_diagram_read_the_same_amounts(a: str, b: str) -> None:
    data = {"a": a, "b": b, "lines": [{"p": a}, {"p": b}]}

    for condition in ("a > b", "a == b", "a + b >= 100", "lines[0].p > lines[1].p"):
        seen_by_form = evaluate(condition, forms.variables(FORM, data))
        seen_by_diagram = evaluate(condition, data | forms.amounts(FORM, data))
        assert seen_by_form is seen_by_diagram


@FAST
@given(MONEY, MONEY)
def test_core_takes_the_way_that_the_numbers_say_and_keeps_the_text(a: str, b: str) -> None:
    step = bpmn.start(GATE, forms.amounts(FORM, {"a": a, "b": b}), shanghai("2026-03-09 09:00"))

    assert [activity.element for activity in step.activities] == ["High" if Decimal(a) > Decimal(b) else "Low"]
    assert (step.variables["a"], step.variables["b"]) == (a, b)


@FAST
@given(MONEY, MONEY, MONEY)
def test_cells_of_decision_tables_read_amounts_too(amount: str, low: str, high: str) -> None:
    low, high = sorted((low, high), key=Decimal)

    inside = passes(compile_test(f"[{low}..{high}]"), Amount(amount), {})

    assert inside is (Decimal(low) <= Decimal(amount) <= Decimal(high))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x + y == 0.3", True),
        ("x + y", 0.3),
        ("a + b", 19),
        ("a % 4", 1),
        ("-a % 4", 3),
        ("'合计' + a", "合计9.00"),
        ("a in [9, 12]", True),
        ("not empty a", True),
        ("a and true", True),
        ("a", "9.00"),
        ("'01' == '1'", False),  # no money: texts stay texts
        ("'9' > '10'", True),
    ],
)
def test_an_amount_is_a_number_in_reckoning_and_a_text_on_paper(text: str, wanted: Any) -> None:
    names = {"a": Amount("9.00"), "b": Amount("10.00"), "x": Amount("0.10"), "y": Amount("0.20")}

    assert value(text, **names) == wanted

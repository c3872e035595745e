"""What each hit policy of DMN makes of the rules that fit: overlaps, none, priorities, several outputs, and errors."""

import pytest

from engine.errors import ExpressionError
from tests.engine.bpmn.test_decisions import answer, dmn, read, table

pytestmark = pytest.mark.usefixtures("both_engines")

SHORT = ["U", "A", "P", "F", "R", "O", "C"]
LONG = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
# three rules that overlap more the larger the amount is, and one for another urgency
ONE = ["> 10 => '乙'", "> 100 => '甲'", "> 1000 => '乙'"]
SAME = ["> 10 => '甲'", "> 100 => '甲'"]
NUMBERS = ["> 10 => 10", "> 100 => 30", "> 1000 => 20.5", "> 5000 => null"]
TWO = ["> 10 => '乙' | 3", "> 100 => '甲' | 5", "> 1000 => '甲' | 1"]
DAYS = ["> 10 => '2026-03-09T02:00:00+08:00'", "> 100 => '2026-03-08T19:00:00Z'"]
CENTS = ["> 10 => 0.1", "> 100 => 0.2"]


@pytest.mark.parametrize(
    ("policy", "amount", "expected"),
    [
        # none fits
        ("U", 1, None), ("A", 1, None), ("P", 1, None), ("F", 1, None), ("R", 1, []), ("O", 1, []), ("C", 1, []),
        ("C+", 1, None), ("C<", 1, None), ("C>", 1, None), ("C#", 1, 0),
        # one fits
        ("U", 50, "乙"), ("A", 50, "乙"), ("P", 50, "乙"), ("F", 50, "乙"), ("R", 50, ["乙"]), ("O", 50, ["乙"]),
        ("C", 50, ["乙"]), ("C#", 50, 1),
        # several fit
        ("P", 500, "甲"), ("P", 5000, "甲"), ("F", 500, "乙"), ("F", 5000, "乙"), ("R", 5000, ["乙", "甲", "乙"]),
        ("O", 5000, ["甲", "乙", "乙"]), ("C", 5000, ["乙", "甲", "乙"]), ("C#", 5000, 3),
        ("C<", 5000, "乙"), ("C>", 5000, "甲"),
    ],
)  # fmt: skip
def test_one_output(policy: str, amount: int, expected: object) -> None:
    assert answer(table(ONE, policy=policy, values='"甲", "乙"'), amount=amount) == expected


@pytest.mark.parametrize(
    ("rules", "policy", "amount", "expected"),
    [
        (SAME, "A", 500, "甲"), (SAME, "C#", 500, 2),
        (NUMBERS, "C+", 50, 10), (NUMBERS, "C+", 500, 40), (NUMBERS, "C+", 5000, 60.5), (NUMBERS, "C+", 9000, 60.5),
        (NUMBERS, "C<", 9000, 10), (NUMBERS, "C>", 9000, 30), (NUMBERS, "C#", 9000, 3), (CENTS, "C+", 500, 0.3),
        (["> 10 => amount", "> 100 => '30'"], "C+", 500, 530), (["> 10 => -1", "> 100 => '-2'"], "C<", 500, "-2"),
        (DAYS, "C<", 500, "2026-03-09T02:00:00+08:00"), (DAYS, "C>", 500, "2026-03-08T19:00:00Z"),
    ],
)  # fmt: skip
def test_collected_values(rules: list[str], policy: str, amount: int, expected: object) -> None:
    assert answer(table(rules, policy=policy), amount=amount) == expected


@pytest.mark.parametrize(
    ("policy", "amount", "expected"),
    [
        ("U", 50, {"who": "乙", "days": 3}), ("A", 50, {"who": "乙", "days": 3}), ("F", 5000, {"who": "乙", "days": 3}),
        ("P", 500, {"who": "甲", "days": 5}), ("P", 5000, {"who": "甲", "days": 1}), ("P", 1, None),
        ("R", 500, [{"who": "乙", "days": 3}, {"who": "甲", "days": 5}]),
        ("O", 5000, [{"who": "甲", "days": 1}, {"who": "甲", "days": 5}, {"who": "乙", "days": 3}]),
        ("C", 500, [{"who": "乙", "days": 3}, {"who": "甲", "days": 5}]), ("C", 1, []),
    ],
)  # fmt: skip
def test_several_outputs_are_ranked_by_the_first_column_first(policy: str, amount: int, expected: object) -> None:
    drawn = table(TWO, policy=policy, outputs="who | days")
    ranked = drawn.replace(
        '<output name="who">', '<output name="who"><outputValues><text>"甲","乙"</text></outputValues>'
    )
    ranked = ranked.replace(
        '<output name="days">', '<output name="days"><outputValues><text>1,3,5</text></outputValues>'
    )

    assert answer(ranked, amount=amount) == expected


@pytest.mark.parametrize("policy", ["P", "O"])
def test_what_the_list_does_not_name_comes_last_and_equals_keep_their_order(policy: str) -> None:
    rules = ["> 1 => '丙' | 1", "> 2 => null | 2", "> 3 => '乙' | 3", "> 4 => '乙' | 4"]
    drawn = table(rules, policy=policy, outputs="who | line")
    ranked = drawn.replace(
        '<output name="who">', '<output name="who"><outputValues><text>"甲","乙"</text></outputValues>'
    )

    found = answer(ranked, amount=9)

    lines = [row["line"] for row in found] if isinstance(found, list) else found["line"]  # type: ignore[index]
    assert lines == ([3, 4, 1, 2] if policy == "O" else 3)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(p, "平") for p in "UAPF"] + [(p, ["平"]) for p in "ROC"] + [("C#", 1), ("C<", "平")],
)  # fmt: skip
def test_a_default_answers_under_every_policy_when_no_rule_fits(policy: str, expected: object) -> None:
    assert answer(table(ONE, policy=policy, values='"甲", "乙", "平"', default='"平"'), amount=1) == expected


@pytest.mark.parametrize(
    ("rules", "policy", "outputs", "code"),
    [
        (ONE, "U", "a", "dmn.not_unique"), (SAME, "U", "a", "dmn.not_unique"), (ONE, "A", "a", "dmn.not_same"),
        (["> 10 => 1", "> 100 => true"], "A", "a", "dmn.not_same"),
        (["> 10 => 1 | 2", "> 100 => 1 | 3"], "A", "a | b", "dmn.not_same"),
        (ONE, "C+", "a", "dmn.no_aggregate"), (["> 10 => [1]"], "C+", "a", "dmn.no_aggregate"),
        (["> 10 => true"], "C+", "a", "dmn.no_aggregate"),
        (["> 10 => 1", "> 100 => 'x'"], "C<", "a", "dmn.no_aggregate"),
        (["> 10 => {a: 1}", "> 100 => {a: 2}"], "C>", "a", "dmn.no_aggregate"),
        (["> 10 => 900000000000000000", "> 100 => 900000000000000000"], "C+", "a", "dmn.no_aggregate"),
        (["> missing => 1"], "F", "a", "expr.unknown_variable"),
        (["> 10 => missing"], "C", "a", "expr.unknown_variable"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said(rules: list[str], policy: str, outputs: str, code: str) -> None:
    drawn = table(rules, policy=policy, outputs=outputs)

    with pytest.raises(ExpressionError) as caught:
        answer(drawn, amount=500)
    assert caught.value.reason == code
    assert "“d”" in caught.value.message_zh or code.startswith("expr.")


@pytest.mark.parametrize(("short", "long"), list(zip(SHORT, LONG, strict=True)))
def test_the_short_names_of_the_standard_mean_the_same(short: str, long: str) -> None:
    rules, values = ["> 10 => '乙'", "<= 10 => '甲'"], '"甲", "乙"'

    assert answer(table(rules, policy=short, values=values), amount=50) == answer(
        table(rules, policy=long, values=values), amount=50
    )


@pytest.mark.parametrize(
    ("policy", "outputs", "code"),
    [
        ("C+", "a | b", "dmn.aggregation"), ("C*", "a", "dmn.hit_policy"), ("U+", "a", "dmn.hit_policy"),
        ("P", "a", "dmn.no_order"), ("O", "a", "dmn.no_order"), ('C+" aggregation="MIN', "a", "dmn.aggregation"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_is_refused_when_it_is_deployed(policy: str, outputs: str, code: str) -> None:
    results = " | ".join(["1"] * len(outputs.split("|")))

    _, findings = read(dmn(table([f"> 1 => {results}"], policy=policy, outputs=outputs)))

    assert code in [problem.code for problem in findings.problems]

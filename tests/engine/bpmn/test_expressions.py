"""The expression language: what it understands, and what it says when it cannot."""

import pytest

from engine.bpmn.expressions import compile_expression, compile_script, compile_template
from engine.errors import ExpressionError

pytestmark = pytest.mark.usefixtures("both_engines")

DATA = {
    "amount": 6000,
    "dept": "研发部",
    "请假天数": 5,
    "people": ["张三", "李四"],
    "row": {"amt": 3, "who": {"name": "王五"}},
    "text": "6000",
    "no": "false",
    "nothing": None,
    "outcome": "approve",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${amount > 5000 && dept == '研发部'}", True),
        ("#{amount gt 5000 and not empty dept}", True),
        ("=amount > 5000 and dept = \"研发部\"", True),
        ("请假天数 > 3 or amount < 10", True),
        ("=if 请假天数 > 3 then \"长\" else \"短\"", "长"),
        ("${请假天数 > 3 ? '长' : '短'}", "长"),
        ("'长' if 请假天数 > 3 else '短'", "长"),
        ("${people.size() == 2}", True),
        ("${people.contains('张三')}", True),
        ("'李四' in people", True),
        ("'王五' not in people", True),
        ("people[0]", "张三"),
        ("people[-1]", "李四"),
        ("=people[1]", "张三"),
        ("${row.amt + 1}", 4),
        ("${row.getWho().name}", "王五"),
        ("row['who'].name", "王五"),
        ("sum([1, row.amt, 2.5])", 6.5),
        ("=count(people) + max(1, 7)", 9),
        ("${text > 5000}", True),
        ("text == 6000", True),
        ("${!no}", True),
        ("no == false", True),
        ("not no and not nothing", True),
        ("empty nothing", True),
        ("${outcome != 'refuse'}", True),
        ("=请假天数 between 1 and 5", True),
        ("=not(amount > 10000)", True),
        ("1 < 请假天数 < 9", True),
        ("-amount + 1", -5999),
        ("10 mod 3 + 9 div 3", 4),
        ("${dept}的${people[0]}", "研发部的张三"),
        ("'a' + 'b'", "ab"),
        ("'第' + 3", "第3"),
        ("upper('ab') == 'AB'", True),
        ("dept.equalsIgnoreCase('研发部')", True),
        ("null == nothing", True),
        ("${execution.getVariable('amount') > 5000}", True),
        ("${execution.getVariable('missing') == null}", True),
        ("${execution.hasVariable('missing')}", False),
        ("${variables:equals(dept, '研发部')}", True),
        ("${vars:eq('dept', '行政部')}", False),
        ("${var:gte(amount, 6000) && !var:exists(missing)}", True),
        ("${variables:getOrDefault(missing, 7)}", 7),
        ("${variables:contains(people, '张三', '李四')}", True),
        ("${variables:containsAny(people, '张三', '王五')}", True),
        ("${variables:isEmpty(missing)}", True),
        ("${people.size() > 1 ? var:get(amount) : 0}", 6000),
        ("${amount > 1 ? dept : size(people)}", "研发部"),
        ("=starts with(dept, \"研发\") and string length(dept) = 3", True),
    ],
)  # fmt: skip
def test_the_three_spellings_mean_what_people_expect(text: str, value: object) -> None:
    assert compile_expression(text).evaluate(DATA) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${missing == 1}", "expr.unknown_variable"),
        ("row.nothing", "expr.unknown_variable"),
        ("dept.name", "expr.failed"),
        ("people[9]", "expr.failed"),
        ("amount / 0", "expr.failed"),
        ("dept > 3", "expr.failed"),
        ("dept * 2", "expr.failed"),
        ("unknown(1)", "expr.call"),
        ("${bean.check(amount)}", "expr.call"),
        ("${vars:frobnicate(amount)}", "expr.call"),
        ("${execution.setVariable('a', 1)}", "expr.call"),
        ("${execution.getVariable('__class__')}", "expr.call"),
        ("amount * 1000000000 * 1000000000", "expr.budget"),
        ("dept and true", "expr.failed"),
    ],
)
def test_what_cannot_be_evaluated_says_why(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text).evaluate(DATA)

    assert caught.value.reason == code
    assert caught.value.message_zh


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("${amount > limit}").evaluate(DATA)

    assert caught.value.name == "limit"


def test_functions_of_the_caller_are_called_and_reported() -> None:
    rule = compile_expression("post('hegao') if amount > 5000 else dept_head(initiator)")

    assert rule.functions == {"post", "dept_head"}
    assert rule.names == {"amount", "initiator"}
    assert rule.evaluate(DATA, {"post": lambda name: [name]}) == ["hegao"]


def test_a_variable_cannot_take_the_place_of_a_function() -> None:
    assert compile_expression("len(people)").evaluate({**DATA, "len": lambda _: 99}) == 2


def test_a_text_without_mark_stands_for_itself_in_a_template() -> None:
    assert compile_template("PT2H").evaluate({}) == "PT2H"
    assert compile_template("${hours}").evaluate({"hours": "PT3H"}) == "PT3H"


def test_texts_cannot_be_grown_without_limit() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("a + a").evaluate({"a": "x" * 9_000})

    assert caught.value.reason == "expr.budget"


def test_a_script_is_a_list_of_assignments() -> None:
    script = compile_script("# 计算\ntotal = amount * 2; note = 'a;b'\n\nok = total > 10")

    assert [assignment.name for assignment in script] == ["total", "note", "ok"]
    assert script[1].value.evaluate({}) == "a;b"
    for wrong in ("print(1)", "x == 1", "_x = 1", "x = y = 1", "import os"):
        with pytest.raises(ExpressionError):
            compile_script(wrong)

"""What a submission may hold, and what is said about the rest."""

from collections.abc import Callable
from typing import Any

import pytest

import forms
from tests.support.effort import within

Check = Callable[..., forms.Checked]
GOOD: dict[str, Any] = {
    "title": "设备采购合同",
    "kind": "合同",
    "amount": "19.99",
    "items": [{"name": "纸", "price": "3"}],
}


def only_problem(checked: forms.Checked) -> forms.FieldProblem:
    assert len(checked.problems) == 1, checked.problems
    return checked.problems[0]


def test_a_good_submission_is_cleaned(check: Check) -> None:
    checked = check(
        {
            **GOOD,
            "title": " 设备采购合同　",
            "amount": 860000,
            "copies": 3.0,
            "reason": "第一行\r\n第二行",
            "wanted_at": "2026-09-17T07:00:00Z",
            "topics": ["投资", "投资"],
            "readers": ["rlb1", "zhuren", "rlb1"],
        }
    )

    assert checked.problems == ()
    assert checked.data == {
        "title": "设备采购合同",
        "kind": "合同",
        "amount": "860000.00",
        "copies": 3,
        "reason": "第一行\n第二行",
        "wanted_at": "2026-09-17T15:00:00+08:00",
        "topics": ["投资"],
        "readers": ["rlb1", "zhuren"],
        "items": [{"name": "纸", "price": "3.00"}],
    }
    assert checked.changes == checked.data


def test_a_time_without_offset_is_office_time(check: Check) -> None:
    assert check({**GOOD, "wanted_at": "2026-09-17 15:00"}).data["wanted_at"] == "2026-09-17T15:00:00+08:00"


def test_a_problem_in_a_row_names_table_row_and_column(check: Check) -> None:
    problem = only_problem(check({**GOOD, "items": [{"name": "纸", "price": "1.234"}]}))

    assert problem == forms.FieldProblem(
        "items/0/price", "明细、第 1 行、金额", "form.type", "最多两位小数", "at most two decimals"
    )


def test_a_missing_cell_is_named_too(check: Check) -> None:
    problem = only_problem(check({**GOOD, "items": [{"name": "纸"}, {"price": "1"}]}))

    assert (problem.path, problem.label, problem.code) == ("items/1/name", "明细、第 2 行、品名", "form.required")


# the numbers are those of the attacks in the threat model
HOSTILE: tuple[tuple[str, str, Any, str], ...] = (
    ("A24", "LIMIT", 1, "form.unknown_field"),
    ("A24", "approved", True, "form.unknown_field"),
    ("A24", "_initiator", "x", "form.unknown_field"),
    ("A24", "assignee", "x", "form.unknown_field"),
    ("A26", "__builtins__", {}, "form.unknown_field"),
    ("A26", "__proto__", {}, "form.unknown_field"),
    ("A26", "constructor", {}, "form.unknown_field"),
    ("A25", "a", {"typename": "x"}, "form.unknown_field"),
    ("A25", "title", {"typename": "UUID", "value": "1"}, "form.type"),
    ("A28", "title", 12345, "form.type"),
    ("A28", "title", "短", "form.length"),
    ("A28", "title", "长" * 81, "form.length"),
    ("A28", "title", "   短   ", "form.length"),
    ("A29", "title", "第一行\n第二行", "form.text"),
    ("A29", "title", "空\x00字符在此", "form.text"),
    ("A29", "title", "孤立\ud800代理", "form.text"),
    ("A29", "title", "反向\u202efdp.exe", "form.text"),
    ("A29", "title", "零宽\u200b空格", "form.text"),
    ("A29", "title", "e" + "\u0301" * 60, "form.text"),
    ("A29", "body", "e" + "\u0301" * 100_000, "form.text"),
    ("A29", "title", "ע" + "\u05b0" * 40, "form.text"),
    ("A28", "offsite", "False", "form.type"),
    ("A28", "offsite", 0, "form.type"),
    ("A28", "copies", "3", "form.type"),
    ("A28", "copies", "３", "form.type"),
    ("A28", "copies", True, "form.type"),
    ("A28", "copies", 1.5, "form.type"),
    ("A28", "copies", float("nan"), "form.type"),
    ("A28", "copies", float("inf"), "form.type"),
    ("A28", "copies", 10**9_999, "form.type"),
    ("A28", "copies", 1e300, "form.range"),
    ("A28", "copies", 0, "form.range"),
    ("A28", "copies", 100, "form.range"),
    ("A28", "amount", "1e400", "form.type"),
    ("A28", "amount", float("inf"), "form.type"),
    ("A28", "amount", "-0.00", "form.type"),
    ("A28", "amount", "-1.00", "form.range"),
    ("A28", "amount", "１００", "form.type"),
    ("A28", "amount", "1,000.00", "form.type"),
    ("A28", "amount", 0.001, "form.type"),
    ("A28", "amount", True, "form.type"),
    ("A28", "amount", "1000000000.01", "form.range"),
    ("A28", "amount", "9" * 10_000, "form.type"),
    ("A28", "signed_on", "2026-02-30", "form.type"),
    ("A28", "signed_on", "2019-12-31", "form.range"),
    ("A28", "signed_on", "17/09/2026", "form.type"),
    ("A28", "wanted_at", "0001-01-01T00:00:00+14:00", "form.type"),
    ("A28", "wanted_at", "1066-10-14T09:00:00", "form.range"),
    ("A28", "kind", "遗嘱", "form.option"),
    ("A28", "kind", ["合同"], "form.option"),
    ("A28", "topics", "投资", "form.type"),
    ("A28", "topics", ["八卦"], "form.option"),
    ("A28", "witness", "nobody", "form.unknown_value"),
    ("A28", "witness", ["rlb1"], "form.type"),
    ("A28", "readers", ["rlb1", 7], "form.type"),
    ("A28", "cosign", ["xyz"], "form.unknown_value"),
    ("A28", "annexes", ["f1", "f2", "f3", "f4"], "form.length"),
    ("A28", "seal", "萝卜章", "form.unknown_value"),
    ("A28", "phone", "call me", "form.pattern"),
    ("A28", "items", "x", "form.type"),
    ("A28", "items", ["x"], "form.type"),
    ("A28", "items", [{"name": "纸"}] * 6, "form.length"),
    ("A26", "items", [{"name": "纸", "__proto__": 1}], "form.unknown_field"),
    ("A27", "seal_no", "YY-1", "form.read_only"),
)


@pytest.mark.parametrize(
    ("attack", "field", "value", "code"),
    HOSTILE,
    ids=lambda v: ascii(v)[:30] if isinstance(v, str) else type(v).__name__,
)
def test_a_bad_value_is_refused_with_its_code(check: Check, attack: str, field: str, value: Any, code: str) -> None:
    checked = check({**GOOD, field: value})

    assert [p.code for p in checked.problems] == [code]
    said = checked.problems[0]
    assert said.message_zh
    assert said.message_en
    (said.path + said.label + said.message_zh).encode()  # can be stored, logged and sent


@pytest.mark.parametrize("data", [[], "x", None, 7, [{}]], ids=repr)
def test_a_submission_must_be_an_object(check: Check, data: Any) -> None:
    assert only_problem(check(data)).code == "form.type"


def test_deep_nesting_is_refused_without_walking_into_it(check: Check) -> None:
    """A30."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    assert only_problem(check({**GOOD, "items": deep})).code == "form.too_deep"


def test_a_million_values_are_refused(check: Check) -> None:
    """A30."""
    assert only_problem(check({**GOOD, "topics": ["投资"] * 1_000_000})).code == "form.too_big"


def test_what_is_required_may_depend_on_other_fields(check: Check) -> None:
    assert only_problem(check({**GOOD, "amount": None})).path == "amount"
    assert check({**GOOD, "kind": "证明", "amount": None}).problems == ()


def test_a_blank_text_counts_as_missing(check: Check) -> None:
    assert only_problem(check({**GOOD, "title": "　 "})).code == "form.required"


def test_a_field_that_is_no_longer_part_of_the_form_is_emptied(check: Check) -> None:
    checked = check({**GOOD, "kind": "证明"})

    assert checked.problems == ()
    assert checked.data["amount"] is None


def test_a_condition_inside_a_row_sees_the_row(check: Check) -> None:
    rows = [{"name": "纸", "rush": True}, {"name": "笔", "rush": False}]

    assert only_problem(check({**GOOD, "items": rows})).path == "items/0/why"


def test_at_least_so_many_rows(check: Check) -> None:
    assert check({**GOOD, "items": []}).problems == ()  # no rows at all is a matter of required


def test_a_rule_across_fields_speaks_at_its_field(check: Check) -> None:
    problem = only_problem(check({"title": "商请函一件", "kind": "letter", "copies": 2}))

    assert (problem.path, problem.code, problem.message_zh) == ("copies", "form.rule", "函只能用印一份")


def test_missing_and_wrong_are_said_together(check: Check) -> None:
    checked = check({"kind": "合同", "amount": "many"})

    assert {p.path: p.code for p in checked.problems} == {"amount": "form.type", "title": "form.required"}


def test_a_draft_may_be_incomplete_but_not_wrong(check: Check) -> None:
    assert check({"kind": "合同"}, complete=False).problems == ()
    assert only_problem(check({"copies": 1000}, complete=False)).code == "form.range"


RIGHTS = {"title": "write", "kind": "read", "amount": "hide"}
BEFORE = {"title": "设备采购合同", "kind": "合同", "amount": "19.99"}


def test_what_may_be_written_is_merged_into_what_was_there(check: Check) -> None:
    checked = check({"title": "设备租赁合同"}, previous=BEFORE, permissions=RIGHTS)

    assert checked.problems == ()
    assert checked.data == {**BEFORE, "title": "设备租赁合同"}
    assert checked.changes == {"title": "设备租赁合同"}


def test_a_field_to_be_read_may_come_back_unchanged(check: Check) -> None:
    assert check({"kind": "合同"}, previous=BEFORE, permissions=RIGHTS).problems == ()


@pytest.mark.parametrize("change", [{"kind": "证明"}, {"kind": None}, {"amount": "1.00"}, {"place": "北京"}], ids=repr)
def test_a_change_that_is_not_allowed_is_refused(check: Check, change: dict[str, Any]) -> None:
    checked = check(change, previous=BEFORE, permissions=RIGHTS)

    assert only_problem(checked).code == "form.read_only"
    assert checked.data == BEFORE


def test_a_hidden_value_cannot_be_guessed(check: Check) -> None:
    checked = check({"amount": "19.99"}, previous=BEFORE, permissions=RIGHTS)

    assert only_problem(checked).code == "form.read_only"


def test_what_others_have_to_fill_in_is_not_required_here(check: Check) -> None:
    assert check({}, previous={"title": "设备采购合同"}, permissions={"title": "write"}).problems == ()


def test_a_field_others_wrote_is_not_emptied_when_it_becomes_invisible(check: Check) -> None:
    before = {**BEFORE, "kind": "合同"}
    rights = {"title": "write", "kind": "write", "amount": "read"}

    assert check({"kind": "证明"}, previous=before, permissions=rights).data["amount"] == "19.99"


def test_thirty_fields_take_a_fifth_of_a_millisecond() -> None:
    lines = ['title = "大表"']
    data: dict[str, Any] = {}
    for n in range(10):
        lines += [f'[[field]]\nid = "t{n}"\ntype = "text"\nlabel = "文字{n}"\nrequired = true']
        lines += [f'[[field]]\nid = "n{n}"\ntype = "integer"\nlabel = "数{n}"\nmin = 1\nmax = 9']
        lines += [f'[[field]]\nid = "s{n}"\ntype = "select"\nlabel = "选{n}"\noptions = ["甲", "乙"]']
        data |= {f"t{n}": "关于印发管理办法的通知", f"n{n}": 5, f"s{n}": "乙"}
    form = forms.read_form("\n".join(lines), "big")

    def check_all(times: int = 100) -> forms.Checked:
        for _ in range(times):
            found = forms.check(form, data, evaluate=lambda text, seen: None, knows=lambda kind, value: True)
        return found

    assert within(0.02, check_all).problems == ()

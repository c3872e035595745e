"""What a page gets to draw."""

from collections.abc import Callable
from typing import Any

import pytest

import forms
from tests.forms.conftest import CONSTANTS, evaluate

Draw = Callable[..., forms.Drawing]


def widgets(drawing: forms.Drawing) -> dict[str, forms.Widget]:
    return {widget.id: widget for section in drawing.sections for widget in section.widgets}


def test_values_are_shown_in_words(draw: Draw) -> None:
    data = {
        "kind": "letter", "amount": "1234567.50", "wanted_at": "2026-09-17T15:00:00+08:00", "offsite": False,
        "witness": "zhuren", "readers": ["rlb1", "zhuren"], "topics": ["投资", "财务"], "scan": "f1",
        "items": [{"name": "纸"}],
    }  # fmt: skip

    shown = {id: widget.text for id, widget in widgets(draw(data)).items()}

    assert shown["kind"] == "函"
    assert shown["amount"] == "1,234,567.50 元"
    assert shown["wanted_at"] == "2026-09-17 15:00"
    assert shown["offsite"] == "否"
    assert shown["witness"] == "王建国"
    assert shown["readers"] == "周敏、王建国"
    assert shown["topics"] == "投资、财务"
    assert shown["scan"] == "合同.pdf"
    assert shown["items"] == "1 行"
    assert shown["title"] == ""


def test_a_control_gets_what_it_can_hold(draw: Draw) -> None:
    drawn = widgets(draw({"wanted_at": "2026-09-17T15:00:00+08:00", "offsite": True, "copies": 3}))

    assert drawn["wanted_at"].input == "2026-09-17T15:00"
    assert drawn["offsite"].input == "true"
    assert drawn["copies"].input == "3"
    assert drawn["seal_no"].writable is False


def test_rows_are_widgets_with_names_of_their_own(draw: Draw) -> None:
    items = widgets(draw({"items": [{"name": "纸", "rush": True}, {"name": "笔"}]}))["items"]

    assert [[cell.name for cell in row][:2] for row in items.rows] == [
        ["items-0-name", "items-0-price"],
        ["items-1-name", "items-1-price"],
    ]
    assert [row[0].path for row in items.rows] == ["items/0/name", "items/1/name"]
    assert [row[3].required for row in items.rows] == [True, False]
    assert items.blank_row[0].name == "items-__row__-name"


def test_hidden_fields_and_empty_sections_are_left_out(draw: Draw, seal_form: forms.Form) -> None:
    drawing = draw({"amount": "1.00"}, forms.permissions("*:hide, title:read", seal_form, first=False))

    assert list(widgets(drawing)) == ["title"]
    assert [section.title for section in drawing.sections] == ["基本信息"]


def test_what_depends_on_a_choice_is_there_but_marked(draw: Draw) -> None:
    drawn = widgets(draw({"kind": "证明"}))

    assert drawn["amount"].visible is False
    assert drawn["kind"].live
    assert not drawn["reason"].live
    assert widgets(draw({"kind": "合同"}))["amount"].required


def test_a_refused_page_is_drawn_again_as_it_was_entered(draw: Draw, check: Callable[..., forms.Checked]) -> None:
    entered: dict[str, Any] = {
        "title": "短",
        "kind": "遗嘱",
        "copies": "三",
        "amount": "多",
        "items": [{"price": "x"}],
        "hack": 1,
    }
    problems = check(entered).problems

    drawing = draw(entered, problems=problems)

    drawn = widgets(drawing)
    assert drawn["copies"].input == "三"
    assert drawn["copies"].problem == "请填写整数"
    assert drawn["items"].rows[0][1].problem == "请填写金额，如 100000.00"
    assert [problem.path for problem in drawing.problems] == ["hack"]


def test_data_of_any_shape_can_be_drawn(draw: Draw, seal_form: forms.Form) -> None:
    for junk in ("x", 7, True, [], ["x", 7, None], {"a": 1}, [{"a": 1}], [[1]], None, 1.5):
        drawn = draw(dict.fromkeys(seal_form.by_id, junk))
        assert len(widgets(drawn)) == len(seal_form.by_id)


def test_a_new_form_begins_with_its_defaults(seal_form: forms.Form) -> None:
    assert forms.defaults(seal_form, evaluate) == {"dept": CONSTANTS["initiator_unit"]}


def test_which_fields_are_part_of_the_form(seal_form: forms.Form) -> None:
    everything = set(seal_form.by_id)

    assert forms.visible(seal_form, {}, evaluate) == everything - {"amount", "place"}
    assert forms.visible(seal_form, {"kind": "合同", "offsite": True}, evaluate) == everything


def test_expressions_see_amounts_as_numbers_and_blanks_as_nothing(seal_form: forms.Form) -> None:
    seen = forms.variables(seal_form, {"amount": "100000.00", "items": [{"price": "0.50"}]})

    assert evaluate("amount >= 100000", seen) is True
    assert evaluate("items[0].price == 0.5", seen) is True
    assert (seen["title"], seen["offsite"], seen["readers"]) == (None, False, [])


def test_the_rights_of_a_step(seal_form: forms.Form) -> None:
    rights = forms.permissions("title:write, amount:hide", seal_form, first=False)

    assert (rights["title"], rights["amount"], rights["kind"]) == ("write", "hide", "read")
    first = forms.permissions("amount:hide", seal_form, first=True)
    assert (first["title"], first["amount"], first["seal_no"]) == ("write", "hide", "read")


def test_rights_that_name_nothing_are_refused_together(seal_form: forms.Form) -> None:
    with pytest.raises(forms.FormError) as caught:
        forms.permissions("nothing:write, title:own, amount", seal_form, first=False)

    assert len(caught.value.faults) == 3

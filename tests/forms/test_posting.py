"""From an HTML page to data."""

from collections.abc import Callable

from werkzeug.datastructures import MultiDict

import forms


def test_a_page_becomes_data_that_passes(seal_form: forms.Form, check: Callable[..., forms.Checked]) -> None:
    posted = MultiDict(
        [
            ("csrf_token", "x"), ("opinion", "同意"),
            ("title", "设备采购合同"), ("kind", "合同"), ("amount", "1,234.50"), ("copies", "3"),
            ("reason", "一\r\n二"), ("offsite", ""), ("offsite", "true"), ("place", "北京"), ("topics", ""),
            ("topics", "投资"), ("topics", "财务"), ("readers", "rlb1，zhuren"),
            ("wanted_at", "2026-09-17T15:00"), ("witness", ""),
            ("items", ""), ("items-7-name", "笔"), ("items-7-rush", ""), ("items-2-name", "纸"), ("items-2-price", "3"),
            ("items-9-name", ""), ("items-9-rush", ""),
        ]
    )  # fmt: skip

    data = forms.parse_post(seal_form, posted)

    assert data == {
        "title": "设备采购合同", "kind": "合同", "amount": "1234.50", "copies": 3, "reason": "一\n二", "offsite": True,
        "place": "北京", "topics": ["投资", "财务"], "readers": ["rlb1", "zhuren"], "wanted_at": "2026-09-17T15:00",
        "witness": None, "items": [{"name": "纸", "price": "3"}, {"name": "笔", "rush": False}],
    }  # fmt: skip
    assert check(data).problems == ()


def test_an_empty_choice_differs_from_one_that_was_not_asked(seal_form: forms.Form) -> None:
    assert forms.parse_post(seal_form, MultiDict([("offsite", ""), ("topics", ""), ("items", "")])) == {
        "offsite": False,
        "topics": [],
        "items": [],
    }
    assert forms.parse_post(seal_form, MultiDict([("title-x", "1"), ("item", "2")])) == {}


def test_what_is_no_number_stays_what_was_typed(seal_form: forms.Form) -> None:
    data = forms.parse_post(seal_form, MultiDict([("copies", "３"), ("amount", "多"), ("offsite", "maybe")]))

    assert data == {"copies": "３", "amount": "多", "offsite": "maybe"}


def test_ten_thousand_rows_are_not_all_read(seal_form: forms.Form, check: Callable[..., forms.Checked]) -> None:
    posted = MultiDict([(f"items-{n}-name", "纸") for n in range(10_000)])

    data = forms.parse_post(seal_form, posted)

    assert len(data["items"]) == 201
    assert check(data, complete=False).problems[0].code == "form.length"

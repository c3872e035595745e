"""Forms of other tools become ours; what has no counterpart is told and never breaks an upload."""

import json

import pytest

from forms import adopt, check, components

COMPONENTS = [
    {"type": "text", "text": "# 标题"},
    {"type": "textfield", "key": "customerName", "label": "客户", "validate": {"required": True}},
    {"type": "number", "key": "days", "label": "天数", "defaultValue": 3},
    {"type": "number", "key": "sum", "label": "金额", "decimalDigits": 2},
    {"type": "datetime", "key": "when", "label": "日期", "subtype": "date"},
    {"type": "datetime", "key": "at", "label": "时刻", "subtype": "datetime"},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {"type": "select", "key": "kind", "label": "类别", "values": [{"label": "普通", "value": "n"}, {"value": "u"}]},
    {"type": "checklist", "key": "parts", "label": "内容", "values": [{"label": "甲", "value": "a"}]},
    {"type": "group", "components": [{"type": "textarea", "key": "why", "label": "原因", "readonly": True}]},
    {"type": "dynamiclist", "key": "rows", "components": []},
    {"type": "button", "key": "go", "label": "提交"},
]


def test_a_camunda_form_becomes_a_form_of_ours() -> None:
    id, fields = components(json.dumps({"id": "order", "components": COMPONENTS}))

    form, lost = adopt("订单", fields)

    assert id == "order"
    assert lost == ("rows",)
    assert {name: field.type for name, field in form.by_id.items()} == {
        "customerName": "text", "days": "integer", "sum": "money", "when": "date", "at": "datetime",
        "agreed": "boolean", "kind": "select", "parts": "multiselect", "why": "textarea",
    }  # fmt: skip
    assert [option.label for option in form.by_id["kind"].options] == ["普通", "u"]
    assert form.by_id["days"].default == 3
    assert [raw["writable"] for raw in fields if raw["id"] == "why"] == [False]
    found = check(form, {"kind": "n"}, evaluate=lambda text, known: None, knows=lambda kind, value: True)
    assert [(p.path, p.code) for p in found.problems] == [("customerName", "form.required")]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"id": "a", "type": "string", "default": "${x}"}, True),  # the default is dropped, the field stays
        ({"id": "a", "type": "long", "default": "many"}, True),
        ({"id": "a", "type": "boolean", "default": "true"}, True),
        ({"id": "a", "type": "enum", "options": []}, False),
        ({"id": "a", "type": "colour"}, False),
        ({"id": "outcome", "type": "string"}, False),
        ({"id": "__proto__", "type": "string"}, False),
        ({"id": "a.b", "type": "string"}, False),
        ({"id": "x" * 50, "type": "string"}, False),
    ],
)
def test_what_is_not_ours_is_left_out_and_named(raw: dict[str, object], kept: bool) -> None:
    form, lost = adopt("x", [raw, {"id": "b", "type": "string"}])

    assert (raw["id"] in form.by_id) is kept
    assert lost == (() if kept else (str(raw["id"])[:40],))
    assert "b" in form.by_id


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"components": 3}', "nonsense", "[" * 100_000, "x" * 300_000])
def test_what_is_no_form_file_is_said_so(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        components(text)


def test_components_of_any_shape_do_no_harm() -> None:
    strange: list[object] = [
        None,
        3,
        [],
        {"key": 5, "type": {}},
        {"key": "a", "type": "select", "values": 7, "validate": []},
    ]

    _, fields = components(json.dumps({"components": strange}))

    form, lost = adopt("x", [*fields, {"id": "b"}])
    assert list(form.by_id) == ["b"]
    assert set(lost) == {"5", "a"}


def test_no_more_fields_than_a_form_may_have() -> None:
    form, lost = adopt("x", [{"id": f"a{n}"} for n in range(250)])

    assert len(form.by_id) == 200
    assert len(lost) == 50

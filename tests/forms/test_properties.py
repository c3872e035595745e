"""What holds for any data at all."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import forms

Check = Callable[..., forms.Checked]
FAST = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "", " ", "\r", "\r\r\n", "合同", "letter", "19.99", "1e400", "-0.00", "1.234", "2026-09-17",
        "2026-09-17T15:00Z", "2026-W38-4", "20260917", "rlb1", "f1", "公章", "投资", "False",
        "\u3000标题四字\u3000", "\u200b", "\ud800",
        "010-68123456", "__proto__",
    ]
)  # fmt: skip
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, -0.0, 1, 3.0, 2**53, 10**400, 1e300, 19.99])
KEYS = TEXTS | st.sampled_from(["name", "price", "rush", "why"])
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
IDS = [
    "title", "kind", "reason", "body", "copies", "amount", "signed_on", "wanted_at", "topics", "offsite", "place",
    "witness", "readers", "dept", "cosign", "scan", "annexes", "seal", "items", "phone", "seal_no",
]  # fmt: skip
AMOUNTS = st.decimals(0, 1000, places=2).map(str) | st.integers(0, 1000) | st.floats(0, 100).map(lambda x: round(x, 2))
ROW_EXTRAS = {"price": st.integers(0, 9), "rush": st.booleans(), "why": st.just("急")}
LIKELY = {
    "title": st.sampled_from(["设备采购合同", " 设备 采购 合同 "]),
    "kind": st.sampled_from(["合同", "证明", "letter"]),
    "reason": st.text(max_size=20),
    "copies": st.integers(1, 99) | st.just(3.0),
    "amount": AMOUNTS,
    "signed_on": st.dates().map(str),
    "wanted_at": st.datetimes(timezones=st.none() | st.timezones()).map(lambda d: d.isoformat()),
    "topics": st.lists(st.sampled_from(["投资", "财务"])),
    "offsite": st.booleans(),
    "place": st.text(max_size=8),
    "readers": st.lists(st.sampled_from(["rlb1", "zhuren"])),
    "items": st.lists(st.fixed_dictionaries({"name": st.just("纸")}, optional=ROW_EXTRAS), max_size=5),
}
SUBMISSIONS = st.dictionaries(st.sampled_from(IDS) | TEXTS, ANY, max_size=8)


@FAST
@given(data=ANY | SUBMISSIONS, complete=st.booleans())
def test_no_data_crashes_the_check(check: Check, data: Any, complete: bool) -> None:
    for problem in check(data, complete=complete).problems:
        (problem.path + problem.label + problem.message_zh + problem.message_en).encode()


@FAST
@given(data=st.fixed_dictionaries({}, optional=LIKELY) | SUBMISSIONS, complete=st.booleans())
def test_what_was_accepted_is_accepted_again_unchanged(check: Check, data: Any, complete: bool) -> None:
    first = check(data, complete=complete)
    if first.problems:
        return

    assert check(first.data, complete=complete).data == first.data
    assert check(first.data, complete=complete).problems == ()
    again = check(first.data, previous=first.data, complete=complete)
    assert again.problems == ()
    assert again.changes == {}


@FAST
@given(data=st.fixed_dictionaries({}, optional=LIKELY))
def test_what_was_accepted_fits_the_published_schema(check: Check, seal_form: forms.Form, data: Any) -> None:
    accepted = check(data, complete=False)
    if accepted.problems:
        return

    filled = {
        key: [{c: v for c, v in row.items() if v is not None} for row in value] if key == "items" else value
        for key, value in accepted.data.items()
        if value is not None
    }
    assert list(Draft202012Validator(forms.json_schema(seal_form)).iter_errors(filled)) == []


@FAST
@given(data=SUBMISSIONS, rights=st.dictionaries(st.sampled_from(IDS), st.sampled_from(["read", "write", "hide"])))
def test_nothing_changes_without_the_right_to_write(check: Check, data: Any, rights: dict[str, str]) -> None:
    before = {"title": "设备采购合同", "kind": "合同", "amount": "19.99"}

    checked = check(data, previous=before, permissions=rights, complete=False)

    assert {key for key in checked.changes if rights.get(key) != "write"} == set()


@FAST
@given(data=SUBMISSIONS)
def test_any_submission_can_be_drawn(draw: Callable[..., forms.Drawing], check: Check, data: Any) -> None:
    drawing = draw(data, problems=check(data).problems)

    assert len(drawing.sections) == 2

"""The address of a list says all that was chosen, and nothing else."""

import pytest

from web.lists.boxes import BOXES, MOST, PAGE, Filters

TODO = BOXES["todo"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"due": "overdue"},
        {"process": "document_issue", "urgency": "特急", "on_behalf": "1"},
        {"q": "供热 & 检查", "limit": "100", "sel": "FW-2026-0412"},
    ],
)
def test_address_and_choices_say_the_same(query: dict[str, str]) -> None:
    filters = Filters.read(TODO, query)

    assert Filters.read(TODO, dict(filters._pairs())) == filters
    assert dict(filters._pairs()) == query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"due": "whenever"}, {"due": ""}),
        ({"limit": "-5"}, {"limit": PAGE}),
        ({"limit": "many"}, {"limit": PAGE}),
        ({"limit": "99999"}, {"limit": MOST}),
        ({"on_behalf": "yes"}, {"on_behalf": False}),
    ],
)
def test_what_cannot_be_meant_is_left_out(query: dict[str, str], expected: dict[str, object]) -> None:
    filters = Filters.read(TODO, query)

    assert {name: getattr(filters, name) for name in expected} == expected


def test_changing_one_choice_keeps_the_others() -> None:
    filters = Filters.read(TODO, {"due": "overdue", "process": "seal_use", "sel": "YY-2026-0001"})

    assert filters.url(due="", sel="") == "/inbox?process=seal_use"
    assert filters.carried() == {"due": "overdue", "process": "seal_use"}

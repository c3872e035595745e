"""Revisions of a checklist: what they make of its rows, what they refuse, and the difference in between."""

import pytest

from engine.errors import BadInput
from engine.package.checklist import ChecklistRow, read_checklist
from engine.package.revision import Revision, as_texts, differences, from_texts, revised

TEXT = """id,title,owner,due,requires,tags,key,evidence,phase
A01,领受任务,主任,T-15,,大;中,1,立项单,会前
A02,会场预定,会场组,T-12,A01,大;中,1,预定单号,会前
B04,讲话稿定稿,材料组,T-2,A01;A02,大,1,定稿,会前
"""
ROWS = read_checklist(TEXT, "meeting.csv")


def by_id(rows: tuple[ChecklistRow, ...]) -> dict[str, ChecklistRow]:
    return {row.id: row for row in rows}


def test_a_row_changes_only_in_what_is_said() -> None:
    made = by_id(revised(ROWS, [Revision("change", "B04", due="T-3")]))

    assert (made["B04"].due, made["B04"].title, made["B04"].requires) == ("T-3", "讲话稿定稿", ("A01", "A02"))
    assert [made["A01"], made["A02"]] == list(ROWS[:2])


def test_a_new_row_stands_behind_the_one_it_is_like_and_takes_its_tags() -> None:
    made = revised(ROWS, [Revision("add", "A03", like="A01", title="踏勘会场", due="T-11", requires="A02")])

    assert [row.id for row in made] == ["A01", "A03", "A02", "B04"]
    assert (made[1].tags, made[1].phase, made[1].requires) == (ROWS[0].tags, "会前", ("A02",))


@pytest.mark.parametrize("typed", ["A02;A01", "A02；A01", "A02，A01", "A02, A01", "A02、A01；"])
def test_what_a_row_waits_for_is_parted_by_whatever_sign_people_type(typed: str) -> None:
    made = by_id(revised(ROWS, [Revision("change", "B04", requires=typed)]))

    assert made["B04"].requires == ("A02", "A01")


def test_nothing_waits_any_more_for_a_row_that_went() -> None:
    made = by_id(revised(ROWS, [Revision("drop", "A02")]))

    assert "A02" not in made
    assert made["B04"].requires == ("A01",)


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (Revision("change", "Z99", due="T-3"), "清单里没有 Z99"),
        (Revision("drop", "Z99"), "清单里没有 Z99"),
        (Revision("add", "A01", like="A02", title="重复"), "已有或没有写"),
        (Revision("add", "A09", title="没有参照"), "参照的现有事项"),
        (Revision("change", "B04", due="三天前"), "截止写法不对：B04"),
        (Revision("change", "B04", requires="Q1"), "前置项不存在：Q1"),
        (Revision("change", "A01", requires="B04"), "前置项互相等待：A01、A02、B04"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(revision: Revision, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        revised(ROWS, [revision])

    assert refused.value.reason == "checklist.revision"
    assert said in refused.value.message_zh


def test_the_difference_names_rows_and_fields() -> None:
    made = revised(
        ROWS,
        [
            Revision("change", "B04", due="T-3"),
            Revision("drop", "A02"),
            Revision("add", "A03", like="A01", title="踏勘"),
        ],
    )

    found = {one.entry: one for one in differences(ROWS, made)}

    assert {entry: one.change for entry, one in found.items()} == {"A03": "add", "B04": "change", "A02": "drop"}
    assert found["B04"].fields == (("截止", "T-2", "T-3"), ("前置", "A01;A02", "A01"))
    assert differences(ROWS, ROWS) == ()


def test_rows_are_the_same_after_they_were_kept_as_text() -> None:
    assert tuple(from_texts(as_texts(row)) for row in ROWS) == ROWS

"""Excel and CSV into a register and out of it: every fault by row, all or nothing, and nothing is computed."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
from python_calamine import load_workbook

from engine.errors import BadInput, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import marking, registers
from engine.verbs.registers.cells import MOST_ROWS, read_cells
from tests.engine.verbs.test_register_keeping import large, rooms

__all__ = ["rooms"]  # a fixture
Login = Callable[[str], Actor]
HEAD = ("名称", "座位", "管理员", "检修到期", "状态")
GOOD = (("一号室", 12, "郝宁", "2026-05-01", ""), ("二号室", 8, "bgs1", "", "维修"))


def table(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for n, row in enumerate((head, *rows)):
        sheet.write_row(n, 0, row)
    book.close()
    return kept.getvalue()


def name_of(office: Engine, login: str) -> str:
    with office.store.reading() as tx:
        person = office.directory(tx).person(login)
    assert person is not None
    return person.name


def good(office: Engine) -> bytes:
    return table(*((name, seats, name_of(office, "bgs1"), day, state) for name, seats, _, day, state in GOOD))


def test_a_preview_says_what_each_row_would_do_and_keeps_nothing(rooms: Engine, who: Login) -> None:
    registers.add(rooms, "room", large(name="一号室", seats=10), who("wenshu_a"))

    seen = registers.preview(rooms, "room", good(rooms), "rooms.xlsx", who("wenshu_a"))

    assert seen.faults == ()
    assert [(row.row, row.label, row.kind, row.changed) for row in seen.rows] == [
        (2, "一号室", "changed", ("座位", "检修到期")),
        (3, "二号室", "new", ()),
    ]
    assert registers.rows(rooms, "room", who("wenshu_a")).total == 1


def test_an_import_is_applied_whole_and_a_second_time_changes_nothing(rooms: Engine, who: Login) -> None:
    registers.take_in(rooms, "room", good(rooms), "rooms.xlsx", who("wenshu_a"))
    again = registers.take_in(rooms, "room", good(rooms), "rooms.xlsx", who("wenshu_a"))

    sheet = registers.rows(rooms, "room", who("wenshu_a"))
    assert again.counts == {"same": 2}
    assert [(one.label, one.texts["seats"], one.state_label) for one in sheet.lines] == [
        ("二号室", "8", "维修"),
        ("一号室", "12", "可用"),
    ]


def test_every_fault_is_named_by_row_and_column_and_nothing_is_applied(rooms: Engine, who: Login) -> None:
    bad = table(
        ("一号室", 12, "bgs1", "2026-05-01", ""),
        ("", 3, "bgs1", "", ""),
        ("三号室", "许多", "查无此人", "明年", "漏水"),
        ("一号室", 9, "bgs1", "", ""),
    )

    seen = registers.preview(rooms, "room", bad, "bad.xlsx", who("wenshu_a"))

    assert [(fault.line, fault.column) for fault in seen.faults] == [(3, "名称"), (4, "管理员"), (5, "")]
    assert "查无此人" in seen.faults[1].message_zh
    with pytest.raises(BadInput, match="3 faults") as refused:
        registers.take_in(rooms, "room", bad, "bad.xlsx", who("wenshu_a"))
    assert "没有导入：第 3 行" in refused.value.message_zh
    assert registers.rows(rooms, "room", who("wenshu_a")).total == 0


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("三号室", "许多", "bgs1", "", ""), "座位", ""),
        (("三号室", 3, "bgs1", "明年", ""), "检修到期", "请填写日期"),
        (("三号室", 3, "bgs1", "", "漏水"), "状态", "没有“漏水”这个状态"),
        (("三号室", 3, "", "", ""), "管理员", "必填"),
    ],
)
def test_a_cell_that_does_not_fit_is_said_with_its_column(
    rooms: Engine, who: Login, row: tuple[object, ...], column: str, words: str
) -> None:
    (fault,) = registers.preview(rooms, "room", table(row), "bad.xlsx", who("wenshu_a")).faults

    assert (fault.line, fault.column) == (2, column)
    assert words in fault.message_zh


def test_an_import_is_held_to_the_moves_of_the_register(rooms: Engine, who: Login) -> None:
    registers.add(rooms, "room", large(name="一号室"), who("wenshu_a"), state="repair")

    (fault,) = registers.preview(
        rooms, "room", table(("一号室", 60, "bgs1", "", "停用")), "x.xlsx", who("wenshu_a")
    ).faults

    assert "不能改为“停用”" in fault.message_zh


@pytest.mark.parametrize("head", [("名称", "颜色"), ("名称", "名称"), ("", "")])
def test_a_head_that_is_not_the_registers_is_refused(rooms: Engine, who: Login, head: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        registers.preview(rooms, "room", table(("a", "b"), head=head), "x.xlsx", who("wenshu_a"))

    assert refused.value.reason == "register.import"


def test_only_writers_import(rooms: Engine, who: Login) -> None:
    for login in ("admin", "rlb1"):
        with pytest.raises(NotAllowed):
            registers.preview(rooms, "room", good(rooms), "rooms.xlsx", who(login))
        with pytest.raises(NotAllowed):
            registers.template(rooms, "room", who(login))


def test_csv_of_a_chinese_excel_is_read(rooms: Engine, who: Login) -> None:
    text = "名称,座位,管理员\n一号室,12,bgs1\n"

    for content in (text.encode("gb18030"), text.encode("utf-8-sig")):
        assert registers.preview(rooms, "room", content, "a.csv", who("wenshu_a")).counts == {"new": 1}


def test_what_goes_out_computes_nothing_and_comes_in_again_unchanged(rooms: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    registers.add(rooms, "room", large(name="=HYPERLINK(1)"), clerk)
    registers.add(rooms, "room", large(name="@SUM(1)"), clerk)
    sheet = registers.rows(rooms, "room", clerk)

    book, text = registers.as_workbook(sheet, marking.mark(rooms, clerk)), registers.as_csv(sheet)

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    cells = load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells] == ["登记号", "=HYPERLINK(1)", "@SUM(1)"]
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert [row[0] for row in lines] == ["登记号", "'=HYPERLINK(1)", "'@SUM(1)"]
    for content, name in ((book, "a.xlsx"), (text, "a.csv")):
        assert registers.take_in(rooms, "room", content, name, clerk).counts == {"same": 2}


def far_corner() -> bytes:
    """Two cells in opposite corners: a reader that fills the table between them would ask for 17 billion."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (far_corner(), "corner.xlsx", "xlsx.too_big"),
        (b"no workbook", "a.xlsx", "xlsx.broken"),
        (b"PK\x03\x04broken", "a.xlsx", "xlsx.broken"),
        (b"x" * (2_000_001), "large.xlsx", "register.import"),
        (b"\xff\xfe\x81", "a.csv", "register.import"),
        ("\n".join(["名称"] * (MOST_ROWS + 2)).encode(), "long.csv", "register.import"),
        (("名称," * 80).encode(), "wide.csv", "register.import"),
    ],
    ids=["corner", "text", "broken", "large", "encoding", "long", "wide"],
)
def test_a_file_that_is_too_large_or_no_table_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_cells(content, name)

    assert refused.value.reason == code

"""Uploaded workbooks: what they say, and what is refused before anybody reads it (reliability.md A85)."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from engine import sheets
from engine.errors import BadInput
from tests.support.effort import megabytes, within


def workbook(fill: Callable[[Any, Any], None]) -> bytes:
    """A workbook of one sheet, filled by the test."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    fill(book, book.add_worksheet())
    book.close()
    return kept.getvalue()


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """The same workbook with other parts: sheet, strings, or a further one."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "link": "xl/externalLinks/e1.xml"}
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in {names[key] for key in parts}:
                new.writestr(name, old.read(name))
        for key, part in parts.items():
            new.writestr(names[key], part or b"")
    return made.getvalue()


def plain(_book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["日期", "类型", "名称"])


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def test_cells_are_what_somebody_would_type() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["日期", "数", "文字"])
        sheet.write_datetime(1, 0, date(2027, 2, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 1, [12, "春节 "])
        sheet.write_row(3, 0, ["2027/2/6", 1.5])  # a line is left empty before

    found = sheets.read_sheet(workbook(fill), "a.xlsx")

    assert found == (("日期", "数", "文字"), ("2027-02-05", "12", "春节"), ("", "", ""), ("2027/2/6", "1.5", ""))


def hidden(book: Any, sheet: Any) -> None:
    sheet.write(0, 0, "看得见")
    book.add_worksheet("藏着").hide()


PLAIN = workbook(plain)
FAR = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
QUOTED = FAR.replace(b'"', b"'")
MANY = sheet_xml("<row>" + "<c><v>1</v></c>" * 130_001 + "</row>")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "xlsx.broken"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "xlsx.broken"),
        (PLAIN[: len(PLAIN) // 2], "xlsx.broken"),
        (bytes(2_000_001), "xlsx.too_big"),
        (workbook(lambda _book, sheet: sheet.write_formula(0, 0, "=HYPERLINK(A2)")), "xlsx.formula"),
        (workbook(hidden), "xlsx.hidden"),
        (changed(PLAIN, link=b"<externalLink/>"), "xlsx.links"),
        (changed(PLAIN, strings=b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>'), "xlsx.links"),
        (changed(PLAIN, sheet=FAR), "xlsx.too_big"),
        (changed(PLAIN, sheet=QUOTED), "xlsx.too_big"),
        (changed(PLAIN, sheet=MANY), "xlsx.too_big"),
        (changed(PLAIN, strings=b"<sst><si><t>" + b"a" * 5_000 + b"</t></si></sst>"), "xlsx.too_big"),
        (changed(PLAIN, sheet=bytes(30_000_000)), "xlsx.bomb"),
    ],
)
def test_what_an_import_has_no_use_for_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        sheets.read_sheet(content, "放假安排.xlsx")

    assert refusal.value.reason == code
    assert "放假安排.xlsx" in refusal.value.message_zh


def test_a_bomb_that_lies_about_its_size_is_unpacked_no_further_than_allowed() -> None:
    bomb = bytearray(changed(PLAIN, sheet=bytes(200_000_000)))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (1_000).to_bytes(4, "little")

    def refused() -> None:
        with pytest.raises(BadInput):
            sheets.read_sheet(bytes(bomb), "a.xlsx")

    within(1, refused)
    assert megabytes(refused) < 50

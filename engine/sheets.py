"""Rows of an uploaded spreadsheet, as texts: the only place that knows python-calamine.

What the file says about itself is not believed: every part is unpacked within a bound and packed again for the reader,
so that it sees nothing else; what an import has no use for (formulas, hidden sheets, links, cells far out) is refused.
"""

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from engine.errors import BadInput

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 200
MOST_ROWS = 5_000
MOST_COLUMNS = 64
MOST_CELLS = 130_000
LONGEST_TEXT = 4_000  # of a shared text, which a thousand cells may name

_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,9})(\d*)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHARED = re.compile(rb"</(?:\w+:)?si>")

Rows = tuple[tuple[str, ...], ...]


def read_sheet(content: bytes, name: str) -> Rows:
    """The first sheet of an .xlsx file from A1 on, empty cells as empty texts; BadInput says what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise _refused(name, "太大", "is too large", "xlsx.too_big")
    try:
        book = CalamineWorkbook.from_filelike(_checked(content, name))
        if any(sheet.visible is not SheetVisibleEnum.Visible for sheet in book.sheets_metadata):
            raise _refused(name, "有隐藏的工作表", "has hidden sheets", "xlsx.hidden")
        found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, zlib.error, CalamineError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused(name, "不是 Excel 文件、已损坏或已加密", "cannot be read", "xlsx.broken") from error
    return tuple(tuple(_text(cell) for cell in row) for row in found)


def _checked(content: bytes, name: str) -> io.BytesIO:
    """The same workbook, made of the parts as they were really unpacked."""
    made, left = io.BytesIO(), MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as again:
        entries = archive.infolist()
        if len(entries) > MOST_PARTS:
            raise _bomb(name)
        for entry in entries:
            with archive.open(entry) as packed:
                part = packed.read(left + 1)
            left -= len(part)
            if left < 0:
                raise _bomb(name)
            _harmless(entry.filename.replace("\\", "/").lower(), part, name)
            again.writestr(entry.filename, part)
    made.seek(0)
    return made


def _harmless(inside: str, part: bytes, name: str) -> None:
    if "/externallinks/" in inside or inside.endswith("vbaproject.bin") or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise _refused(name, "含有外部链接或宏", "has external links or macros", "xlsx.links")
    if inside.endswith("sharedstrings.xml") and max(map(len, _SHARED.split(part))) > LONGEST_TEXT:
        raise _refused(name, f"有超过 {LONGEST_TEXT} 字节的单元格", "has a cell that is too long", "xlsx.too_big")
    if not inside.startswith("xl/worksheets/"):
        return
    if _FORMULA.search(part):
        raise _refused(name, "含有公式", "has formulas", "xlsx.formula")
    # one cell in the last corner would make the reader build the whole grid
    far = any(_far(*place.groups()) for place in _PLACE.finditer(part))
    if far or len(_CELL.findall(part)) > MOST_CELLS:
        raise _refused(name, f"超过 {MOST_ROWS} 行、{MOST_COLUMNS} 列", "has too many rows or columns", "xlsx.too_big")


def _far(letters: bytes, digits: bytes) -> bool:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - ord("A") + 1
    return column > MOST_COLUMNS or len(digits) > 6 or int(digits or 0) > MOST_ROWS


def _text(cell: object) -> str:
    """A cell as somebody would type it: whole numbers without a point, dates in ISO."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _bomb(name: str) -> BadInput:
    return _refused(name, "解压后过大", "unpacks to too much", "xlsx.bomb")


def _refused(name: str, zh: str, en: str, code: str) -> BadInput:
    hint = "请把要导入的内容复制到一个新的工作簿（只留数值、一张表），或另存为 CSV。"
    return BadInput(f"“{name[:60]}”{zh}。", f"{name[:60]} {en}", hint, code)

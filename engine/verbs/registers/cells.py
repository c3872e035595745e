"""The cells of an uploaded table, Excel or CSV, with limits on its size."""

import csv
import io
from typing import Final

from engine.csv_files import decoded
from engine.errors import BadInput
from engine.model import Json
from engine.sheets import read_sheet

LARGEST: Final = 2_000_000
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 60


def read_cells(content: bytes, name: str) -> list[list[Json]]:
    """The rows of the first sheet, the head among them; refuses what is too large or cannot be read."""
    if len(content) > LARGEST:
        raise refused("文件超过 2 MB。", "the file is larger than 2 MB", "请分几次导入。")
    csv_file = name.lower().endswith(".csv")
    rows: list[list[Json]] = _of_csv(content) if csv_file else [list(row) for row in read_sheet(content, name)]
    if len(rows) > MOST_ROWS + 1 or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise _too_large(len(rows), max(map(len, rows), default=0))
    return rows


def refused(zh: str, en: str, hint: str = "") -> BadInput:
    """An import that cannot even be previewed."""
    return BadInput(zh, en, hint, "register.import")


def _of_csv(content: bytes) -> list[list[Json]]:
    text = decoded(content)
    if text is None:
        raise refused("CSV 的编码认不出来。", "unknown encoding", "请另存为 UTF-8 或 Excel。")
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise refused(f"CSV 有误：{error}。", f"bad CSV: {error}", "请另存为 Excel 再导入。") from error


def _too_large(rows: int, columns: int) -> BadInput:
    return refused(
        f"表格有 {rows} 行 {columns} 列，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列。",
        f"{rows} rows and {columns} columns are too many",
        "请删去空行空列，或分几次导入。",
    )

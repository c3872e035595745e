"""The cells of an uploaded table, Excel or CSV, with limits on size, time and memory."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from engine.errors import BadInput
from engine.model import Json

LARGEST: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 60
SECONDS: Final = 20.0
MEGABYTES: Final = 600
READER: Final = Path(__file__).with_name("cell_reader.py")


def read_cells(content: bytes, name: str) -> list[list[Json]]:
    """The rows of the first sheet, the head among them; refuses what is too large or cannot be read."""
    if len(content) > LARGEST:
        raise refused("文件超过 5 MB。", "the file is larger than 5 MB", "请分几次导入。")
    rows = _of_csv(content) if name.lower().endswith(".csv") else _of_workbook(content)
    if len(rows) > MOST_ROWS + 1 or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise _too_large(len(rows), max(map(len, rows), default=0))
    return rows


def refused(zh: str, en: str, hint: str = "") -> BadInput:
    """An import that cannot even be previewed."""
    return BadInput(zh, en, hint, "register.import")


def _of_csv(content: bytes) -> list[list[Json]]:
    for encoding in ("utf-8-sig", "gb18030"):  # Excel in a Chinese Windows saves the second
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
        except csv.Error as error:
            raise refused(f"CSV 有误：{error}。", f"bad CSV: {error}", "请另存为 Excel 再导入。") from error
    raise refused("CSV 的编码认不出来。", "unknown encoding", "请另存为 UTF-8 或 Excel。")


def _of_workbook(content: bytes) -> list[list[Json]]:
    command = [sys.executable, "-I", str(READER), str(MEGABYTES), str(MOST_ROWS + 1), str(MOST_COLUMNS)]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise refused(
            "表格太复杂，读取超时。", "reading took too long", "请只留需要的一张表，另存后再导入。"
        ) from error
    if child.returncode != 0:
        raise refused("这个文件不是能读的 Excel 表格。", "not a readable workbook", "请另存为 .xlsx 再导入，不要加密。")
    found = json.loads(child.stdout)
    if "size" in found:
        raise _too_large(*found["size"])
    return list(found["rows"])


def _too_large(rows: int, columns: int) -> BadInput:
    return refused(
        f"表格有 {rows} 行 {columns} 列，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列。",
        f"{rows} rows and {columns} columns are too many",
        "请删去空行空列，或分几次导入。",
    )

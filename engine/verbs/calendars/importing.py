"""A file of holidays as the text that is previewed: an Excel table, a CSV, or the notice itself."""

import csv
import io

from engine import sheets
from engine.csv_files import decoded
from engine.errors import BadInput

MOST_BYTES = 200_000
ZIPPED = b"PK\x03\x04"


def text_of_file(name: str, content: bytes) -> str:
    """What a file says, its lines numbered as in the file; BadInput if it is neither text nor a workbook."""
    if content.startswith(ZIPPED):
        kept = io.StringIO()
        csv.writer(kept, lineterminator="\n").writerows(sheets.read_sheet(content, name))
        return kept.getvalue()
    if len(content) > MOST_BYTES or b"\x00" in content:
        raise BadInput(
            "文件不是文字，也不是 xlsx，或者太大。",
            "neither a text nor an xlsx file, or too large",
            "请另存为 xlsx、CSV 或 TXT 后再传。",
            "calendar.notice",
        )
    text = decoded(content)
    if text is None:
        raise BadInput("文件的编码认不出来。", "unknown encoding", "请另存为 UTF-8。", "calendar.notice")
    return text

"""Tables as CSV that spreadsheets open as they are meant, as UTF-8 and without computing; and how they come back."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = tuple("=+-@＝＋－＠\t\r\n|")
MARK = "\ufeff"  # lets Excel read it as UTF-8


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows as one text, the heading first."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return MARK + out.getvalue()


def decoded(content: bytes) -> str | None:
    """The text of a file that somebody has saved; None if it is in none of the encodings that people use here."""
    for encoding in ("utf-8-sig", "gb18030"):  # Excel in a Chinese Windows saves the second
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def csv_rows(content: bytes) -> list[list[str]] | None:
    """The rows of a saved file without the marks against formulas; None if its encoding is none of ours."""
    text = decoded(content)
    if text is None:
        return None
    return [[unmarked(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def harmless(text: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{text}" if _computes(text) else text


def unmarked(text: str) -> str:
    """A cell without the apostrophe that ``harmless`` has put before it."""
    return text[1:] if text.startswith("'") and _computes(text[1:]) else text


def _computes(text: str) -> bool:
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)

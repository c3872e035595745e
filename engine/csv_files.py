"""Tables as CSV that spreadsheets open as they are meant: as UTF-8, and without computing anything."""

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


def harmless(text: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{text}" if _computes(text) else text


def unmarked(text: str) -> str:
    """A cell without the apostrophe that ``harmless`` has put before it."""
    return text[1:] if text.startswith("'") and _computes(text[1:]) else text


def _computes(text: str) -> bool:
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)

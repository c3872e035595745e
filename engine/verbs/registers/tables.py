"""Registers as files: Excel and CSV that compute nothing, and the empty table that an import begins with."""

import io

import xlsxwriter

from engine.csv_files import csv_text
from engine.model import Actor
from engine.progress.marks import Mark, mark_of
from engine.runtime import Engine
from engine.verbs.registers.columns import NUMBER, SOURCE, STATE
from engine.verbs.registers.finding import writable
from engine.verbs.registers.reading import Sheet

NOT_IMPORTED = ("file", "files", "rows")
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
WIDTH = 18


def as_csv(sheet: Sheet) -> bytes:
    """Oldest first; a text that a spreadsheet would compute begins with an apostrophe."""
    return csv_text(_rows(sheet)).encode()


def as_workbook(sheet: Sheet, mark: Mark) -> bytes:
    """The same as Excel, where texts are texts and need no apostrophe. It bears who made it."""
    return _workbook(sheet.title, _rows(sheet), mark)


def template(engine: Engine, register: str, actor: Actor) -> tuple[str, bytes]:
    """The title of a register and an empty table with its columns, for whoever imports."""
    with engine.store.reading() as tx:
        shape = writable(engine, tx, register, actor)
    columns = [column.label for column in shape.column if column.type not in NOT_IMPORTED]
    return shape.title, _workbook(shape.title, [[*columns, *([STATE] if shape.states else [])]], mark_of(engine, actor))


def _rows(sheet: Sheet) -> list[list[str]]:
    head = [NUMBER, *(label for _key, label in sheet.columns), STATE, SOURCE]
    lines = [
        [line.label, *(line.texts[key] for key, _label in sheet.columns), line.state_label, line.number]
        for line in reversed(sheet.lines)
    ]
    return [head, *lines]


def _workbook(title: str, rows: list[list[str]], mark: Mark) -> bytes:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, SAFE)
    page = book.add_worksheet(title[:31].translate({ord(sign): "" for sign in "[]:*?/\\'"}) or "台账")
    bold = book.add_format({"bold": True, "bottom": 1})
    for n, row in enumerate(rows):
        for m, text in enumerate(row):
            page.write_string(n, m, text[:32_000], bold if n == 0 else None)
    page.set_column(0, len(rows[0]) - 1, WIDTH)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    mark.put_on(book)
    book.close()
    return kept.getvalue()

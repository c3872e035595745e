"""The numbers of a year as an Excel file: one sheet of numbers with their parts, one of definitions."""

from decimal import Decimal
from io import BytesIO

import xlsxwriter

from engine.progress.marks import Mark
from engine.verbs.reports.workbook import OPTIONS, Cell, add_sheet
from engine.verbs.reports.yearly import Yearly


def year_workbook(view: Yearly, mark: Mark) -> bytes:
    """Texts stay texts, so that nothing in it can become a formula. It bears who made it."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, OPTIONS)
    bold = book.add_format({"bold": True, "bottom": 1})
    rows: list[tuple[Cell, ...]] = []
    for line in view.figures:
        rows.append((line.code, line.title, "合计", _number(line.value), line.unit, line.target, line.share))
        rows += [(line.code, line.title, p.title, _number(p.value), line.unit, p.target, None) for p in line.parts]
    add_sheet(book, f"{view.year} 年", ("编号", "名称", "部分", "数字", "单位", "目标", "完成（%）"), rows, bold)
    add_sheet(book, "口径", ("编号", "名称", "口径"), [(f.code, f.title, f.definition) for f in view.figures], bold)
    mark.put_on(book)
    book.close()
    return kept.getvalue()


def _number(value: Decimal | None) -> Cell:
    return "系统外统计" if value is None else float(value)

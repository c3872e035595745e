"""The monthly report as an Excel file: one sheet for each table, and the formulas of its figures."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from engine import reports
from engine.progress.marks import Mark
from engine.verbs.reports.lines import ConformityLine, Line
from engine.verbs.reports.monthly import Timeliness

COLUMNS = (
    "应办结", "按时办结", "超期办结", "到期未办", "按时率（%）", "办结", "平均用时（工作小时）", "代办",
)  # fmt: skip
CONFORMITY = ("范围", "名称", "本月发起", "差错件", "规范率（%）", "差错率（%）", "扣分")
WIDE, NARROW = 24, 12
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
Cell = str | int | float | None


def workbook(view: Timeliness, zone: ZoneInfo, mark: Mark) -> bytes:
    """The whole report; texts stay texts, so that no title can become a formula. It bears who made it."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, OPTIONS)
    bold = book.add_format({"bold": True, "bottom": 1})
    sheets: tuple[tuple[str, Sequence[str], Sequence[Sequence[Cell]]], ...] = (
        ("汇总", ("项目", "数值"), _summary(view, zone)),
        ("按流程", ("流程", *COLUMNS), [(line.name, *_cells(line)) for line in view.processes]),
        ("按部门", ("部门", *COLUMNS), [(line.name, *_cells(line)) for line in view.units]),
        ("按岗位", ("岗位", "部门", *COLUMNS), [(line.name, line.beside, *_cells(line)) for line in view.posts]),
        ("按人员", ("人员", "岗位", *COLUMNS), [(line.name, line.beside, *_cells(line)) for line in view.people]),
        ("最慢环节", ("环节", "流程", *COLUMNS), [(line.name, line.beside, *_cells(line)) for line in view.slowest]),
        ("规范性", CONFORMITY, _conformity(view)),
        (
            "退回原因",
            ("流程", "退回环节", "关口", "代码", "原因", "次数"),
            [(r.process, r.step, r.gate, r.code, r.words, r.count) for r in view.returns],
        ),
        (
            "冻结后变动",
            ("编号", "标题", "环节", "变动"),
            [(c.number, c.title, c.step, c.what) for c in view.changes],
        ),
        ("口径", ("名称", "说明"), reports.FORMULAS),
    )
    for title, head, rows in sheets:
        add_sheet(book, title, head, rows, bold)
    mark.put_on(book)
    book.close()
    return kept.getvalue()


def add_sheet(book: Any, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], bold: Any) -> None:
    """One table to print on A4 across."""
    sheet = book.add_worksheet(title)
    sheet.write_row(0, 0, head, bold)
    for n, row in enumerate(rows, 1):
        for m, cell in enumerate(row):
            if cell is not None:
                sheet.write(n, m, cell)
    words = {m for row in rows for m, cell in enumerate(row) if isinstance(cell, str)} | {0}
    for m in range(len(head)):
        sheet.set_column(m, m, WIDE if m in words else NARROW)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cells(line: Line) -> tuple[Cell, ...]:
    return (
        line.due, line.on_time, line.late, line.unfinished, line.rate, line.done, line.mean_hours, line.stood_in,
    )  # fmt: skip


def _conformity(view: Timeliness) -> list[tuple[Cell, ...]]:
    found = view.conformity
    scopes: tuple[tuple[str, Sequence[ConformityLine]], ...] = (
        ("合计", (found.total,)), ("部门", found.units), ("流程", found.processes), ("拟稿人", found.people),
    )  # fmt: skip
    return [
        (scope, line.name, line.started, line.faulty, line.rate, line.fault_rate, line.points)
        for scope, lines in scopes
        for line in lines
    ]


def _summary(view: Timeliness, zone: ZoneInfo) -> list[tuple[Cell, ...]]:
    return [
        ("月份", view.month),
        ("范围", view.scope),
        ("统计截至", _stamp(view.until, zone)),
        ("快照编号", view.snapshot or "未冻结"),
        ("结论", view.sentence),
        *zip(COLUMNS, _cells(view.total), strict=True),
        ("按时率目标（%）", view.targets.on_time),
        ("规范率（%）", view.conformity.total.rate),
        ("规范率目标（%）", view.targets.conformity),
        ("扣分", view.conformity.total.points),
        ("本月发起", view.started),
        ("被退回的件", view.returned),
        ("退回率（%）", view.return_rate),
        ("积压", view.backlog),
        ("停表扣除（工作小时）", view.paused_hours),
    ]


def _stamp(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "尚未统计"

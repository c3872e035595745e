"""The scores of a quarter and the ledger of supervision as Excel files; texts stay texts."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from engine.model import Actor
from engine.progress.deeds import Window, visits_by_matter
from engine.progress.marks import Mark, mark_of
from engine.reports.scores import BASE, Points, entries_of, points_with
from engine.runtime import Engine
from engine.store import overview
from engine.verbs.supervision.matters import Desk
from engine.verbs.supervision.overview import CATEGORY
from engine.verbs.supervision.scoring import Scores, YearScores

# no title can become a formula, a link or a number
SAFE: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
LIGHTS: Final = {"green": "绿灯", "amber": "黄灯", "red": "红灯", "idle": "待交办或暂停"}
STATES: Final = {"completed": "已销号", "rejected": "不予立项", "running": "在办", "suspended": "暂停"}
LEDGER: Final = (
    "件号", "通知书号", "事项", "专题", "来源", "来源引用", "重要程度", "主办单位", "协办单位", "交办时间", "原始时限",
    "办结时限", "延期次数", "状态", "灯色", "进度（%）", "最近进展", "蓝单", "黄单", "红单", "反馈次数",
    "复核不实", "结束时间", "并入", "考核得分",
)  # fmt: skip
Cell = str | int | float | Decimal | None


def scores_workbook(view: Scores, mark: Mark) -> bytes:
    """Two sheets: the units, and every line that took off or added something."""
    units = [(s.unit, s.matters, BASE, s.taken, s.added, s.total) for s in view.scores]
    lines = [(s.unit, e.number, e.title, e.reason, e.times, e.points) for s in view.scores for e in s.entries]
    return _book(
        mark,
        (view.quarter, ("单位", "督办事项", "基准分", "扣分", "加分", "得分"), units),
        ("明细", ("单位", "件号", "事项", "事由", "次数", "分值"), lines),
        (
            "口径",
            ("事由", "每次分值"),
            [*view.points.items(), ("重大和上级督查件的扣分", "×1.5"), ("加分合计", "不超过 5")],
        ),
    )


def year_workbook(view: YearScores, mark: Mark) -> bytes:
    """The year of each unit, its place and what it is made of, for whoever keeps performance (not written there)."""
    rows = [
        (row.rank if view.ranked else None, row.unit, *(row.quarters.get(q) for q in view.quarters), row.total)
        for row in view.rows
    ]
    parts = [(row.unit, p.quarter, p.reason, p.times, p.points) for row in view.rows for p in row.parts]
    return _book(
        mark,
        (f"{view.year}年督办得分", ("名次", "单位", *view.quarters, "年度得分"), rows),
        ("得分构成", ("单位", "季度", "事由", "次数", "分值"), parts),
    )


def ledger_workbook(engine: Engine, actor: Actor, year: int | None = None) -> bytes:
    """Every matter registered in a year, by default the present one, that this person may see; oldest first."""
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        wanted = year or desk.today.year
        keys = overview.keys_of(tx, CATEGORY)
        running = overview.instances_of(tx, keys)
        lights = {m.id: LIGHTS[m.light] for m in desk.matters(running)}
        rows = [*running, *overview.instances_of(tx, keys, running=False)]
        rows = [r for r in rows if desk.may_see(r) and desk.calendar.local(r.started_at).year == wanted]
        visits = visits_by_matter(tx, [r.id for r in rows])
        points = points_with(engine.settings.supervision_points)
        lines = [
            (*_line(desk, row, lights.get(row.id, "")), _points(desk, row, visits.get(row.id, []), points))
            for row in sorted(rows, key=lambda row: row.id)
        ]
    return _book(mark_of(engine, actor), (f"{wanted}年督办台账", LEDGER, lines))


def _line(desk: Desk, row: Any, light: str) -> tuple[Cell, ...]:
    known = row.variables
    slips = [str(m.get("mark")) for m in known.get("marks") or []]
    reports = known.get("reports") or []
    lead = desk.lead_unit(row)
    others = [unit.short for code in known.get("co_units") or [] if (unit := desk.directory.unit(code))]
    last = reports[-1] if reports else {}
    closed = {"green": "绿·结", "amber": "绿·结", "red": "红·结"}.get(row.frozen_light or "", "")
    return (
        row.number, known.get("notice_no"), row.title, known.get("campaign"), known.get("source"),
        known.get("superior_no") or known.get("source_ref"), known.get("importance"), lead.short if lead else "",
        "、".join(others), _stamp(desk, known.get("handed_over")), _stamp(desk, known.get("original_due")),
        _stamp(desk, row.deadline), int(known.get("postpones") or 0), STATES.get(row.state, "已终止"),
        light or (closed if row.state == "completed" else ""), last.get("percent"), last.get("done"),
        slips.count("slip:blue"), slips.count("slip:yellow"), slips.count("slip:red"), len(reports),
        "是" if known.get("untrue") else "", _stamp(desk, row.ended_at), known.get("merged_into"),
    )  # fmt: skip


def _points(desk: Desk, row: Any, visits: Sequence[Any], points: Points) -> Cell:
    """What one matter has cost or brought its unit, in whichever quarters; nothing before it was handed over."""
    whole = Window(desk.directory, desk.calendar, date.min, date.max)
    deeds = whole.deeds(row, visits) if row.variables.get("handed_over") else None
    return sum((entry.points for entry in entries_of(deeds, points)), Decimal(0)) if deeds else None


def _stamp(desk: Desk, value: str | datetime | None) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    return f"{desk.calendar.local(moment):%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else ""


def _book(mark: Mark, *sheets: tuple[str, Sequence[str], Sequence[Sequence[Cell]]]) -> bytes:
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, SAFE)
    bold = book.add_format({"bold": True, "bottom": 1})
    for title, head, rows in sheets:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, head, bold)
        for n, row in enumerate(rows, 1):
            sheet.write_row(n, 0, ["" if cell is None else cell for cell in row])
        sheet.set_column(0, len(head) - 1, 16)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    mark.put_on(book)
    book.close()
    return kept.getvalue()

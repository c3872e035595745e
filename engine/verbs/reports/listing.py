"""The list behind a number of the monthly report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import BadInput
from engine.model import Actor
from engine.runtime import Engine
from engine.store import figures
from engine.verbs.reports.lines import NO_REASON, Names
from engine.verbs.reports.monthly import open_month
from engine.verbs.reports.seeing import named, openable

KINDS = {
    "due": "应办结",
    "on_time": "按时办结",
    "late": "超期办结",
    "unfinished": "到期未办",
    "overdue": "超期",
    "done": "办结",
    "stood_in": "代办",
    "paused": "停过表",
    "started": "本月发起",
    "returned": "被退回的件",
    "faulty": "差错件",
    "returns": "退回",
    "backlog": "积压",
}
MOST = 500
IDS = ("unit", "post", "person")
NARROWING = figures.NARROWING


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: work of a step, a case, or a return."""

    number: str
    title: str
    process: str
    step: str
    unit: str
    post: str
    person: str  # who did it or holds it; the initiator of a case
    charged: str  # whose lateness it is, if somebody else's
    arrived: datetime | None
    due: datetime | None
    done: datetime | None
    hours: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of a list; ``total`` is the number that led here."""

    month: str
    kind: str
    title: str
    total: int
    entries: tuple[Entry, ...]
    limit: int
    offset: int


def behind(
    engine: Engine,
    month: str | None,
    kind: str,
    actor: Actor | None,
    *,
    narrow: Mapping[str, str] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Listed:
    """What a number of the report counts; raises BadInput for a kind or a filter that is none."""
    if kind not in KINDS:
        raise BadInput(
            f"没有“{kind[:20]}”这种清单。", "no such list", f"可选：{'、'.join(KINDS)}。", code="report.list"
        )
    wanted = _read(narrow or {})
    with engine.store.reading() as tx:
        opened = open_month(engine, tx, month, actor)
        size, start = min(max(1, limit), MOST), max(0, offset)
        total, rows = figures.listed(tx, opened.cut, kind, wanted, limit=size, offset=start)
        names = Names(tx, engine.directory(tx))
        may_open = openable(tx, actor, (row.instance_id for row in rows))
        entries = tuple(_entry(row._mapping, kind, names, may_open) for row in rows)
    return Listed(opened.cut.month, kind, KINDS[kind], total, entries, size, start)


def _read(narrow: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in narrow.items():
        if name not in figures.NARROWING:
            raise BadInput(f"没有“{name[:20]}”这种筛选。", "no such filter", "", code="report.list")
        if name in IDS and not value.isdecimal():
            raise BadInput(
                f"“{name}”应为数字。", f"{name} must be a number", "请从报表中点击数字进入。", code="report.list"
            )
        found[name] = min(int(value), 2**62) if name in IDS else value
    return found


def _entry(row: Mapping[str, Any], kind: str, names: Names, may_open: set[int]) -> Entry:
    number, title = named(row["instance_id"], row["number"], row["title"], may_open)
    charged, person = row.get("charged_id"), row.get("person_id")
    done = row.get("done_at") or row.get("ended_at")
    return Entry(
        number=number,
        title=title,
        process=names.title(row["process"]),
        step=row.get("step", ""),
        unit=names.unit(row["unit_id"]),
        post=names.post(row["post_id"]) if row.get("post_id") else "",
        person=names.person(person or charged),
        charged=names.person(charged) if charged and person and charged != person else "",
        arrived=row.get("arrived_at") or row.get("started_at") or row.get("at"),
        due=row.get("due_at"),
        done=done,
        hours=round(row["seconds"] / 3600, 1) if done and "seconds" in row else None,
        note=_note(row, kind, names),
    )


def _note(row: Mapping[str, Any], kind: str, names: Names) -> str:
    if kind == "returns":
        said = "，".join(filter(None, (row["gate"], f"{row['code']} {row['words']}".strip() or NO_REASON)))
        return f"{said}（{names.person(row['by_id'])}退回）"
    if "returns" in row:
        told = [f"被退回 {row['returns']} 次"] if row["returns"] else []
        told += [f"差错 {row['faults']} 处，扣 {row['points']} 分"] if row["faults"] else []
        return "，".join(told)
    told = ["代办"] if row.get("stood_in") else []
    if row.get("paused"):
        told.append(f"已扣停表 {row['paused'] / 3600:.1f} 小时")
    return "，".join(told)

"""The overview with the tester, and the table of one process with its ladders."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.limits import Explained, Rung
from engine.verbs import house_ladders, house_limits
from web.auth import actor
from web.shell import the_engine
from web.supervision import wording
from web.words import local

EXAMPLE = "4WH"
LIMITS = (
    "0.5CH",
    "1CH",
    "2CH",
    "24CH",
    "1WH",
    "2WH",
    "4WH",
    "当日",
    "1WD",
    "2WD",
    "3WD",
    "5WD",
    "10WD",
    "15CD",
    "20CD",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What the tester was asked, and its answer or what is wrong."""

    limit: str
    start: str
    scope: str
    found: Explained | None = None
    problem: str = ""


def index() -> ResponseReturnValue:
    """All processes; ``?limit=&start=`` asks the tester."""
    return render_template(
        "sla/index.html",
        processes=house_limits.processes(the_engine(), actor()),
        trial=_trial(),
        limits=LIMITS,
        said=said,
    )


def process(key: str) -> ResponseReturnValue:
    """Every step of a process with its limits, the versions, and what its ladders do when."""
    scope = request.args.get("scope", "")[:40]
    table = house_limits.of_process(the_engine(), key, actor(), scope=scope)
    used = {row.ladder for row in table.rows if row.ladder_title}
    return render_template(
        "sla/process.html",
        table=table,
        ladders=[house_ladders.get(the_engine(), key, name, actor(), scope=scope) for name in sorted(used)],
        names={row.element: row.name for row in table.rows},
        words=wording,
        when=when,
        said=said,
    )


def said(limit: str) -> str:
    """3 个工作日 for 3WD; what is no plain amount stays as it is written."""
    for unit, words in (("CH", "自然小时"), ("WH", "工作小时"), ("WD", "个工作日"), ("CD", "个自然日")):
        number = limit.removesuffix(unit)
        if number != limit and number.replace(".", "", 1).isdecimal():
            return f"{number} {words}"
    return limit


def when(rung: Rung) -> str:
    """The moments of a rung in words."""
    told = []
    for choice in rung.when:
        moment, amount = choice.moment, abs(choice.moment.amount)
        before = "前" if choice.moment.amount < 0 else "后"
        hours = f"{amount / 3_600_000_000:g}"
        words = {
            "due": "到期时",
            "working": f"到期{before} {hours} 工作小时",
            "natural": f"到期{before} {hours} 小时",
            "day": "到期当日 08:30" if amount == 0 else f"到期{before}第 {amount} 个工作日 08:30",
            "left": f"剩余 {amount}% 时",
            "elapsed": f"过了 {amount}% 时",
            "near": f"超期且距会议 {amount} 个工作日内",
            "on": "由流程触发",
        }[moment.kind]
        told.append(f"{words}（{choice.days} 个工作日以上）" if choice.days else words)
    return "；".join(told)


def _trial() -> Trial:
    args = request.args
    now = local(the_engine().now())
    trial = Trial(
        args.get("limit", "").strip()[:60], args.get("start", "")[:16] or f"{now:%Y-%m-%dT%H:%M}", args.get("scope", "")
    )
    if not trial.limit:
        return Trial(EXAMPLE, trial.start, trial.scope)
    try:
        zone = ZoneInfo(the_engine().settings.timezone)
        start = datetime.fromisoformat(trial.start).replace(tzinfo=zone)
        found = house_limits.try_out(the_engine(), trial.limit, start, actor(), scope=trial.scope)
    except ValueError:
        return Trial(trial.limit, trial.start, trial.scope, problem="收到时间不对，写法如 2026-11-13 16:30。")
    except SanbanError as problem:
        return Trial(trial.limit, trial.start, trial.scope, problem=f"{problem.message_zh}{problem.hint}")
    return Trial(trial.limit, trial.start, trial.scope, found)

"""The overview with the tester, and the table of one process with its ladders."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.limits import Explained, Rung
from engine.limits.ladder import Moment
from engine.verbs import house_ladders, house_limits
from web.auth import actor
from web.language import N_, _, explained, told
from web.shell import the_engine
from web.supervision import wording
from web.words import COUNTING, local

EXAMPLE = "4WH"
LIMITS = (
    "0.5CH",
    "1CH",
    "2CH",
    "24CH",
    "1WH",
    "2WH",
    "4WH",
    N_("当日"),
    "1WD",
    "2WD",
    "3WD",
    "5WD",
    "10WD",
    "15CD",
    "20CD",
)

LENGTHS = {
    "CH": N_("%(n)s 自然小时"), "WH": N_("%(n)s 工作小时"), "WD": N_("%(n)s 个工作日"), "CD": N_("%(n)s 个自然日"),
}  # fmt: skip


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
        counting=COUNTING,
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
    for unit, words in LENGTHS.items():
        number = limit.removesuffix(unit)
        if number != limit and number.replace(".", "", 1).isdecimal():
            return _(words, n=number)
    return told(limit)


def when(rung: Rung) -> str:
    """The moments of a rung in words."""
    said = []
    for choice in rung.when:
        words = _moment(choice.moment)
        said.append(_("%(when)s（%(n)s 个工作日以上）", when=words, n=choice.days) if choice.days else words)
    return _("；").join(said)


def _moment(moment: Moment) -> str:
    amount, before = abs(moment.amount), moment.amount < 0
    hours = f"{amount / 3_600_000_000:g}"
    match moment.kind:
        case "due":
            return _("到期时")
        case "working":
            return _("到期前 %(n)s 工作小时", n=hours) if before else _("到期后 %(n)s 工作小时", n=hours)
        case "natural":
            return _("到期前 %(n)s 小时", n=hours) if before else _("到期后 %(n)s 小时", n=hours)
        case "day" if amount == 0:
            return _("到期当日 08:30")
        case "day" if before:
            return _("到期前第 %(n)s 个工作日 08:30", n=amount)
        case "day":
            return _("到期后第 %(n)s 个工作日 08:30", n=amount)
        case "left":
            return _("剩余 %(n)s%% 时", n=amount)
        case "elapsed":
            return _("过了 %(n)s%% 时", n=amount)
        case "near":
            return _("超期且距会议 %(n)s 个工作日内", n=amount)
    return _("由流程触发")


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
        return Trial(trial.limit, trial.start, trial.scope, problem=_("收到时间不对，写法如 2026-11-13 16:30。"))
    except SanbanError as problem:
        return Trial(trial.limit, trial.start, trial.scope, problem=explained(problem))
    return Trial(trial.limit, trial.start, trial.scope, found)

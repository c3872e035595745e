"""月度时效性规范性 report: one month by process, unit, post, person and step, with what came back and what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import org, reports
from engine.errors import BadInput
from engine.model import Actor
from engine.runtime import Engine
from engine.store import Tx, figures, reckoning, settled, snapshots
from engine.verbs.reports.conformity import ByConformity, Targets, by_conformity
from engine.verbs.reports.lines import Line, Names, ReturnLine, line_of
from engine.verbs.reports.seeing import Sight, named, openable, sight
from engine.verbs.reports.trend import Point, month_before, point, trend

SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What would be counted otherwise now than when the month was frozen."""

    number: str
    title: str
    step: str
    what: str


@dataclass(frozen=True, slots=True)
class Timeliness:
    """The whole report of one month, as one person may see it."""

    month: str
    scope: str
    until: datetime | None  # what counts was done by then; None: nothing was settled yet
    snapshot: str  # id of the frozen month; empty while it runs
    digest: str
    sentence: str
    total: Line
    started: int
    returned: int
    return_rate: float | None
    backlog: int
    paused_hours: float
    targets: Targets
    before: Point | None  # the month before in the same scope, if it is frozen
    conformity: ByConformity
    processes: tuple[Line, ...]
    units: tuple[Line, ...]
    posts: tuple[Line, ...]
    people: tuple[Line, ...]
    slowest: tuple[Line, ...]
    returns: tuple[ReturnLine, ...]
    changes: tuple[Change, ...]
    trend: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A month made ready to be counted."""

    cut: figures.Cut
    sight: Sight
    frozen: snapshots.SnapshotRow | None
    settled: bool


def timeliness(engine: Engine, month: str | None, actor: Actor | None) -> Timeliness:
    """The report of a month, the present one without ``month``; ``actor`` None is the operator, who sees all."""
    with engine.store.reading() as tx:
        directory = engine.directory(tx)
        opened = open_month(engine, tx, month, actor)
        return _report(engine, tx, opened, directory, actor)


def open_month(engine: Engine, tx: Tx, month: str | None, actor: Actor | None) -> Opened:
    """Which rows make up a month for this person; raises BadInput for what is no month."""
    month = month or reports.month_of(engine.calendar(tx).local(engine.now()).date())
    if not reports.is_month(month):
        raise BadInput(f"月份“{month[:20]}”不对。", "no such month", "写成 2026-10。", code="report.month")
    seen, frozen, at = sight(engine.directory(tx), actor), snapshots.of_month(tx, month), settled.mark(tx)[0]
    reckoning.require_month(tx, month, frozen)
    until = frozen.until if frozen else at or engine.now()
    cut = figures.Cut(frozen.id if frozen else settled.LIVE, month, until, seen.units, seen.person)
    return Opened(cut, seen, frozen, at is not None)


def _report(engine: Engine, tx: Tx, opened: Opened, directory: org.Directory, actor: Actor | None) -> Timeliness:
    cut, frozen = opened.cut, opened.frozen
    groups, cases = figures.groups(tx, cut), figures.case_figures(tx, cut)
    whole, names = reports.total(groups), Names(tx, directory)
    begun = figures.case_groups(tx, cut)
    here, before = point(cut.month, whole, reports.conformity_of(begun)), month_before(tx, cut)
    by = {key: [names.line(key, k, f) for k, f in reports.lines(groups, key).items()] for key in reports.BY}
    return Timeliness(
        month=cut.month,
        scope=opened.sight.words,
        until=cut.until if opened.settled else None,
        snapshot=frozen.label if frozen else "",
        digest=frozen.digest if frozen else "",
        sentence=reports.summary(
            cut.month,
            whole,
            before.rate if before else None,
            started=cases.started,
            returned=cases.returned,
            backlog=cases.backlog,
        ),
        total=line_of("合计", "", {}, whole),
        started=cases.started,
        returned=cases.returned,
        return_rate=reports.percent(cases.returned, cases.started),
        backlog=cases.backlog,
        paused_hours=round(whole.paused / 3600, 1),
        targets=Targets.of(engine.settings, frozen),
        before=before,
        conformity=by_conformity(begun, names),
        processes=_worst_first(by["process"]),
        units=_worst_first(by["unit"]),
        posts=_worst_first(by["post"]),
        people=_worst_first(by["person"]),
        slowest=tuple(sorted(by["step"], key=lambda line: -(line.mean_hours or 0))[:SLOWEST]),
        returns=tuple(names.returned(line) for line in figures.return_lines(tx, cut)),
        changes=_changes(tx, opened, directory, actor) if frozen else (),
        trend=trend(tx, here) if cut.whole else (),
    )


def _worst_first(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (101 if line.rate is None else line.rate, -line.due, line.name)))


def _changes(tx: Tx, opened: Opened, directory: org.Directory, actor: Actor | None) -> tuple[Change, ...]:
    if opened.frozen is None:
        return ()
    cut = opened.cut
    seen = [
        row
        for row in snapshots.changed_since(tx, opened.frozen)
        if cut.whole
        or row.unit_id in (cut.units or ())
        or cut.person in (row.was_charged_id, row.now_charged_id, row.was_person_id, row.now_person_id)
    ]
    may_open = openable(tx, actor, (row.instance_id for row in seen))
    return tuple(
        Change(*named(row.instance_id, row.number, row.title, may_open), row.step, _told(row, directory))
        for row in seen
    )


def _told(row: Any, directory: org.Directory) -> str:
    if row.now_charged_id is None and row.now_due_at is None and row.now_done_at is None:
        return "冻结时计入，现已不计（已撤回、取消或停表）"
    if row.was_charged_id is None and row.was_due_at is None and row.was_done_at is None:
        return "冻结时未计入，现应计入"
    told = []
    for what, was, now in (("到期", row.was_due_at, row.now_due_at), ("办结", row.was_done_at, row.now_done_at)):
        if was != now:
            told.append(f"{what}由 {_stamp(was, directory)} 改为 {_stamp(now, directory)}")
    if row.was_charged_id != row.now_charged_id:
        before, after = directory.person(row.was_charged_id), directory.person(row.now_charged_id)
        told.append(f"责任人由 {before.name if before else '无'} 改为 {after.name if after else '无'}")
    return "；".join(told) or "办理人有变动"


def _stamp(at: datetime | None, directory: org.Directory) -> str:
    return f"{at.astimezone(directory.zone):%Y-%m-%d %H:%M}" if at else "无"

"""The limits of every process as one table, set anew by the house in versions, and a tester that explains itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine import limits
from engine.errors import BadInput, InvalidLimit, NotFound
from engine.model import URGENCIES, Actor
from engine.package import Package
from engine.progress.house_limits import KEEPERS, READERS, require, unit_chain
from engine.progress.own_house import keeps, require_scope
from engine.progress.stopwatch import REASONS
from engine.runtime import Engine
from engine.store import Tx, calendars, definitions, rules
from engine.store.rules import RuleRow

LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """A line of the overview."""

    key: str
    title: str
    version: int
    timed: int  # steps with a limit
    own: int  # rules of the house


@dataclass(frozen=True, slots=True)
class LimitView:
    """What counts for one step: by urgency, and where it comes from."""

    element: str  # empty: the whole instance
    name: str
    text: str
    by_urgency: tuple[str, ...]  # 特急, 加急, 平件
    warn: str
    ladder: str
    ladder_title: str
    reasons: tuple[str, ...]
    package_text: str
    rule: RuleRow | None  # None: as the package says


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """A process with all its limits, the versions of its rules and what may be chosen."""

    key: str
    title: str
    version: int
    scope: str
    rows: tuple[LimitView, ...]
    versions: tuple[RuleRow, ...]
    ladders: tuple[tuple[str, str], ...]
    scopes: tuple[tuple[str, str], ...]
    may_change: bool


def processes(engine: Engine, actor: Actor) -> tuple[ProcessLimits, ...]:
    """Every process that is published."""
    require(actor, READERS)
    with engine.store.reading() as tx:
        own = rules.current(tx)
        found = []
        for row in definitions.all_current(tx):
            package = engine.package(tx, row.id)
            timed = sum(_says(plan.limit) for plan in package.plans.values())
            mine = sum(rule.process == row.key for rule in own)
            found.append(ProcessLimits(row.key, row.title, row.version, timed, mine))
        return tuple(found)


def of_process(engine: Engine, key: str, actor: Actor, *, scope: str = "") -> ProcessTable:
    """The table of one process, for the house or for one unit."""
    require(actor, READERS)
    with engine.store.reading() as tx:
        row, package = _package(engine, tx, key)
        units = engine.directory(tx).units
        chain = unit_chain(engine, tx, scope)
        known = {(r.element, r.scope): r for r in rules.current(tx) if r.process == key}
        whole = package.manifest.limit
        named = (whole.ladder if whole else "") or ""
        rows = [_view(package, "", "整件", whole.value if whole else "none", named, known, chain)]
        for element in package.order:
            plan = package.plans[element]
            rows.append(_view(package, element, plan.name, plan.limit, plan.ladder or "", known, chain))
        return ProcessTable(
            key=key,
            title=row.title,
            version=row.version,
            scope=scope,
            rows=tuple(rows),
            versions=tuple(rules.versions(tx, key)),
            ladders=tuple((ladder.name, ladder.title) for ladder in package.ladders.values()),
            scopes=tuple((u.code, u.name) for u in units if u.active and u.kind != "external"),
            may_change=bool(actor.roles & KEEPERS) and keeps(engine.directory(tx), actor, scope),
        )


def set_limit(
    engine: Engine,
    key: str,
    element: str,
    actor: Actor,
    *,
    limit: str,
    warn: str = "",
    ladder: str = "",
    reasons: Sequence[str] = tuple(REASONS),
    scope: str = "",
    note: str,
) -> int:
    """Another limit for a step from now on; what is open keeps its deadline. The number of the version."""
    require(actor, KEEPERS)
    with engine.store.transaction() as tx:
        _row, package = _package(engine, tx, key)
        unit_chain(engine, tx, scope)
        require_scope(engine.directory(tx), actor, scope)
        _check(package, element, limit.strip(), warn.strip(), ladder.strip(), reasons)
        version = rules.add(
            tx,
            process=key,
            element=element,
            scope=scope,
            limit_text=limit.strip(),
            warn=warn.strip(),
            ladder=ladder.strip(),
            reasons=[code for code in REASONS if code in reasons],
            withdrawn=False,
            note=_note(note),
            at=engine.now(),
            by_id=actor.id,
        )
    engine.forget()
    return version


def withdraw(engine: Engine, key: str, element: str, actor: Actor, *, scope: str = "", note: str) -> int:
    """What the package says counts again, from now on; the number of the version that says so."""
    require(actor, KEEPERS)
    with engine.store.transaction() as tx:
        require_scope(engine.directory(tx), actor, scope)
        found = next((r for r in rules.current(tx) if (r.process, r.element, r.scope) == (key, element, scope)), None)
        if found is None:
            raise _refused("这一级没有单独设定时限", "there is no rule to withdraw")
        version = rules.add(
            tx,
            process=key,
            element=element,
            scope=scope,
            limit_text=found.limit_text,
            warn=found.warn,
            ladder=found.ladder,
            reasons=list(found.reasons),
            withdrawn=True,
            note=_note(note),
            at=engine.now(),
            by_id=actor.id,
        )
    engine.forget()
    return version


def try_out(engine: Engine, limit: str, start: datetime, actor: Actor, *, scope: str = "") -> limits.Explained:
    """试算: when a limit that begins then ends in this unit, and which hours and days counted."""
    require(actor, READERS)
    with engine.store.reading() as tx:
        chain = unit_chain(engine, tx, scope)
        calendar = engine.book(tx).calendar(chain)
        names: dict[date, str] = {s.day: s.name for s in calendars.days(tx) if s.scope in ("", *chain) and s.name}
        found = limits.parse_limit(limit)
        if found.unit == "T":
            raise _refused("T±n 须有会议时间，不能在这里试算", "T needs an anchor")
        return limits.explain(found, start, calendar, names)


def _package(engine: Engine, tx: Tx, key: str) -> tuple[definitions.DefinitionRow, Package]:
    row = definitions.current(tx, key)
    if row is None:
        raise NotFound(f"没有流程“{key}”。", f"no process {key!r}", "请从列表选择流程。")
    return row, engine.package(tx, row.id)


def _view(
    package: Package,
    element: str,
    name: str,
    text: str,
    ladder: str,
    known: dict[tuple[str, str], RuleRow],
    chain: Sequence[str],
) -> LimitView:
    rule = next((known[element, s] for s in (*chain, "") if (element, s) in known), None)
    said = rule.limit_text if rule else text
    named = (rule.ladder if rule else "") or ladder
    return LimitView(
        element=element,
        name=name,
        text=said,
        by_urgency=_each(said),
        warn=rule.warn if rule else "",
        ladder=named,
        ladder_title=package.ladders[named].title if named in package.ladders else "",
        reasons=tuple(rule.reasons) if rule else tuple(REASONS),
        package_text=text,
        rule=rule,
    )


def _each(text: str) -> tuple[str, ...]:
    if "{" in text or text.startswith("until:"):
        return ("由表单或前一环节指定",) * len(URGENCIES)
    try:
        found = [limits.by_urgency(text, urgency) for urgency in URGENCIES]
    except InvalidLimit:
        return (text,) * len(URGENCIES)
    return tuple(limit.text if limit else "不限" for limit in found)


def _says(text: str) -> bool:
    return text.lower() not in ("", "none", "无", "不限")


def _check(package: Package, element: str, limit: str, warn: str, ladder: str, reasons: Sequence[str]) -> None:
    if element and element not in package.plans:
        raise _refused(f"没有环节“{element}”", f"no step {element!r}")
    for urgency in URGENCIES:
        found = limits.by_urgency(limit, urgency)
        if found is not None and found.unit in ("AT", "T"):
            raise _refused("时限须为时长，不能是固定时刻", "a limit must be a length of time")
    if warn:
        limits.parse_moment(warn)
    if ladder and ladder not in package.ladders:
        raise _refused(f"没有升级阶梯“{ladder}”", f"no ladder {ladder!r}")
    if unknown := set(reasons) - set(REASONS):
        raise _refused(f"没有停表原因 {'、'.join(sorted(unknown))}", f"no reasons {unknown}")


def _note(note: str) -> str:
    said = note.strip()[:LONGEST_NOTE]
    if not said:
        raise _refused("请写明调整的依据", "a note is required")
    return said


def _refused(zh: str, en: str) -> BadInput:
    return BadInput(f"{zh}。", en, "请改正后再保存；写法如 1CH/4WH/1WD。", code="limit.rule")

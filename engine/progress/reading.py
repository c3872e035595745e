"""在线阅览: whether somebody may read the file of another case on the screen now (domain.md §9, X01; decision 099).

Asked anew for every page. Only the clock, the state of the lending and the reader count: no timer has to have fired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import Conflict, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.package import Reading
from engine.progress.permission import may_read, require_read
from engine.runtime import Engine
from engine.store import Tx, archives, instances
from engine.store.archives import ArchiveRow
from engine.store.instances import InstanceRow

AGREED = "approve"


@dataclass(frozen=True, slots=True)
class Right:
    """What may be read: the package of a case, until an instant, under the number of the lending."""

    lending: InstanceRow
    source: InstanceRow
    archive: ArchiveRow
    until: datetime


def rule_of(engine: Engine, tx: Tx, row: InstanceRow) -> Reading | None:
    """What the package of a case says about reading; None: it lends nothing on the screen."""
    return engine.package(tx, row.definition_id).manifest.reading


def right(engine: Engine, tx: Tx, number: str, actor: Actor) -> Right:
    """The right of this person, or the reason why there is none (yet, or any more)."""
    row = instances.by_number(tx, number)
    require_read(tx, row, actor)
    rule = rule_of(engine, tx, row)
    if rule is None:
        raise NotFound("这件不提供在线阅览。", f"{number} lends nothing to read", "请从借阅件打开。", "reading.none")
    if row.initiator_id != actor.id:
        raise NotAllowed(
            "在线阅览只对借阅人本人开通。", "only the borrower reads", "需要阅览的，请另行申请借阅。", "reading.others"
        )
    until = _open_until(engine, tx, row, rule)
    source, line = _lent(tx, row, rule)
    if source.known_to is not None and not may_read(tx, source, actor) and not _let_in(engine, tx, row, rule):
        raise NotAllowed(
            "这是商密件，您不在知悉范围内，也没有经形成部门和分管领导批准。",
            "not on the list of those who may know, and not let in by those who decide about it",
            "请按商密件重新申请借阅，由形成部门和分管领导审批。",
            "reading.not_listed",
        )
    return Right(row, source, line, until)


def _open_until(engine: Engine, tx: Tx, row: InstanceRow, rule: Reading) -> datetime:
    """Until when the lending is open; refuses one that is over or has not begun."""
    until = instant(row.variables.get(rule.until), engine.zone)
    if until is not None and engine.now() > until:
        local = f"{until.astimezone(engine.zone):%Y-%m-%d %H:%M}"
        raise _closed(f"在线阅览已于 {local} 到期关闭。", f"reading ended at {local}", "reading.over")
    if row.state != "running":
        raise _closed("借阅已结束、撤销或暂停，在线阅览已关闭。", "the lending is not running", "reading.closed")
    here = {activity.element for activity in instances.open_activities(tx, row.id)}
    if until is None or not here & set(rule.steps):
        raise Conflict(
            "借阅还没有批准开通，现在不能在线阅览。",
            "the lending is not open yet",
            "批准并由档案员开通后，从借阅件打开。",
            "reading.not_open",
        )
    return until


def _closed(zh: str, en: str, code: str) -> Conflict:
    return Conflict(zh, en, "还需要阅览的，请在到期前续期，或重新申请借阅。", code)


def _lent(tx: Tx, row: InstanceRow, rule: Reading) -> tuple[InstanceRow, ArchiveRow]:
    """The case that is read, and its latest package."""
    try:
        source = instances.by_number(tx, str(row.variables.get(rule.case) or ""))
    except NotFound:
        source = None
    made = [one for one in archives.of_instance(tx, source.id) if one.digest] if source is not None else []
    if source is None or not made:
        raise NotFound(
            "电子件还没有归档包，暂时不能阅览。",
            "the case has no archive package yet",
            "办结几分钟后自动生成；一直没有的，请档案员核对档案目录里的电子件编号。",
            "reading.not_made",
        )
    return source, made[-1]


def _let_in(engine: Engine, tx: Tx, row: InstanceRow, rule: Reading) -> bool:
    """Whether everybody who decides about who may know has agreed, and to what was asked last."""
    results: Mapping[str, Any] = row.variables.get("results") or {}
    first = engine.package(tx, row.definition_id).manifest.first or ""
    asked = str((results.get(first) or {}).get("at") or "")
    said = [results.get(element) or {} for element in rule.secret]
    return bool(said) and all(
        one.get("outcome") == AGREED and (not asked or _at(one["at"]) >= _at(asked)) for one in said
    )


def _at(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))


def instant(value: Json, zone: ZoneInfo) -> datetime | None:
    """When a field says that it ends: an instant, or the end of a day in the office."""
    if not value:
        return None
    text = str(value)
    if len(text) > len("2026-03-20"):
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), tzinfo=zone)

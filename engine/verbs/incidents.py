"""What the house could not do by itself: seen by administrators, tried again or settled by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn
from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.progress import load, names, write_down
from engine.progress.permission import SEES_ALL, veiled, within_reach
from engine.runtime import Engine
from engine.store import Tx, bindings, deliveries, house, incidents, instances, timers

VIEWERS = frozenset({"admin", "auditor"})
SHOWN, SHOWN_LOST = 200, 20
KINDS = {
    "delivery": "通知未发出",
    "timer": "到时处理失败",
    "unbound": "等待绑定",
    "call": "外部调用失败",
    "stuck": "流程停滞",
    "empty_post": "无人办理",
    "schedule": "定时发起失败",
    "silence": "逾期未回无人决定",
    "altered": "数据与写入时不一致",
    "righted": "数据失真，已自动恢复",
    "clock": "服务器时钟跳动",
}
# in place of messages that hold what people wrote, for whoever mends a case without reading it
PLAIN: Mapping[str, str] = {
    "oral": "对口头请示的登记有异议。",
    "file": "附件查出病毒，已隔离。",
    "reassign": "超期应改派，但没有找到可接手的人。",
    "auto": "超期应自动处理，未自动处理。",
}


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident; ``lost`` are notices that did not leave: person, title, reason.

    ``process`` is set where its page of bindings is the place to mend it.
    """

    id: int
    kind: str
    label: str
    message: str
    number: str
    title: str
    opened: datetime
    resolved: datetime | None
    resolved_by: str
    resolution: str
    can_retry: bool
    process: str
    lost: tuple[tuple[str, str, str], ...]


def listed(engine: Engine, actor: Actor, *, resolved: bool = False) -> tuple[IncidentView, ...]:
    """Open incidents, or those that are settled, newest first."""
    _may(actor, VIEWERS)
    with engine.store.reading() as tx:
        rows = incidents.listed(tx, resolved=resolved, most=SHOWN)
        hidden = veiled(tx, actor, (row["instance_id"] for row in rows))
        if actor.reach is not None:  # a company sees and mends its own
            rows = [row for row in rows if row["instance_id"] is not None and row["instance_id"] not in hidden]
        titles = bool(actor.roles & SEES_ALL)
        return tuple(_view(engine, tx, row, hidden=row["instance_id"] in hidden, titles=titles) for row in rows)


def retry(engine: Engine, incident_id: int, actor: Actor) -> int:
    """Do again what failed, from the beginning of its five tries; how many things."""
    _may(actor, {"admin"})
    with engine.store.transaction() as tx:
        row = _open(tx, incident_id, actor)
        again = _retried(engine, tx, row)
        house.resolve_incident(tx, incident_id, engine.now(), actor.id, f"重试 {again} 项")
    return again


def resolve(engine: Engine, incident_id: int, actor: Actor, how: str) -> None:
    """Close an incident that somebody has dealt with, saying how."""
    _may(actor, {"admin"})
    if not how.strip():
        raise BadInput("请写明处理情况。", "say what was done", "例如：已更换邮件服务器。", "incident.words")
    with engine.store.transaction() as tx:
        _open(tx, incident_id, actor)
        house.resolve_incident(tx, incident_id, engine.now(), actor.id, how.strip())


def _retried(engine: Engine, tx: Tx, row: Mapping[str, Json]) -> int:
    now = engine.now()
    if row["kind"] == "delivery":
        return deliveries.revive(tx, row["facts"]["channel"], now)
    if row["kind"] == "timer":
        return timers.revive_dead(tx, row["facts"]["timers"])
    if row["kind"] == "call":
        return bindings.revive(tx, row["instance_id"], row["facts"]["element"], now)
    if row["kind"] == "unbound":
        return _looked_again(engine, tx, row)
    raise BadInput("这类异常不能重试。", "cannot be retried", "请处理后标记为已处理。", "incident.no_retry")


def _looked_again(engine: Engine, tx: Tx, row: Mapping[str, Json]) -> int:
    """Let the instance ask once more for what it waits for."""
    found = instances.by_id(tx, row["instance_id"], lock=True)
    if found.state == "running":
        case = load(engine, tx, found, engine.now())
        write_down(case, bpmn.assign(case.package.process, found.snapshot, names(case), case.now))
        if any(one["id"] == row["id"] for one in house.open_incidents(tx, found.id)):
            raise BadInput(
                "仍未绑定，实例继续等待。",
                "it is still not bound",
                "请先在“外部处理”中绑定，或发布被调用的流程。",
                "incident.still",
            )
    return 1


def _open(tx: Tx, incident_id: int, actor: Actor) -> Mapping[str, Json]:
    found = next((row for row in house.open_incidents(tx) if row["id"] == incident_id), None)
    if found is not None and _elsewhere(tx, found["instance_id"], actor):
        raise NotFound("没有这项异常。", "no such incident")
    if found is not None:
        return found
    if any(row["id"] == incident_id for row in incidents.listed(tx, resolved=True, most=SHOWN)):
        raise Conflict("这项异常已经处理。", "already resolved", "可在“已处理”中查看。", "incident.resolved")
    raise NotFound("没有这项异常。", "no such incident")


def _elsewhere(tx: Tx, instance_id: int | None, actor: Actor) -> bool:
    """Whether it concerns another company, or the whole house, and somebody of a company asks."""
    if actor.reach is None:
        return False
    return instance_id is None or not within_reach(actor, instances.by_id(tx, instance_id).unit_id)


def _may(actor: Actor, roles: frozenset[str] | set[str]) -> None:
    if not actor.roles & roles:
        raise NotAllowed("异常由系统管理员处理。", "only for administrators", "请联系系统管理员。")


def _view(engine: Engine, tx: Tx, row: Mapping[str, Json], *, hidden: bool, titles: bool) -> IncidentView:
    who = engine.directory(tx).person(row["resolved_by"]) if row["resolved_by"] else None
    channel = row["facts"].get("channel", "") if row["kind"] == "delivery" and row["resolved_at"] is None else ""
    return IncidentView(
        id=row["id"],
        kind=row["kind"],
        label="流程未发布" if row["facts"].get("calls") else KINDS.get(row["kind"], "异常"),
        message=PLAIN.get(str(row["kind"]), str(row["message"])) if hidden or not titles else str(row["message"]),
        number=row["number"] or "",
        title="" if hidden else row["title"] or "",  # the number is enough to mend it
        opened=row["opened_at"],
        resolved=row["resolved_at"],
        resolved_by=who.name if who else "",
        resolution=row["resolution"],
        can_retry=row["kind"] in ("delivery", "timer", "call", "unbound"),
        process=row["process"] or "" if row["kind"] == "call" or row["facts"].get("wanted") else "",
        lost=tuple(deliveries.given_up(tx, channel, SHOWN_LOST, titles=titles)) if channel else (),
    )

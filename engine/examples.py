"""Play an example of a package: act at the stated times, let due timers fire on the way, compare what must be true.

Examples are the package's own tests and its documentation; docs/reference/package.md explains their keys.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.errors import SanbanError
from engine.model import Actor, Json, OpenItem
from engine.runtime import Engine
from engine.store import instances as instance_rows
from engine.store import notices, registers
from engine.store import timers as timer_rows
from engine.verbs import files, instances, people, timers, work


LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Played:
    """What became of an example: ``faults`` is empty if everything was as stated."""

    number: str = ""
    faults: list[str] = field(default_factory=list)
    refused: str = ""  # code of the error that refused the start, if one was expected


@dataclass(slots=True)
class _Stage:
    engine: Engine
    set_clock: Callable[[datetime], None]
    script: Mapping[str, Any]
    played: Played
    zone: Any
    since: datetime = LONG_AGO  # the last time before this one at which something was stated
    at: datetime = LONG_AGO

    def arrive(self, at: datetime) -> None:
        """Notices are asked for from the last stated time on."""
        if at > self.at:
            self.since, self.at = self.at, at

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)

    def fault(self, where: str, what: str, wanted: Json, found: Json) -> None:
        self.played.faults.append(f"{where}: {what}: expected {wanted!r}, found {found!r}")


def play(engine: Engine, set_clock: Callable[[datetime], None], text: str) -> Played:
    """Play one examples/*.toml on an engine whose clock the caller can set. The packages must be deployed."""
    script = tomllib.loads(text)
    with engine.store.reading() as tx:
        zone = engine.calendar(tx).zone
    stage = _Stage(engine, set_clock, script, Played(), zone)
    if not _start(stage):
        return stage.played
    events = [("do", d) for d in script.get("do", [])] + [("expect", e) for e in script.get("expect", [])]
    # what is expected at a time is looked at after everybody has acted at that time, unless it says ``before``
    events.sort(key=lambda e: (stage.moment(e[1]["at"]), 0 if e[1].get("before") else 1 if e[0] == "do" else 2))
    for kind, event in events:
        where = f"{event['at']} {kind} {event.get('step', '')}"
        stage.arrive(stage.moment(event["at"]))
        advance(engine, set_clock, stage.at, standstill=event.get("standstill", False))
        try:
            _do(stage, event, where) if kind == "do" else _expect(stage, event, where)
        except SanbanError as error:
            if event.get("refused") != error.reason:
                stage.fault(where, "error", event.get("refused", ""), f"{error.reason}: {error.message_zh}")
    _end(stage)
    return stage.played


def advance(
    engine: Engine, set_clock: Callable[[datetime], None], until: datetime, *, standstill: bool = False
) -> None:
    """Let time pass: every timer fires at its own instant, or all together at the end after a standstill."""
    while not standstill:
        with engine.store.reading() as tx:
            following = timer_rows.next_due(tx)
        if following is None or following > until:
            break
        set_clock(max(following, engine.now()))
        if timers.fire_due(engine) == 0:
            break
    set_clock(until)
    timers.fire_due(engine)


def _start(stage: _Stage) -> bool:
    start = stage.script["start"]
    advance(stage.engine, stage.set_clock, stage.moment(start["at"]))
    actor = people.actor(stage.engine, start["as"])
    try:
        done = instances.start(
            stage.engine,
            stage.script["process"],
            start.get("data", {}),
            actor,
            urgency=start.get("urgency"),
            title=start.get("title"),
        )
    except SanbanError as error:
        stage.played.refused = error.reason
        if start.get("refused") != error.reason:
            stage.fault("start", "error", start.get("refused", ""), f"{error.reason}: {error.message_zh}")
        return False
    if start.get("refused"):
        stage.fault("start", "error", start["refused"], "")
    stage.played.number = done.number
    return True


def _watcher(stage: _Stage) -> Actor:
    """Somebody who may read everything."""
    return Actor(0, "", "", frozenset({"auditor"}))


def _item(stage: _Stage, event: Mapping[str, Any], state: str = "open") -> OpenItem | None:
    view = instances.get(stage.engine, stage.played.number, _watcher(stage))
    wanted = people.actor(stage.engine, event["as"]) if "as" in event else None
    fitting = [
        i
        for i in view.items
        if i.state == state
        and i.element == event["step"]
        and (not event.get("entry") or i.entry == event["entry"])
        and (wanted is None or i.performer_id == wanted.id or (i.pool and i.pool in wanted.pools))
    ]
    if state == "done":
        fitting = [i for i in fitting if wanted is None or i.decided_by == wanted.name][-1:]
    return fitting[0] if fitting else None


def _do(stage: _Stage, event: Mapping[str, Any], where: str) -> None:
    verb = event.get("verb", "decide")
    if verb in ("urge", "withdraw", "void"):
        _on_instance(stage, event, verb)
        return
    item = _item(stage, event, "done" if verb == "retract" else "open")
    if item is None:
        open_now = [(i.element, i.entry, i.performer) for i in _open(stage)][:12]
        stage.fault(where, "no such open item", event.get("as", "anybody"), open_now)
        return
    _compare_due(stage, where, "due", event.get("due"), item.deadline)
    actor = _actor_of(stage, event, item)
    match verb:
        case "retract":
            work.retract(stage.engine, item.id, actor)
        case "transfer":
            work.transfer(stage.engine, item.id, event["to"], actor, opinion=event.get("opinion", ""))
        case _ if "return" in event:
            given = event["return"]
            work.return_to(
                stage.engine,
                item.id,
                actor,
                to=given.get("to"),
                mode=given.get("mode", "again"),
                reasons=given.get("reasons", ()),
                opinion=event.get("opinion", ""),
            )
        case _:
            work.decide(
                stage.engine,
                item.id,
                event.get("outcome", "approve"),
                actor,
                opinion=event.get("opinion", ""),
                data=event.get("data", {}),
                attachments=_evidence(stage, item, actor, event),
            )
    if event.get("refused"):
        stage.fault(where, "error", event["refused"], "")


def _evidence(stage: _Stage, item: OpenItem, actor: Actor, event: Mapping[str, Any]) -> list[str]:
    """A real file stands for the evidence an entry asks for, unless the example leaves it out."""
    if not (item.facts.get("key") and item.facts.get("evidence")) or event.get("evidence") is False:
        return []
    from_text = f"{item.entry} {item.name}：{item.facts['evidence']}"
    return [files.put(stage.engine, f"{item.entry}.txt", [from_text.encode()], actor).id]


def _actor_of(stage: _Stage, event: Mapping[str, Any], item: OpenItem) -> Actor:
    if "as" in event:
        return people.actor(stage.engine, event["as"])
    if item.performer_id is None:
        return people.actor(stage.engine, str(item.facts["accountable"]))
    with stage.engine.store.reading() as tx:
        person = stage.engine.directory(tx).person(item.performer_id)
    return people.actor(stage.engine, person.login if person else "")


def _on_instance(stage: _Stage, event: Mapping[str, Any], verb: str) -> None:
    actor = people.actor(stage.engine, event["as"])
    if verb == "urge":
        instances.urge(stage.engine, stage.played.number, actor, text=event.get("opinion", ""))
    elif verb == "withdraw":
        instances.withdraw(stage.engine, stage.played.number, actor, reason=event.get("opinion", ""))
    else:
        instances.void(stage.engine, stage.played.number, actor, reason=event.get("opinion", ""))


def _open(stage: _Stage) -> list[OpenItem]:
    view = instances.get(stage.engine, stage.played.number, _watcher(stage))
    return [i for i in view.items if i.state == "open"]


def _expect(stage: _Stage, event: Mapping[str, Any], where: str) -> None:
    view = instances.get(stage.engine, stage.played.number, _watcher(stage))
    open_items = [i for i in view.items if i.state == "open"]
    if "light" in event and view.light != event["light"]:
        stage.fault(where, "light", event["light"], view.light)
    if "state" in event and view.state != event["state"]:
        stage.fault(where, "state", event["state"], view.state)
    if "open" in event and sorted({i.element for i in open_items}) != sorted(event["open"]):
        stage.fault(where, "open", event["open"], sorted({i.element for i in open_items}))
    for element, wanted in event.get("due", {}).items():
        item = next((i for i in open_items if element in (i.element, i.entry)), None)
        _compare_due(stage, where, f"due of {element}", wanted, item.deadline if item else None)
    for element, wanted in event.get("lights", {}).items():
        item = next((i for i in view.items if element in (i.element, i.entry) and i.state != "cancelled"), None)
        if item is None or item.light != wanted:
            stage.fault(where, f"light of {element}", wanted, item.light if item else None)
    if "instance_due" in event:
        _compare_due(stage, where, "instance due", event["instance_due"], view.deadline)
    for name, wanted in event.get("data", {}).items():
        if view.data.get(name) != wanted:
            stage.fault(where, f"data {name}", wanted, view.data.get(name))
    _expect_timers(stage, event, where, view.id)
    _expect_records(stage, event, where)


def _expect_timers(stage: _Stage, event: Mapping[str, Any], where: str, instance_id: int) -> None:
    with stage.engine.store.reading() as tx:
        rows = timer_rows.of_instance(tx, instance_id)
        sent = notices.of_instance(tx, instance_id)
    fired = {r.rung for r in rows if r.state == "fired" and r.level in ("instance", event.get("level", "instance"))}
    for rung in event.get("fired", []):
        if rung not in fired:
            stage.fault(where, "rung fired", rung, sorted(fired))
    for rung in event.get("not_fired", []):
        if rung in fired:
            stage.fault(where, "rung not fired", rung, sorted(fired))
    for name, wanted in event.get("stage_due", {}).items():
        dues = {r.facts["deadline"] for r in rows if r.level == f"stage:{name}" and r.state != "cancelled"}
        found = datetime.fromisoformat(dues.pop()) if dues else None
        _compare_due(stage, where, f"stage {name}", wanted, found)
    told = [
        login
        for notice, login in sent
        if stage.since < notice.created_at <= stage.at and notice.kind in ("chase", "todo", "copy")
    ]
    for login in event.get("notified", []):
        if login not in told:
            stage.fault(where, "notified", login, sorted(set(told)))
    for login in event.get("not_notified", []):
        if login in told:
            stage.fault(where, "not notified", login, sorted(set(told)))
    for login in set(told):
        if "notified" in event and event.get("once", True) and told.count(login) > 1:
            stage.fault(where, "told once", login, told.count(login))


def _expect_records(stage: _Stage, event: Mapping[str, Any], where: str) -> None:
    with stage.engine.store.reading() as tx:
        for name, wanted in event.get("records", {}).items():
            found = registers.count(tx, name)
            if found != wanted:
                stage.fault(where, f"lines of {name}", wanted, found)
        if "children" in event:
            row = instance_rows.by_number(tx, stage.played.number)
            found = len(instance_rows.children(tx, row.id))
            if found != event["children"]:
                stage.fault(where, "children", event["children"], found)


def _compare_due(stage: _Stage, where: str, what: str, wanted: str | None, found: datetime | None) -> None:
    if wanted is None:
        return
    local = found.astimezone(stage.zone).strftime("%Y-%m-%d %H:%M") if found else "none"
    if local != wanted:
        stage.fault(where, what, wanted, local)


def _end(stage: _Stage) -> None:
    end = stage.script.get("end", {})
    view = instances.get(stage.engine, stage.played.number, _watcher(stage))
    if "state" in end and view.state != end["state"]:
        stage.fault("end", "state", end["state"], f"{view.state}, open: {[i.element for i in _open(stage)]}")
    if "path" in end:
        with stage.engine.store.reading() as tx:
            rows = instance_rows.activities(tx, view.id)
        path = [r.element for r in rows if r.state != "cancelled"]
        wanted = [e for e in end["path"] if e in {s.element for s in view.steps}]
        if path != wanted:
            stage.fault("end", "path", wanted, path)
    for name, wanted in end.get("data", {}).items():
        if view.data.get(name) != wanted:
            stage.fault("end", f"data {name}", wanted, view.data.get(name))

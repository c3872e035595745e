"""What an example states, compared with what is."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from engine.examples.stage import Stage, meant, open_items, watcher
from engine.model import InstanceView
from engine.store import instances as instance_rows
from engine.store import notices, registers
from engine.store import timers as timer_rows
from engine.verbs import instances, replanning


def expect(stage: Stage, event: Mapping[str, Any], where: str) -> None:
    found = meant(stage, event)
    if not found:
        stage.fault(where, "instance", {name: event[name] for name in ("of", "having") if name in event}, None)
        return
    view = instances.get(stage.engine, found[0], watcher())
    for what in ("light", "state"):
        if what in event and getattr(view, what) != event[what]:
            stage.fault(where, what, event[what], getattr(view, what))
    _expect_items(stage, event, where, view)
    if "instance_due" in event:
        compare_due(stage, where, "instance due", event["instance_due"], view.deadline)
    for name, wanted in event.get("data", {}).items():
        if view.data.get(name) != wanted:
            stage.fault(where, f"data {name}", wanted, view.data.get(name))
    _expect_difference(stage, event.get("difference", {}), where)
    _expect_timers(stage, event, where, view.id)
    _expect_notices(stage, event, where, view.id)
    _expect_records(stage, event, where)
    _expect_registers(stage, event, where)


def _expect_items(stage: Stage, event: Mapping[str, Any], where: str, view: InstanceView) -> None:
    """Which steps are open, when they are due, and their lights."""
    open_items = [i for i in view.items if i.state == "open"]
    if "open" in event and sorted({i.element for i in open_items}) != sorted(event["open"]):
        stage.fault(where, "open", event["open"], sorted({i.element for i in open_items}))
    for element, wanted in event.get("due", {}).items():
        item = next((i for i in open_items if element in (i.element, i.entry)), None)
        compare_due(stage, where, f"due of {element}", wanted, item.deadline if item else None)
    for element, wanted in event.get("lights", {}).items():
        item = next((i for i in view.items if element in (i.element, i.entry) and i.state != "cancelled"), None)
        if item is None or item.light != wanted:
            stage.fault(where, f"light of {element}", wanted, item.light if item else None)


def _expect_difference(stage: Stage, wanted: Mapping[str, Sequence[str]], where: str) -> None:
    """The newest difference list: entries by what became of them, all of those that are named."""
    lists = replanning.changes(stage.engine, stage.played.number, watcher()) if wanted else ()
    for effect, entries in wanted.items():
        found = sorted(line.entry for line in lists[0].lines if line.effect == effect) if lists else []
        if sorted(entries) != found:
            stage.fault(where, f"difference {effect}", sorted(entries), found)


def _expect_timers(stage: Stage, event: Mapping[str, Any], where: str, instance_id: int) -> None:
    with stage.engine.store.reading() as tx:
        rows = timer_rows.of_instance(tx, instance_id)
    fired = {r.rung for r in rows if r.state == "fired" and r.level in ("instance", event.get("level", "instance"))}
    _compare_names(stage, where, "rung fired", event.get("fired", []), fired, wanted=True)
    _compare_names(stage, where, "rung not fired", event.get("not_fired", []), fired, wanted=False)
    for name, due in event.get("stage_due", {}).items():
        dues = {r.facts["deadline"] for r in rows if r.level == f"stage:{name}" and r.state != "cancelled"}
        compare_due(stage, where, f"stage {name}", due, datetime.fromisoformat(dues.pop()) if dues else None)


def _expect_notices(stage: Stage, event: Mapping[str, Any], where: str, instance_id: int) -> None:
    with stage.engine.store.reading() as tx:
        sent = notices.of_instance(tx, instance_id)
    told = [login for notice, login in sent if stage.since < notice.created_at <= stage.at]
    _compare_names(stage, where, "notified", event.get("notified", []), set(told), wanted=True)
    _compare_names(stage, where, "not notified", event.get("not_notified", []), set(told), wanted=False)
    if "notified" in event and event.get("once", True):
        for login in sorted({t for t in told if told.count(t) > 1}):
            stage.fault(where, "told once", login, told.count(login))


def _compare_names(stage: Stage, where: str, what: str, names: Sequence[str], found: Set[str], *, wanted: bool) -> None:
    for name in names:
        if (name in found) is not wanted:
            stage.fault(where, what, name, sorted(found))


def _expect_registers(stage: Stage, event: Mapping[str, Any], where: str) -> None:
    """``states`` and ``holds`` name a record as ``seal:公章``: its state, and what some of its columns hold."""
    with stage.engine.store.reading() as tx:
        for name, wanted in event.get("states", {}).items():
            row = registers.by_label(tx, *name.split(":", 1))
            if row is None or row.state != wanted:
                stage.fault(where, f"state of {name}", wanted, row.state if row else None)
        for name, wanted in event.get("holds", {}).items():
            row = registers.by_label(tx, *name.split(":", 1))
            held = {column: row.data.get(column) for column in wanted} if row else None
            if held != wanted:
                stage.fault(where, f"columns of {name}", wanted, held)


def _expect_records(stage: Stage, event: Mapping[str, Any], where: str) -> None:
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


def compare_due(stage: Stage, where: str, what: str, wanted: str | None, found: datetime | None) -> None:
    if wanted is None:
        return
    local = found.astimezone(stage.zone).strftime("%Y-%m-%d %H:%M") if found else "none"
    if local != wanted:
        stage.fault(where, what, wanted, local)


def compare_end(stage: Stage) -> None:
    end = stage.script.get("end", {})
    view = instances.get(stage.engine, stage.played.number, watcher())
    if "state" in end and view.state != end["state"]:
        stage.fault("end", "state", end["state"], f"{view.state}, open: {[i.element for i in open_items(stage)]}")
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

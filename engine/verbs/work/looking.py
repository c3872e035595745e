"""One work item as its performer sees it: form, rights, buttons, and what would follow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from engine.model import Actor, ItemView, Json, NextStep, OpenItem, Outcome
from engine.package import Plan
from engine.progress import Case, load
from engine.progress.case import constants
from engine.progress.data import checked, offered, rights
from engine.progress.entry_questions import LEFT_OUT, asks_first, may_ask
from engine.progress.foresight import after
from engine.progress.gates import gated, open_entries
from engine.progress.in_time import last_moment
from engine.progress.permission import (
    activity_of,
    is_performer,
    lacks_confirmation,
    open_for,
    part_of,
    require_read,
    return_targets,
)
from engine.progress.undo import refusal
from engine.progress.viewing import item_view
from engine.progress.viewing import view as instance_view
from engine.runtime import Engine
from engine.store import Tx, instances, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

# what is asked of somebody who is not to decide
ONLY: Mapping[str, frozenset[str]] = {
    "consult": frozenset({"answer"}),
    "assist": frozenset({"assist"}),
    "read": frozenset({"read"}),
    "sign": frozenset({"sign"}),
    "silence": frozenset({"silence"}),
    "entry": frozenset({"entry"}),
    "delegated": frozenset({"hand_back"}),
    "decide": frozenset(),
}


def mine(engine: Engine, number: str, actor: Actor) -> int | None:
    """My open item on an instance; the one that is due first if there are several."""
    with engine.store.reading() as tx:
        own = _own(tx, number, actor)
        return own[0].id if own else None


def all_mine(engine: Engine, number: str, actor: Actor) -> tuple[OpenItem, ...]:
    """All my open items on an instance, to choose from: often one for each post I hold."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_number(tx, number), engine.now(), actor)
        return tuple(item_view(case, item) for item in _own(tx, number, actor))


def _own(tx: Tx, number: str, actor: Actor) -> list[ItemRecord]:
    row = instances.by_number(tx, number)
    own = [i for i in work.open_of_instance(tx, row.id) if i.state == "open" and is_performer(i, actor)]
    return sorted(own, key=lambda i: (i.deadline is None, i.deadline or i.arrived_at, i.id))


def opened(engine: Engine, item_id: int, actor: Actor) -> None:
    """Unread becomes read; from now on the sender cannot take it back."""
    with engine.store.transaction() as tx:
        item = work.by_id(tx, item_id)
        if item.opened_at is None and item.state in ("open", "unread") and is_performer(item, actor):
            work.mark_opened(tx, item, engine.now())


def view(engine: Engine, item_id: int, actor: Actor) -> ItemView:
    """One work item with everything its page needs."""
    with engine.store.reading() as tx:
        row = instances.by_item(tx, item_id)
        require_read(tx, row, actor, item_id=item_id)
        case = load(engine, tx, row, engine.now(), actor)
        case.held = timedelta(seconds=engine.settings.undo_seconds)
        return _view(case, work.by_id(tx, item_id), actor)


def _view(case: Case, item: ItemRecord, actor: Actor) -> ItemView:
    plan = case.package.plans[item.element]
    activity = activity_of(case, item)
    active = activity is not None and item.state == "open" and is_performer(item, actor) and part_of(item) == "decide"
    kept = work.get_draft(case.tx, person_id=actor.id, scope=f"item:{item.id}")
    first = item.element == case.package.manifest.first
    buttons = (Outcome("submit", "提交"),) if first else plan.outcomes
    return ItemView(
        item=item_view(case, item),
        instance=instance_view(case),
        form=case.package.form,
        permissions=_permissions(case, plan, active=active),
        data=case.row.variables,
        outcomes=_offered(case, item, activity, buttons) if active and activity is not None else (),
        actions=_actions(case, plan, item, actor, active=active),
        opinion_default=plan.opinion.default,
        opinion_required=plan.opinion.required_on,
        next_steps=after(case, activity, plan, {}) if active and activity is not None and activity in case.open else {},
        return_targets=tuple(return_targets(case, plan)) if active and "return" in plan.actions else (),
        reasons=case.package.manifest.reasons,
        straight=_straight(case),
        reasons_on=plan.reasons_on,
        draft=kept[0] if kept else None,
        draft_saved=kept[1] if kept else None,
        quick=plan.quick,
        quick_reason=plan.quick_reason,
        duty=plan.duty,
        documents=tuple((n, case.package.manifest.document[n].title) for n in plan.documents) if active else (),
        gate=tuple(item_view(case, i) for i in open_entries(case, gated(plan))) if active else (),
        confirm=active and part_of(item) == "decide" and lacks_confirmation(case, plan, actor),
    )


def _offered(case: Case, item: ItemRecord, activity: ActivityRow, buttons: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Without what its performer has to ask for first, and what it is too late for."""
    left = [b for b in buttons if b.code != LEFT_OUT] if item.entry is not None and asks_first(case, item) else buttons
    plan = case.package.plans[item.element]
    return tuple(b for b in left if (at := last_moment(case, activity, plan, b.code)) is None or case.now <= at)


def _straight(case: Case) -> tuple[str, ...]:
    manifest = case.package.manifest
    return tuple(manifest.reasons[code] for code in manifest.returns.direct) if manifest.returns else ()


def _permissions(case: Case, plan: Plan, *, active: bool) -> dict[str, str]:
    found = rights(case.package, plan)
    if active:
        return offered(case.engine, case.tx, case.package, found)
    return {k: "hide" if v == "hide" else "read" for k, v in found.items()}


def _actions(case: Case, plan: Plan, item: ItemRecord, actor: Actor, *, active: bool) -> frozenset[str]:
    found = set(plan.actions) if active else set()
    if active and item.performer_id is None:
        found.add("claim")
    if active and item.facts.get("pool"):
        found.add("release")
    if active and not return_targets(case, plan):
        found.discard("return")
    if item.kind == "decide" and item.state == "done" and not refusal(case, item, actor):
        found.add("retract")
    if item.kind == "decide" and item.state == "done" and item.decided_by == actor.id:
        found |= plan.actions & {"circulate"}
    if item.kind == "read" and item.performer_id == actor.id and "pass_on" in plan.actions:
        found |= plan.actions & {"circulate"}
    if active and may_ask(case, item):
        found.add("ask_entry")
    found.discard("pass_on")  # what it allows is the same button
    if not active and item.state in ("open", "unread") and is_performer(item, actor):
        found |= ONLY[part_of(item)]
    return frozenset(found)


def preview(engine: Engine, item_id: int, data: Mapping[str, Json], actor: Actor) -> Mapping[str, tuple[NextStep, ...]]:
    """Who would be next on each button under the data as they stand in the form now."""
    with engine.store.reading() as tx:
        row = instances.by_item(tx, item_id)
        case = load(engine, tx, row, engine.now(), actor)
        activity = open_for(case, work.by_id(tx, item_id), actor)
        if activity not in case.open:
            return {}  # its list has gone on: nothing follows from this entry
        plan = case.package.plans[activity.element]
        given = checked(
            engine,
            tx,
            case.package,
            data,
            previous=row.variables,
            permissions=rights(case.package, plan),
            constants=constants(case),
            actor=actor,
            instance_id=row.id,
            complete=False,
        )
        return after(replace(case, row=replace(row)), activity, plan, given)

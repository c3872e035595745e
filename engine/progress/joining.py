"""More people in an open activity: who may be asked, and the rows of their parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.org import Person
from engine.package import Plan
from engine.progress.case import Case, log
from engine.progress.knowing import require_listed
from engine.store import instances, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

MOST_PEOPLE = 100


def offered(plan: Plan, action: str, label: str) -> None:
    """Refuse an operation that the step does not offer."""
    if action not in plan.actions:
        raise NotAllowed(f"这一步不能{label}。", f"this step does not offer {action}", "流程设计人员可在环节上开放。")


def people(case: Case, logins: Sequence[str], *, keep_out: Collection[int | None] = ()) -> tuple[Person, ...]:
    """The persons with these logins, each once; refuses unknown ones, leavers and those who must keep out."""
    if not 1 <= len(set(logins)) <= MOST_PEOPLE:
        raise BadInput(
            f"请选择 1–{MOST_PEOPLE} 人。", f"1 to {MOST_PEOPLE} people, please", "从名单中选择。", "work.people"
        )
    found = []
    for login in dict.fromkeys(logins):
        person = case.directory.person(login)
        if person is None or not person.active:
            raise NotFound(f"没有找到人员“{login}”。", f"no person {login}", "请从名单中选择。")
        if person.id in keep_out:
            raise NotAllowed(f"{person.name} 不能参与这一步。", f"{login} must keep out", "请另选一人。")
        found.append(person)
    require_listed(case.row, found)
    return tuple(found)


def join(
    case: Case,
    activity: ActivityRow,
    host: ItemRecord,
    invited: Sequence[Person],
    *,
    kind: str,
    state: str = "open",
    facts: Mapping[str, Json],
    due: tuple[datetime, datetime | None] | None = None,
) -> list[int]:
    """One more item for each of these people beside the part of ``host``, due with it or as ``due`` says; their ids."""
    deadline, warned = due or (host.deadline, host.warn_at)
    rows: list[dict[str, Any]] = [
        {
            "activity_id": activity.id,
            "instance_id": case.row.id,
            "process": case.row.process,
            "element": activity.element,
            "name": host.name,
            "entry": None,
            "performer_id": person.id,
            "pool": None,
            "principal_id": None,
            "post_id": None,
            "kind": kind,
            "state": state,
            "urgency": case.row.urgency,
            "ordinal": host.ordinal,
            "arrived_at": case.now,
            "visible_at": case.visible_at,
            "deadline": deadline if kind != "read" else None,
            "warn_at": warned if kind != "read" else None,
            "facts": dict(facts),
        }
        for person in invited
    ]
    if kind != "read":
        _widen(case, activity, len(rows))
    return work.insert(case.tx, rows)


def _widen(case: Case, activity: ActivityRow, more: int) -> None:
    """The activity is nobody's alone any more: its closing has to look for the parts of others."""
    facts = {**activity.facts, "seats": activity.facts.get("seats", 1) + more}
    instances.set_activity_facts(case.tx, activity.id, facts)
    case.open = [replace(a, facts=facts) if a.id == activity.id else a for a in case.open]


def keep_copy(case: Case, activity: ActivityRow, item: ItemRecord, actor: Actor) -> None:
    """转办: whoever had the part keeps a copy to look at, and is asked for nothing (domain.md §10.1)."""
    if any(i.kind == "read" and i.performer_id == actor.id for i in work.of_instance(case.tx, case.row.id)):
        return
    me = case.directory.person(actor.id)
    if me is None:
        return
    facts = {"sent_by": actor.id, "purpose": "转办后留存"}
    for copy in join(case, activity, item, [me], kind="read", state="unread", facts=facts):
        done = {"state": "done", "outcome": "read", "decided_at": case.now, "decided_by": actor.id}
        work.change(case.tx, copy, opened_at=case.now, **done)
        log(case, "keep_copy", activity=activity, item_id=copy, detail={"opinion": facts["purpose"]})

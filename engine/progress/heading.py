"""Whoever answers for a checklist as a whole (会务总协调) may read it, also without an entry of their own."""

from engine.progress.case import Case, find, log
from engine.progress.joining import join
from engine.progress.notices import Letter, tell
from engine.progress.seats import rule_of
from engine.store import work
from engine.store.instances import ActivityRow


def show_to_head(case: Case, activity: ActivityRow, host: int) -> None:
    """Give the performer of a checklist step the case to read, once, if they have no part in it yet."""
    plan = case.package.plans[activity.element]
    known = {case.row.initiator_id, *(i.performer_id for i in work.of_instance(case.tx, case.row.id))}
    heads = [p for p in find(case, rule_of(plan), needed=False).performers if p.id not in known]
    people = [person for p in heads if (person := case.directory.person(p.id)) is not None]
    if not people:
        return
    purpose = f"“{plan.name}”由您总负责"
    by = case.actor.id if case.actor else case.row.initiator_id
    facts = {"sent_by": by, "purpose": purpose}
    ids = join(case, activity, work.by_id(case.tx, host), people, kind="read", state="unread", facts=facts)
    said = {"step": plan.name, "actor": case.actor.name if case.actor else "", "opinion": purpose}
    tell(case, "T-READ", "copy", [Letter(p.id, i, said) for p, i in zip(people, ids, strict=True)])
    detail = {"opinion": purpose, "to": [p.login for p in people], "to_names": [p.name for p in people]}
    log(case, "circulate", activity=activity, detail=detail)

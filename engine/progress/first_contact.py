"""首问负责: who took the matter in is told of every change until its end, whoever handles it (domain.md M071).

Whoever received it if the form says so (``first_contact``, as the receipt of letters and inquiries does), else who
began it. The duty changes hands only when that person leaves.
"""

from collections.abc import Collection, Mapping

from engine.channels import wishes
from engine.model import Json
from engine.progress.case import Case, log
from engine.progress.notices import Letter, tell
from engine.store import first_contacts, people, work

FIELD = "first_contact"
AT_ONCE = "特急"


def take_over(case: Case) -> None:
    """Whoever the form names now is the first contact from now on."""
    named = case.row.variables.get(FIELD)
    person = case.directory.person(named) if isinstance(named, str) and named else None
    if person is not None and person.id != case.row.first_contact_id:
        hand(case, person.id)


def hand(case: Case, person_id: int, **why: Json) -> None:
    """Make somebody else the first contact, in row, form and record."""
    before, after = case.directory.person(case.row.first_contact_id), case.directory.person(person_id)
    case.row.first_contact_id = person_id
    if after is not None and case.row.variables.get(FIELD):
        case.row.variables = case.row.variables | {FIELD: after.login}
    names = {"from": before.name if before else "", "to": after.name if after else ""}
    log(case, "first_contact", detail={**names, **why})


def told(case: Case, template: str, facts: Mapping[str, Json], *, already: Collection[int | None] = ()) -> None:
    """One notice for the first contact, unless they did it themselves or hear of it anyway."""
    person = case.row.first_contact_id
    if person is None or person in already or (case.actor is not None and case.actor.id == person):
        return
    tell(case, template, "copy", [Letter(person, None, facts)])


def moved_on(case: Case) -> None:
    """Tell the first contact which steps this command has opened, and with whom they are."""
    if case.row.ended_at is not None or not case.created_activities or case.row.first_contact_id is None:
        return
    if case.actor is not None and case.actor.id == case.row.first_contact_id:
        return
    opened = [a for a in case.open if a.id in case.created_activities]
    items = [item for a in opened for item in work.of_activity(case.tx, a.id) if item.state in ("open", "waiting")]
    if not items or any(item.performer_id == case.row.first_contact_id for item in items):
        return
    people = [case.directory.person(item.performer_id) for item in items]
    pools = [case.directory.pool(item.pool) for item in items if item.pool and item.performer_id is None]
    holders = [p.name for p in people if p] + [p.title for p in pools if p]
    facts: dict[str, Json] = {
        "step": "、".join(dict.fromkeys(a.name for a in opened)),
        "performer": "、".join(dict.fromkeys(holders)),
    }
    if _daily(case, case.row.first_contact_id):
        words = f"到“{facts['step']}”" + (f"，由 {facts['performer']} 办理" if facts["performer"] else "")
        contact, at = case.row.first_contact_id, case.visible_at
        first_contacts.keep_change(case.tx, person_id=contact, instance_id=case.row.id, at=at, words=words)
        return
    told(case, "T-FIRST", facts)


def _daily(case: Case, person_id: int) -> bool:
    """Whether they want the steps of a day in one notice; the most urgent cases do not wait for the evening."""
    return case.row.urgency != AT_ONCE and wishes.first_daily(
        people.settings_of(case.tx, [person_id]).get(person_id, {})
    )

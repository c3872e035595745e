"""An open part changes hands without its performer doing it: leave, return, a leaver, a post that is handed over."""

from collections.abc import Collection, Mapping

from engine.model import Json, Performer
from engine.org import Chain, Directory, Person, Wish, last_post
from engine.package import Plan
from engine.progress.aside import save_aside
from engine.progress.case import Case, facts, find, kept_out, log
from engine.progress.knowing import on_list
from engine.progress.notices import Letter, tell
from engine.progress.replaced import changed, seat
from engine.progress.seats import rule_for
from engine.store import work
from engine.store.work import ItemRecord


def fits(case: Case, plan: Plan, item: ItemRecord, person_id: int) -> bool:
    """Whether somebody may be given a part: not the applicant, nobody the step keeps out or who may not know of it."""
    person = case.directory.person(person_id)
    if person is None or not on_list(case.row, person.login):
        return False
    own = case.row.initiator_id == item.performer_id  # what waits for the applicant may go to whoever follows
    return (own or person_id != case.row.initiator_id) and person_id not in kept_out(case, plan.exclude)


def stand_in(case: Case, plan: Plan, item: ItemRecord) -> tuple[Performer | None, str]:
    """Who acts instead of the performer now by the fallback chain, and a problem if that is only an administrator."""
    person = case.directory.person(item.performer_id)
    if person is None:
        return None, "没有办理人"
    found = find(case, rule_for(case, plan, item), exclude=plan.exclude) if item.kind == "decide" else None
    taken = {other.performer_id for other in work.of_activity(case.tx, item.activity_id) if other.state != "cancelled"}
    for performer in found.performers if found is not None else ():
        if performer.principal_id == person.id or (performer.hops and performer.id not in taken):
            return performer, found.problem if found is not None else ""
    return _by_person(case, plan, person)


def heir(case: Case, plan: Plan, item: ItemRecord, leaver: Person, after: Directory) -> tuple[Performer | None, str]:
    """Who gets a part of somebody who has left, by the rules of posts, in the organisation as it is ``after``."""
    known = facts(case)
    post = after.post(item.post_id) or last_post(case.directory, leaver)
    unit = after.unit(post.unit_id) if post is not None else None
    applicant = {case.row.initiator_id} - {leaver.id}  # what waits for the applicant goes to whoever follows
    chain = Chain(
        after,
        case.now,
        matter=known.matter,
        applicant=known.initiator,
        barred={*kept_out(case, plan.exclude), *applicant, leaver.id},
        knowers=known.knowers,
    )
    return chain.fill(Wish(post=post.code, unit=unit.code) if post and unit else Wish(person=leaver.login))


def _by_person(case: Case, plan: Plan, person: Person) -> tuple[Performer | None, str]:
    known = facts(case)
    barred: Collection[int] = kept_out(case, plan.exclude)
    chain = Chain(
        case.directory,
        case.now,
        matter=known.matter,
        applicant=known.initiator,
        barred=barred,
        knowers=known.knowers,
    )
    return chain.fill(Wish(person=person.login))


def reassign(
    case: Case,
    item: ItemRecord,
    *,
    verb: str,
    person_id: int,
    principal_id: int | None = None,
    post_id: int | None = None,
    reason: str = "",
    hops: tuple[str, ...] = (),
    mark: Mapping[str, Json] | None = None,
) -> None:
    """Write the change down: the part unread again with its deadline as it was, the record, and a notice."""
    before, after = case.directory.person(item.performer_id), case.directory.person(person_id)
    principal = case.directory.person(principal_id)
    told = {**item.facts, "hops": [*item.facts.get("hops", []), *hops], **gone(case, item), **(mark or {})}
    work.change(
        case.tx,
        item.id,
        performer_id=person_id,
        principal_id=principal_id,
        post_id=post_id if post_id is not None else item.post_id,
        opened_at=None,
        arrived_at=case.now,
        visible_at=case.now,
        facts={key: value for key, value in told.items() if value is not None},
    )
    detail: dict[str, Json] = {
        "from": before.login if before else "",
        "from_name": before.name if before else "",
        "to": after.login if after else "",
        "to_name": after.name if after else "",
        "opinion": reason,
        "hops": list(hops),
        **changed(
            seat(case, item), performer=after.login if after else "", principal=principal.login if principal else ""
        ),
    }
    activity = next((a for a in case.open if a.id == item.activity_id), None)
    log(case, verb, activity=activity, item_id=item.id, principal_id=principal_id, detail=detail)
    _tell(case, item, person_id, principal_id)
    save_aside(case)


def hand_to(case: Case, item: ItemRecord, found: Performer, *, reason: str, mark: Mapping[str, Json]) -> None:
    """Hand a part over to whom the rules have found, in the capacity in which they act."""
    reassign(
        case,
        item,
        verb="hand_over",
        person_id=found.id,
        principal_id=found.principal_id,
        post_id=found.post_id,
        reason=reason,
        hops=found.hops,
        mark=mark,
    )


def gone(case: Case, item: ItemRecord) -> dict[str, Json]:
    """Whose lateness it stays when the deadline is over before it changes hands (decision 037)."""
    late = item.deadline is not None and case.now > item.deadline
    return {"gone": item.facts.get("gone") or item.performer_id if late else None}


def _tell(case: Case, item: ItemRecord, person_id: int, principal_id: int | None) -> None:
    if item.state != "open":
        return
    principal, person = case.directory.person(principal_id), case.directory.person(person_id)
    words: dict[str, Json] = {"step": item.name, "due": item.deadline}
    if principal is not None and person is not None:
        words |= {"principal": principal.name, "substitute": person.name}
        tell(case, "T-AB", "todo", [Letter(person_id, item.id, words)])
    else:
        tell(case, "T-NEW", "todo", [Letter(person_id, item.id, words)])

"""移交: all open work of a leaver to one receiver, and that of a post to its next holder on a day (domain.md §7.6)."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from engine.errors import BadInput
from engine.model import Actor
from engine.org import Directory
from engine.package import Plan
from engine.progress import Case
from engine.progress.reassigning import fits, hand_to, heir, reassign, stand_in
from engine.progress.rotation import receiver_of, write_slip
from engine.runtime import Engine
from engine.store import Tx, absences, directories, people, work
from engine.store.absences import HandoverRow
from engine.store.work import ItemRecord
from engine.verbs.people.account_changes import remember
from engine.verbs.people.first_contacts import duties_of, hand_duties
from engine.verbs.people.moving import Give, Moved, listed, move, told
from engine.verbs.people.rules import (
    administrates,
    find_person,
    find_post,
    find_unit,
    not_for_oneself,
    reaches,
    require_reach,
    require_reach_of,
)

BY_POSTS = "按岗位规则确定的人员"


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over as its page shows it: planned, done or cancelled, with the list of what moved."""

    id: int
    kind: str  # leaver | rotation
    person: str  # name
    receiver: str
    witness: str
    post: str  # title, with its unit; empty for a leaver
    due: datetime
    state: str
    reason: str
    goods: str
    done_at: datetime | None
    moved: tuple[Moved, ...] = ()


def preview_handover(engine: Engine, login: str, actor: Actor, *, unit: str = "", post: str = "") -> tuple[Moved, ...]:
    """What would move: all a person has open, or what they have in one post."""
    administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
        post_id = find_post(now, find_unit(now, unit), post).id if post else None
        person = find_person(now, login)
        require_reach(now, actor, person)
        duties = (
            () if post_id is not None else duties_of(tx, person.id)
        )  # a rotation is of one post, a duty is personal
        return told(tx, (*listed(absences.held(tx, person.id, post_id)), *duties), actor)


def deactivate(
    engine: Engine, login: str, actor: Actor | None, *, to: str = "", reason: str = "离岗"
) -> Handover | None:
    """停用: nobody leaves open work behind; whoever has some needs a receiver, and afterwards has none."""
    administrates(actor)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        person = find_person(now, login)
        require_reach(now, actor, person)
        if actor is not None and person.id == actor.id:
            raise BadInput("不能停用自己。", "not oneself", "请由另一位管理员操作。")
        rows = absences.held(tx, person.id)
        duties = duties_of(tx, person.id)
        if (rows or duties or absences.lent(tx, person.id)) and not to:
            also = f"、{len(duties)} 件首问" if duties else ""
            raise BadInput(
                f"{person.name}还有 {len(rows)} 件待办{also}，请先选择接收人。",
                f"{login} has {len(rows)} open items and is the first contact of {len(duties)} cases",
                "选择接收人后再停用。",
                "org.receiver_needed",
            )
        people.set_active(tx, person.id, False)
        gone = replace(person, active=False)
        remember(
            engine, tx, now, verb="disabled", person=gone, actor=actor, words="停用了账号", detail={"reason": reason}
        )
        moment, made = engine.now(), None
        if to:
            receiver = receiver_of(now, person, find_person(now, to))
            not_for_oneself(now, actor, receiver)
            made = write_slip(
                tx, "leaver", person, receiver, moment, by=actor.id if actor else None, due=moment, reason=reason
            )
    engine.forget()
    return carry_out(engine, made, actor) if made is not None else None


def carry_out(engine: Engine, handover_id: int, actor: Actor | None = None) -> Handover:
    """Move what is open; safe to call again after an interruption, for what has moved is not there any more."""
    with engine.store.reading() as tx:
        row = absences.handover_by_id(tx, handover_id)
        rows = listed(absences.held(tx, row.person_id, row.post_id))
        named = absences.represented(tx, row.person_id, row.post_id) if row.post_id is not None else []
        lent = absences.lent(tx, row.person_id) if row.post_id is None else []
    done = move(engine, rows, _give(row), actor)
    if row.post_id is None:
        done += hand_duties(engine, row, actor)
    _rename(engine, [*named, *lent], row, actor)
    with engine.store.transaction() as tx:
        kept = absences.handover_by_id(tx, handover_id)
        moved = [*kept.moved, *map(asdict, done)]
        absences.change_handover(tx, row.id, was="planned", state="done", done_at=engine.now(), moved=moved)
    engine.forget()
    with engine.store.reading() as tx:
        return _told(tx, engine.directory(tx), absences.handover_by_id(tx, handover_id), actor)


def _give(row: HandoverRow) -> Give:
    def give(case: Case, item: ItemRecord, plan: Plan) -> tuple[int | None, str]:
        if item.performer_id != row.person_id:
            return None, "已经不在本人手里"
        if row.receiver_id is None:
            return _by_post(case, item, plan, row)
        receiver, why = row.receiver_id, ""
        principal: int | None = None
        hops: tuple[str, ...] = ()
        if not fits(case, plan, item, receiver):
            found, problem = stand_in(case, plan, item)
            if found is None:
                return None, problem
            why = problem or "接收人须回避，按岗位另派"
            receiver, principal, hops = found.id, found.principal_id, found.hops
        reassign(
            case,
            item,
            verb="hand_over",
            person_id=receiver,
            principal_id=principal,
            reason=row.reason,
            hops=hops,
            mark={"handover": row.id, "leave": None},
        )
        return receiver, why

    return give


def _by_post(case: Case, item: ItemRecord, plan: Plan, row: HandoverRow) -> tuple[int | None, str]:
    leaver = case.directory.person(row.person_id)
    found, problem = heir(case, plan, item, leaver, case.directory) if leaver else (None, "没有办理人")
    if found is None:
        return None, problem
    hand_to(case, item, found, reason=row.reason, mark={"handover": row.id, "leave": None})
    return found.id, problem


def _rename(engine: Engine, items: list[int], row: HandoverRow, actor: Actor | None) -> None:
    """What others do for the person stays with them, but is done for the receiver and comes back to the receiver."""

    def give(case: Case, item: ItemRecord, plan: Plan) -> tuple[int | None, str]:
        lent, receiver = item.facts.get("delegated_by") == row.person_id, row.receiver_id
        if receiver is None and (leaver := case.directory.person(row.person_id)):
            found, problem = heir(case, plan, item, leaver, case.directory)
            if found is None:
                return None, problem
            receiver = found.id
        facts = {**item.facts, "delegated_by": receiver} if lent else dict(item.facts)
        principal = receiver if item.principal_id == row.person_id else item.principal_id
        work.change(case.tx, item.id, facts=facts, principal_id=principal)
        return item.performer_id, ""

    move(engine, [Moved(item, "", "", "") for item in items], give, actor)


def handovers(engine: Engine, actor: Actor, kind: str | None = None) -> tuple[Handover, ...]:
    """All hand-overs, the newest first."""
    administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
        rows = [row for row in absences.handovers(tx, kind) if reaches(now, actor, row.person_id)]
        return tuple(_told(tx, now, row, actor) for row in rows)


def handover(engine: Engine, handover_id: int, actor: Actor) -> Handover:
    """One hand-over; the people on it may read it too."""
    with engine.store.reading() as tx:
        row = absences.handover_by_id(tx, handover_id)
        now = engine.directory(tx)
        if actor.id not in (row.person_id, row.receiver_id, row.witness_id):
            administrates(actor)
            require_reach_of(now, actor, row.person_id)
        return _told(tx, now, row, actor)


def _told(tx: Tx, now: Directory, row: HandoverRow, actor: Actor | None) -> Handover:
    own = actor is not None and actor.id in (row.person_id, row.receiver_id)
    post = now.post(row.post_id)
    unit = now.unit(post.unit_id) if post else None
    return Handover(
        id=row.id,
        kind=row.kind,
        person=_name(now, row.person_id),
        receiver=_name(now, row.receiver_id) or BY_POSTS,
        witness=_name(now, row.witness_id),
        post=f"{unit.short if unit else ''} {post.title}" if post else "",
        due=row.due,
        state=row.state,
        reason=row.reason,
        goods=row.goods,
        done_at=row.done_at,
        moved=told(tx, [Moved(**row_) for row_ in row.moved], actor, own=own),
    )


def _name(now: Directory, person_id: int | None) -> str:
    person = now.person(person_id)
    return person.name if person else ""

"""请假、外出: open work goes to whoever stands in when a leave begins, and what is left comes back when it ends."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from engine.errors import BadInput, Conflict
from engine.model import Actor
from engine.org import Directory, Person
from engine.package import Plan
from engine.progress import Case
from engine.progress.reassigning import hand_to, reassign, stand_in
from engine.runtime import Engine
from engine.store import Tx, absences, directories, people
from engine.store.absences import LeaveRow
from engine.store.work import ItemRecord
from engine.verbs.people.moving import Moved, listed, move, told
from engine.verbs.people.rules import (
    administrates,
    find_person,
    not_for_oneself,
    reaches,
    require_reach,
    require_reach_of,
)
from engine.verbs.people.standing_in import fit_deputy, span


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave as its page shows it; ``done`` is what others decided meanwhile (代行情况)."""

    id: int
    login: str
    name: str
    since: datetime
    until: datetime
    reason: str
    by: str  # name of the third person, if one was named
    state: str  # planned | away | over
    moved: tuple[Moved, ...] = ()
    returned: tuple[Moved, ...] = ()
    done: tuple[Moved, ...] = ()


def take_leave(
    engine: Engine,
    login: str,
    actor: Actor | None,
    *,
    since: datetime,
    until: datetime,
    reason: str = "请假",
    by: str = "",
    seals: bool = False,
) -> int:
    """Record a leave, one's own or anybody's by an administrator; its id. ``by`` stands in where no B role does."""
    if actor is None or actor.login != login:
        administrates(actor)
    moment = engine.now()
    span(since, until, moment)
    with engine.store.transaction() as tx:
        now = directories.load(tx, moment, engine.zone)
        person = find_person(now, login)
        if actor is None or actor.id != person.id:
            require_reach(now, actor, person)
        if any(row.person_id == person.id and row.since < until and since < row.until for row in now.leaves):
            raise Conflict(
                f"{person.name}在此期间已登记请假。",
                f"{login} is on leave then",
                "请先销假或改期。",
                "org.leave_exists",
            )
        deputy = fit_deputy(now, person, by, since, until) if by else None
        if deputy is not None and (actor is None or actor.id != person.id):
            not_for_oneself(now, actor, deputy)
        if deputy is None:
            _deputies_are_here(now, person, since, until)
        row = _write(tx, person, deputy, actor, moment, since=since, until=until, reason=reason[:200], seals=seals)
    engine.forget()
    if since <= moment:
        begin_leave(engine, row, actor)
    return row


def _write(
    tx: Tx,
    person: Person,
    deputy: Person | None,
    actor: Actor | None,
    at: datetime,
    *,
    since: datetime,
    until: datetime,
    reason: str,
    seals: bool,
) -> int:
    authority = None
    if deputy is not None:
        authority = people.substitute(
            tx,
            principal_id=person.id,
            substitute_id=deputy.id,
            since=since,
            until=until,
            seals=seals,
            reason=reason,
        )
    return absences.add_leave(
        tx,
        person_id=person.id,
        since=since,
        until=until,
        reason=reason,
        substitution_id=authority,
        created_by=actor.id if actor else None,
        created_at=at,
    )


def _deputies_are_here(now: Directory, person: Person, since: datetime, until: datetime) -> None:
    """A、B 原则上不得同时外出: with every B role of a post away too, somebody has to be named (domain.md §7.3)."""
    positions = now.on(since)
    for own in positions.seats_of(person):
        post = now.post(own.post_id)
        deputies = [now.person(seat.person_id) for seat in positions.seats(post) if seat.role == "B"]
        others = [deputy for deputy in deputies if deputy is not None and deputy != person]
        if own.role == "A" and others and all(now.gone(d, since, until) for d in others):
            names = "、".join(d.name for d in others)
            raise BadInput(
                f"“{post.title if post else ''}”的 B 角{names}在此期间也不在岗。",
                "every deputy is away at that time too",
                "请改期，或指定第三人代办。",
                "org.deputy_away",
            )


def preview_leave(engine: Engine, login: str, actor: Actor) -> tuple[Moved, ...]:
    """What would be handed over if a leave began now."""
    if actor.login != login:
        administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
        person = find_person(now, login)
        if actor.id != person.id:
            require_reach(now, actor, person)
        return told(tx, listed(absences.held(tx, person.id)), actor, own=actor.id == person.id)


def begin_leave(engine: Engine, leave_id: int, actor: Actor | None = None) -> tuple[Moved, ...]:
    """Hand over what is open; safe to call again after an interruption."""
    with engine.store.reading() as tx:
        row = absences.leave_by_id(tx, leave_id)
        rows = listed(absences.held(tx, row.person_id))

    def give(case: Case, item: ItemRecord, plan: Plan) -> tuple[int | None, str]:
        if item.performer_id != row.person_id:
            return None, "已经不在本人手里"
        if item.kind != "decide" or item.performer_id == case.row.initiator_id:
            return None, "须由本人处理，回来后继续"
        found, problem = stand_in(case, plan, item)
        if found is None:
            return None, problem
        was = [item.performer_id, item.principal_id, item.post_id]
        hand_to(case, item, found, reason=row.reason, mark={"leave": {"id": row.id, "was": was, "to": found.id}})
        return found.id, problem

    done = move(engine, rows, give, actor)
    with engine.store.transaction() as tx:
        kept = absences.leave_by_id(tx, leave_id)
        moved = [*kept.moved, *map(asdict, done)]
        absences.change_leave(tx, leave_id, began_at=kept.began_at or engine.now(), moved=moved)
    return tuple(done)


def end_leave(engine: Engine, leave_id: int, actor: Actor | None) -> tuple[Moved, ...]:
    """销假: back now, before the time or on it; what was handed over and is still open comes back."""
    with engine.store.transaction() as tx:
        row = absences.leave_by_id(tx, leave_id)
        if actor is None or actor.id != row.person_id:
            administrates(actor)
            require_reach_of(engine.directory(tx), actor, row.person_id)
        if row.settled_at is not None:
            raise Conflict("这次请假已经结束。", "the leave is over", "", "org.leave_over")
        moment = engine.now()
        absences.change_leave(tx, leave_id, until=min(row.until, moment))
        if row.substitution_id is not None:
            people.revoke(tx, row.substitution_id, moment)
    engine.forget()
    return settle_leave(engine, leave_id, actor)


def settle_leave(engine: Engine, leave_id: int, actor: Actor | None = None) -> tuple[Moved, ...]:
    """Bring back what is still open; safe to call again."""
    with engine.store.reading() as tx:
        row = absences.leave_by_id(tx, leave_id)

    def give(case: Case, item: ItemRecord, plan: Plan) -> tuple[int | None, str]:
        mark = item.facts.get("leave") or {}
        if mark.get("id") != row.id or mark["to"] != item.performer_id:
            return None, "已经另行转交"
        performer, principal, post = mark["was"]
        reassign(
            case,
            item,
            verb="take_back",
            person_id=performer,
            principal_id=principal,
            post_id=post,
            reason="返岗",
            mark={"leave": None},
        )
        return performer, ""

    handed = [Moved(m["item"], m["number"], m["title"], m["step"]) for m in row.moved if m["done"]]
    back = move(engine, handed, give, actor)
    with engine.store.transaction() as tx:
        absences.change_leave(tx, leave_id, settled_at=engine.now(), returned=[asdict(m) for m in back])
    return tuple(back)


def leave(engine: Engine, leave_id: int, actor: Actor) -> Leave:
    """One leave with its lists, for the person and for administrators."""
    with engine.store.reading() as tx:
        row = absences.leave_by_id(tx, leave_id)
        if actor.id != row.person_id:
            administrates(actor)
            require_reach_of(engine.directory(tx), actor, row.person_id)
        return _told(engine, tx, row, actor, lists=True)


def leaves(engine: Engine, actor: Actor, *, everybody: bool = False) -> tuple[Leave, ...]:
    """One's own leaves, or those of everybody for an administrator; the newest first."""
    if everybody:
        administrates(actor)
    with engine.store.reading() as tx:
        rows = absences.leaves(tx, None if everybody else actor.id)
        now = engine.directory(tx)
        rows = [row for row in rows if row.person_id == actor.id or reaches(now, actor, row.person_id)]
        return tuple(_told(engine, tx, row, actor, lists=False) for row in rows)


def _told(engine: Engine, tx: Tx, row: LeaveRow, actor: Actor, *, lists: bool) -> Leave:
    def seen(rows: Sequence[Moved]) -> tuple[Moved, ...]:
        return told(tx, rows, actor, own=actor.id == row.person_id)

    directory, moment = engine.directory(tx), engine.now()
    person = directory.person(row.person_id)
    authority = people.substitution_by_id(tx, row.substitution_id) if row.substitution_id is not None else None
    deputy = directory.person(authority.substitute_id) if authority else None
    over = row.settled_at is not None or row.until <= moment
    done = absences.done_for(tx, row.person_id, row.since, min(row.until, moment)) if lists else ()
    return Leave(
        id=row.id,
        login=person.login if person else "",
        name=person.name if person else "",
        since=row.since,
        until=row.until,
        reason=row.reason,
        by=deputy.name if deputy else "",
        state="over" if over else "away" if row.since <= moment else "planned",
        moved=seen(_read(row.moved)),
        returned=seen(_read(row.returned)),
        done=seen([_decided(directory, r) for r in done]),
    )


def _read(rows: Sequence[object]) -> tuple[Moved, ...]:
    return tuple(Moved(**row) for row in rows)  # type: ignore[arg-type]


def _decided(directory: Directory, r: object) -> Moved:
    by = directory.person(getattr(r, "decided_by", None))
    part = listed([r])[0]
    return Moved(part.item, part.number, part.title, part.step, by.login if by else "", by.name if by else "", True)

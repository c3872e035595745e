"""轮岗: from a day on a post is another's; its appointments are written at once, its open work waits for the day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.errors import BadInput, Conflict, NotFound
from engine.model import Actor
from engine.org import Appointment, Directory, Person, Post
from engine.runtime import Engine
from engine.store import Tx, absences, people
from engine.verbs.people.handing_over import carry_out, receiver_of, record
from engine.verbs.people.rules import administrates, apart, find_person, find_post, find_unit


@dataclass(frozen=True, slots=True)
class _Rotation:
    """What a slip is about, found and checked."""

    post: Post
    person: Person
    receiver: Person
    witness: Person | None
    seat: Appointment
    day: date


def rotate(
    engine: Engine,
    login: str,
    to: str,
    actor: Actor | None,
    *,
    unit: str,
    post: str,
    on: date | None = None,
    witness: str = "",
    reason: str = "轮岗",
    goods: str = "",
) -> int:
    """From 00:00 of a day the post is another's, and its open work with it; the id of the slip."""
    administrates(actor)
    moment = engine.now()
    with engine.store.transaction() as tx:
        now = people.load(tx, moment, engine.zone)
        held = find_post(now, find_unit(now, unit), post)
        found = _checked(tx, now, held, login, to, witness, on, moment)
        _appoint(tx, now, found, moment)
        due = datetime.combine(found.day, time(0), now.zone)
        made = record(
            tx,
            "rotation",
            found.person,
            found.receiver,
            actor,
            moment,
            due=due,
            reason=reason,
            post=held,
            witness=found.witness,
            goods=goods,
        )
    engine.forget()
    if due <= moment:
        carry_out(engine, made, actor)
    return made


def _checked(
    tx: Tx, now: Directory, post: Post, login: str, to: str, witness: str, on: date | None, moment: datetime
) -> _Rotation:
    today = moment.astimezone(now.zone).date()
    if on is not None and on < today:
        raise BadInput("生效日已经过去。", "the day has passed", "请改为今天或以后。")
    person = find_person(now, login)
    receiver = receiver_of(now, person, to)
    seat = next((seat for seat in now.on(moment).seats(post) if seat.person_id == person.id), None)
    if seat is None:
        raise NotFound(f"{person.name}现在不任“{post.title}”。", f"{login} does not hold {post.code}", "请核对岗位。")
    apart(now, receiver, post, moment)
    if any((r.post_id, r.person_id, r.state) == (post.id, person.id, "planned") for r in absences.handovers(tx)):
        raise Conflict(
            f"{person.name}的“{post.title}”已有待生效的轮岗。", "a rotation is planned", "", "org.handover_done"
        )
    seen = find_person(now, witness) if witness else None
    if seen in (person, receiver):
        raise BadInput("监交人不能是移交人或接收人。", "the witness must be a third person", "请另选一人。")
    return _Rotation(post, person, receiver, seen, seat, on or today)


def _appoint(tx: Tx, now: Directory, found: _Rotation, moment: datetime) -> None:
    last = found.day - timedelta(days=1)
    people.end_appointments(tx, person_id=found.person.id, post_id=found.post.id, last=last)
    people.appoint(
        tx,
        person_id=found.receiver.id,
        post_id=found.post.id,
        role=found.seat.role,
        main=now.on(moment).main_post(found.receiver) is None,
        since=found.day,
    )


def cancel_rotation(engine: Engine, handover_id: int, actor: Actor | None) -> None:
    """Take a rotation back before its day: the old appointment goes on, the new one never was."""
    administrates(actor)
    with engine.store.transaction() as tx:
        row = absences.handover_by_id(tx, handover_id)
        moment = engine.now()
        if (
            row.post_id is None
            or row.due <= moment
            or not absences.change_handover(tx, row.id, was="planned", state="cancelled", done_at=moment)
        ):
            raise Conflict("这次轮岗已经生效或已取消。", "it is not planned any more", "", "org.handover_done")
        day = row.due.astimezone(engine.directory(tx).zone).date()
        people.undo_rotation(tx, old=row.person_id, new=row.receiver_id, post_id=row.post_id, day=day)
    engine.forget()

"""轮岗 written down: a post has another holder from a day on; what the old one has open waits for that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.errors import BadInput, Conflict, NotFound
from engine.org import Appointment, Directory, Person, Post
from engine.progress.assigning import assigned, put
from engine.progress.case import Case, log
from engine.progress.knowing import UNTOLD
from engine.store import Tx, absences, people

NEVER_TOGETHER = {"yinzhang": "jianyin", "jianyin": "yinzhang"}


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a slip is about, found and checked."""

    post: Post
    person: Person
    receiver: Person
    witness: Person | None
    seat: Appointment
    day: date


def receiver_of(now: Directory, person: Person, receiver: Person | None) -> Person:
    """Who gets the work: somebody else who is here."""
    if receiver is None or receiver == person or not receiver.active:
        raise BadInput("接收人应是在岗的其他人。", "the receiver must be another active person", "请另选一人。")
    return receiver


def apart(now: Directory, person: Person, post: Post, at: datetime) -> None:
    """Who keeps seals is never their witness too (domain.md §7.3); as B role one may stand in for the other."""
    other = NEVER_TOGETHER.get(post.code)
    held = {
        found.code for seat in now.on(at).seats_of(person) if seat.role == "A" and (found := now.post(seat.post_id))
    }
    if other in held:
        raise BadInput(
            f"{person.name}已任与“{post.title}”不相容的岗位，印章的保管与监印不可由同一人兼任。",
            f"{person.login} holds {other}, which excludes {post.code}",
            "请另选一人。",
            "org.post_conflict",
        )


def check_rotation(
    tx: Tx, now: Directory, asked: tuple[Post, Person, Person, Person | None], on: date | None, moment: datetime
) -> Rotation:
    """The post, its holder, the next holder and the witness, if all of it can be."""
    post, person, receiver, witness = asked
    today = moment.astimezone(now.zone).date()
    if on is not None and on < today:
        raise BadInput("生效日已经过去。", "the day has passed", "请改为今天或以后。")
    receiver_of(now, person, receiver)
    seat = next((seat for seat in now.on(moment).seats(post) if seat.person_id == person.id), None)
    if seat is None:
        raise NotFound(
            f"{person.name}现在不任“{post.title}”。", f"{person.login} does not hold {post.code}", "请核对岗位。"
        )
    apart(now, receiver, post, moment)
    if any((r.post_id, r.person_id, r.state) == (post.id, person.id, "planned") for r in absences.handovers(tx)):
        raise Conflict(
            f"{person.name}的“{post.title}”已有待生效的轮岗。", "a rotation is planned", "", "org.handover_done"
        )
    if witness in (person, receiver):
        raise BadInput("监交人不能是移交人或接收人。", "the witness must be a third person", "请另选一人。")
    return Rotation(post, person, receiver, witness, seat, on or today)


def plan_rotation(
    tx: Tx, now: Directory, found: Rotation, moment: datetime, *, by: int | None, reason: str, goods: str
) -> tuple[int, datetime]:
    """Write both appointments and the slip: its id, and when the open work follows."""
    people.end_appointments(tx, person_id=found.person.id, post_id=found.post.id, last=found.day - timedelta(days=1))
    people.appoint(
        tx,
        person_id=found.receiver.id,
        post_id=found.post.id,
        role=found.seat.role,
        main=now.on(moment).main_post(found.receiver) is None,
        since=found.day,
    )
    due = datetime.combine(found.day, time(0), now.zone)
    slip = write_slip(
        tx,
        "rotation",
        found.person,
        found.receiver,
        moment,
        by=by,
        due=due,
        reason=reason,
        post=found.post,
        witness=found.witness,
        goods=goods,
    )
    return slip, due


def write_slip(
    tx: Tx,
    kind: str,
    person: Person,
    receiver: Person | None,
    at: datetime,
    *,
    by: int | None,
    due: datetime,
    reason: str,
    post: Post | None = None,
    witness: Person | None = None,
    goods: str = "",
) -> int:
    """Write the slip of a hand-over, carried out when it is due; without a receiver the rules of posts name one."""
    return absences.add_handover(
        tx,
        kind=kind,
        person_id=person.id,
        receiver_id=receiver.id if receiver else None,
        post_id=post.id if post else None,
        witness_id=witness.id if witness else None,
        due=due,
        state="planned",
        reason=reason[:200],
        goods=goods[:2000],
        created_by=by,
        created_at=at,
    )


def rotate(case: Case, _text: str, properties: Mapping[str, str]) -> None:
    """``rotate:post`` with ``from``, ``to``, ``witness``, ``on``, ``post``, ``goods``: carried out on its day."""
    given = _given(case, properties)
    now, person, post = _seat(case, given)
    receiver = receiver_of(now, person, now.person(given.get("to", "")))
    witness = now.person(given.get("witness", ""))
    found = check_rotation(case.tx, now, (post, person, receiver, witness), _day(given.get("on", "")), case.now)
    slip, due = plan_rotation(
        case.tx,
        now,
        found,
        case.now,
        by=case.actor.id if case.actor else None,
        reason=f"轮岗（{case.row.number}）",
        goods=given.get("goods", ""),
    )
    case.final = "已安排轮岗"
    log(case, "rotation", detail={"post": post.title, "to": receiver.name, "on": due.isoformat(), "slip": slip})


def list_held(case: Case, field: str, properties: Mapping[str, str]) -> None:
    """``held:open_work`` with ``from`` and ``post`` writes what that person has open in that post into a table."""
    given = _given(case, properties)
    _now, person, post = _seat(case, given)
    rows = absences.held(case.tx, person.id, post.id)
    put(
        case,
        field.strip(),
        [{"case": r.number, "about": UNTOLD if r.known_to else r.title, "step": r.name} for r in rows][:200],
    )


def _given(case: Case, properties: Mapping[str, str]) -> dict[str, str]:
    """What ``with`` names, as texts; empty ones for what nobody has filled in."""
    named = assigned(case, properties.get("with", ""))
    return {name: "" if value is None else str(value) for name, value in named.items()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadInput("请填写生效日。", f"{text!r} is no day to begin with", "日期如 2026-03-18。") from None


def _seat(case: Case, given: Mapping[str, str]) -> tuple[Directory, Person, Post]:
    """A person and a post of theirs: the one named, else their main one."""
    now = case.directory
    person = now.person(given.get("from", ""))
    if person is None:
        raise BadInput("请选择移交人。", "nobody hands over", "从名单中选择。")
    mine = [now.post(seat.post_id) for seat in now.on(case.now).seats_of(person)]
    code = given.get("post", "")
    post = next((p for p in mine if p and p.code == code), None) if code else now.on(case.now).main_post(person)
    if post is None:
        named = f"“{code}”" if code else "任何岗位"
        raise NotFound(
            f"{person.name}现在不任{named}。", f"{person.login} does not hold {code or 'any post'}", "请核对岗位代码。"
        )
    return now, person, post

"""轮岗: from a day on a post is another's; its appointments are written at once, its open work waits for the day."""

from datetime import date

from engine.errors import Conflict
from engine.model import Actor
from engine.progress.own_house import require_unit
from engine.progress.rotation import check_rotation, plan_rotation
from engine.runtime import Engine
from engine.store import absences, directories, people
from engine.verbs.people.handing_over import carry_out
from engine.verbs.people.rules import (
    administrates,
    find_person,
    find_post,
    find_unit,
    not_for_oneself,
    require_reach,
    require_reach_of,
)


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
        now = directories.load(tx, moment, engine.zone)
        asked = (
            find_post(now, find_unit(now, unit), post),
            find_person(now, login),
            find_person(now, to),
            find_person(now, witness) if witness else None,
        )
        require_reach(now, actor, asked[1])
        require_unit(actor, find_unit(now, unit))
        not_for_oneself(now, actor, asked[2])
        found = check_rotation(tx, now, asked, on, moment)
        made, due = plan_rotation(tx, now, found, moment, by=actor.id if actor else None, reason=reason, goods=goods)
    engine.forget()
    if due <= moment:
        carry_out(engine, made, actor)
    return made


def cancel_rotation(engine: Engine, handover_id: int, actor: Actor | None) -> None:
    """Take a rotation back before its day: the old appointment goes on, the new one never was."""
    administrates(actor)
    with engine.store.transaction() as tx:
        row = absences.handover_by_id(tx, handover_id)
        require_reach_of(engine.directory(tx), actor, row.person_id)
        moment = engine.now()
        if (
            row.post_id is None
            or row.receiver_id is None
            or row.due <= moment
            or not absences.change_handover(tx, row.id, was="planned", state="cancelled", done_at=moment)
        ):
            raise Conflict("这次轮岗已经生效或已取消。", "it is not planned any more", "", "org.handover_done")
        day = row.due.astimezone(engine.directory(tx).zone).date()
        people.undo_rotation(tx, old=row.person_id, new=row.receiver_id, post_id=row.post_id, day=day)
    engine.forget()

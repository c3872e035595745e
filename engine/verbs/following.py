"""关注: keep an eye on an instance one may read, without a part in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import SanbanError
from engine.model import Actor
from engine.progress import load, load_seen, log
from engine.progress.aside import save_aside
from engine.progress.permission import require_read
from engine.progress.replaced import changed
from engine.progress.viewing import view
from engine.runtime import Engine
from engine.store import following, instances

MOST = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """One instance in the list of those one follows."""

    number: str
    title: str
    process_title: str
    state_label: str
    holder: str
    light: str
    deadline: datetime | None
    ended: datetime | None


def follow(engine: Engine, number: str, actor: Actor) -> None:
    """Hear of its end, its returns and its stops from now on."""
    _switch(engine, number, actor, on=True)


def unfollow(engine: Engine, number: str, actor: Actor) -> None:
    """No more of that; always possible."""
    _switch(engine, number, actor, on=False)


def _switch(engine: Engine, number: str, actor: Actor, *, on: bool) -> None:
    """What is so already is left alone; a change stands in the record, though the timeline does not show it."""
    with engine.store.transaction() as tx:
        case = load_seen(engine, tx, instances.by_number(tx, number, lock=True), engine.now(), actor)
        if on:
            require_read(tx, case.row, actor)
        if (actor.id in following.followers(tx, case.row.id)) is on:
            return
        if on:
            following.add(tx, person_id=actor.id, instance_id=case.row.id, at=case.now)
        else:
            following.drop(tx, person_id=actor.id, instance_id=case.row.id)
        log(case, "follow" if on else "unfollow", detail=changed({"follows": not on}, follows=on))
        save_aside(case)


def follows(engine: Engine, number: str, actor: Actor) -> bool:
    with engine.store.reading() as tx:
        return actor.id in following.followers(tx, instances.by_number(tx, number).id)


def followed(engine: Engine, actor: Actor) -> Sequence[Followed]:
    """What a person follows and may still read, the newest first."""
    found = []
    with engine.store.reading() as tx:
        for number in following.followed(tx, actor.id, MOST):
            row = instances.by_number(tx, number)
            try:
                require_read(tx, row, actor)
            except SanbanError:  # who has moved to another post does not see it any more
                continue
            seen = view(load(engine, tx, row, engine.now(), actor))
            holders = dict.fromkeys(i.performer for i in seen.items if i.state == "open" and i.kind != "read")
            found.append(
                Followed(
                    number=number,
                    title=seen.title,
                    process_title=seen.process_title,
                    state_label=seen.state_label,
                    holder="、".join(holders),
                    light=seen.light,
                    deadline=seen.deadline,
                    ended=seen.ended,
                )
            )
    return found

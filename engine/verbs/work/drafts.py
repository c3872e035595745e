"""What a person has typed and not yet handed in."""

from collections.abc import Mapping
from datetime import datetime

from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import work


def save_draft(engine: Engine, scope: str, data: Mapping[str, Json], actor: Actor, *, title: str = "") -> datetime:
    """Keep what a person has typed so far, unchecked; ``scope`` is ``item:<id>`` or ``start:<process>``."""
    now = engine.now()
    with engine.store.transaction() as tx:
        work.save_draft(tx, person_id=actor.id, scope=scope[:80], title=title[:200], data=dict(data), at=now)
    return now


def draft(engine: Engine, scope: str, actor: Actor) -> tuple[Json, datetime] | None:
    """The draft and when it was saved."""
    with engine.store.reading() as tx:
        return work.get_draft(tx, person_id=actor.id, scope=scope)


def drop_draft(engine: Engine, scope: str, actor: Actor) -> None:
    """Throw a draft away."""
    with engine.store.transaction() as tx:
        work.drop_draft(tx, person_id=actor.id, scope=scope)

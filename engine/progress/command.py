"""One command, one transaction, one answer: a repeated request with the same key gets the stored answer."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime

import orjson

from engine.model import Actor, Done, Json, NextStep
from engine.progress.caretakers import RUNNERS
from engine.progress.case import Case
from engine.progress.permission import may_read
from engine.runtime import Engine
from engine.store import Tx, house


@dataclass(slots=True)
class Command:
    """The open transaction of a verb; ``known`` is the answer of an earlier, equal request."""

    tx: Tx
    now: datetime
    key: str | None
    known: Done | None

    def answer(self, done: Done) -> Done:
        """Keep the answer with its key, in the same transaction."""
        if self.key is not None:
            house.store_answer(self.tx, self.key, _plain(done))
        return done


@contextmanager
def command(engine: Engine, actor: Actor | None, key: str | None, request: Json) -> Iterator[Command]:
    """A transaction that commits when its block ends; the caller answers after that."""
    now = engine.now()
    own = house.own_key(actor.id if actor else 0, key) if key else None
    with engine.store.transaction() as tx:
        known = house.claim_key(tx, own, _digest(request), now) if own else None
        yield Command(tx, now, own, _done(known) if known is not None else None)


def asked_before(tx: Tx, actor: Actor, key: str | None) -> bool:
    """Whether a key was claimed: what it was claimed for is answered, whatever else is refused meanwhile."""
    return key is not None and house.is_claimed(tx, house.own_key(actor.id, key))


def answer(case: Case, *, item_id: int | None = None, undoable: bool = False) -> Done:
    """What a verb tells its caller about the instance."""
    return Done(
        number=case.row.number,
        title=case.row.title if _reads(case) else case.package.manifest.title,
        state=case.row.state,
        next=tuple(case.next),
        item_id=item_id,
        undo_until=case.now + case.held if undoable and case.held and not case.final else None,
        revision=case.row.revision,
    )


def _reads(case: Case) -> bool:
    """Whether whoever did it may read the case; only those who keep the system do something to what they do not."""
    runs = case.actor is not None and bool(case.actor.roles & RUNNERS)
    return not runs or case.actor is None or may_read(case.tx, case.row, case.actor)


def _digest(request: Json) -> str:
    try:
        text = orjson.dumps(request, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a character: whoever reads the form refuses it in words
        text = json.dumps(request, sort_keys=True, default=str).encode()
    return hashlib.sha256(text).hexdigest()


def _plain(done: Done) -> dict[str, Json]:
    """The answer as JSON keeps it."""
    steps = [{f.name: getattr(step, f.name) for f in fields(step)} for step in done.next]
    return {f.name: getattr(done, f.name) for f in fields(done)} | {"next": steps}


def _done(answer: Json) -> Done:
    steps = tuple(
        NextStep(**{**n, "people": tuple(n["people"]), "deadline": _moment(n["deadline"])}) for n in answer["next"]
    )
    return Done(**{**answer, "next": steps, "undo_until": _moment(answer["undo_until"])})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

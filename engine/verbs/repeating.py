"""Keys of requests whose verb keeps none of its own: what was answered once is answered again.

Verbs on instances claim their key in their own transaction (``engine.progress.command``). What comes here may be done
twice without harm, because the second time finds it done; a program killed between the change and the keeping of its
answer therefore leaves nothing doubled (decision 075).
"""

import hashlib

from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import house

BEGUN: dict[str, Json] = {"begun": True}


def begin(engine: Engine, actor: Actor, key: str, request: bytes) -> Json | None:
    """Claim a key for a request; the answer kept for it, if it was served before."""
    digest = hashlib.sha256(request).hexdigest()
    with engine.store.transaction() as tx:
        known = house.claim_key(tx, house.own_key(actor.id, key), digest, engine.now())
        if known is None:
            house.store_answer(tx, house.own_key(actor.id, key), BEGUN)
    return None if known == BEGUN else known


def keep(engine: Engine, actor: Actor, key: str, answer: Json) -> None:
    """What the request was answered."""
    with engine.store.transaction() as tx:
        house.store_answer(tx, house.own_key(actor.id, key), answer)


def give_back(engine: Engine, actor: Actor, key: str) -> None:
    """The request was refused: the same key may come with another one."""
    with engine.store.transaction() as tx:
        house.forget_key(tx, house.own_key(actor.id, key))

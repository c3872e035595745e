"""What a second person has to agree to before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from engine.errors import NotFound
from engine.store import guarding, judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import consent


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One request; ``facts`` say exactly what is to be done."""

    id: int
    instance_id: int
    verb: str
    state: str
    asked_by: int
    asked_at: datetime
    answered_by: int | None
    answered_at: datetime | None
    facts: Mapping[str, Json]


_COLUMNS = [*(consent.c[name] for name in ConsentRow.__dataclass_fields__), consent.c.row_digest]
_WAITING = (
    select(*_COLUMNS)
    .where(consent.c.instance_id == bindparam("instance"), consent.c.state == "waiting")
    .order_by(consent.c.id)
)


def ask(tx: Tx, *, instance_id: int, verb: str, by: int, at: datetime, facts: Mapping[str, Json]) -> int:
    """Write a request down; its id."""
    row = {"instance_id": instance_id, "verb": verb, "state": "waiting", "asked_by": by, "asked_at": at}
    return tx.insert(consent, **row, facts=dict(facts))


def waiting(tx: Tx, instance_id: int) -> Sequence[ConsentRow]:
    """Requests about an instance that nobody has answered, the oldest first.

    One that is not as it was written counts for nothing: it can be asked for anew.
    """
    rows = tx.all(_WAITING, instance=instance_id)
    return [judging.shaped(tx, consent, ConsentRow, r) for r in rows if judging.holds(tx, consent, r)]


def by_id(tx: Tx, consent_id: int) -> ConsentRow:
    found = tx.first(select(*_COLUMNS).where(consent.c.id == consent_id))
    if found is None:
        raise NotFound("没有找到这项申请。", f"no request {consent_id}", "请刷新后再看。")
    return judging.shaped(tx, consent, ConsentRow, found)


def answer(tx: Tx, consent_id: int, *, state: str, by: int, at: datetime) -> None:
    guarding.change(tx, consent, consent.c.id == consent_id, state=state, answered_by=by, answered_at=at)

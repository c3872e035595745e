"""What stands in the record of the house, for administrators and auditors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotAllowed
from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import house_record


@dataclass(frozen=True, slots=True)
class Remembered:
    """One change of the house: ``by`` is a login, empty for the command line."""

    seq: int
    at: datetime
    verb: str
    by: str
    detail: Mapping[str, Json]


def house_entries(engine: Engine, actor: Actor | None) -> tuple[Remembered, ...]:
    """All of it, the newest first; for the auditor and the installation itself."""
    if actor is not None and "auditor" not in actor.roles:
        raise NotAllowed("组织变更记录只对审计员开放。", "only for auditors", "请联系审计员。")
    with engine.store.reading() as tx:
        now, rows = engine.directory(tx), house_record.entries(tx)
    names = {person.id: person.login for person in now.persons}
    told = (Remembered(r.seq, r.at, r.verb, names.get(r.actor_id or 0, ""), r.detail) for r in reversed(rows))
    return tuple(told)

"""Rows of pauses: whose clock was stopped, why, by whose leave, from when to when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.store import guarding, judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import pause

RESTARTING = "P1"  # after 补正 the limit begins anew (domain.md §6.5)
ASKING = "ASK"  # colleagues are being asked: the step's own clock stands, never the whole's (decision 041)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRow:
    """One pause; without an activity it stopped the whole instance. ``kept`` is what it put aside."""

    id: int
    instance_id: int
    activity_id: int | None
    code: str
    basis: str
    days: int
    state: str
    asked_by: int
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    words: str
    since: datetime | None
    until: datetime | None
    ended_at: datetime | None
    kept: Json

    @property
    def restarts(self) -> bool:
        """Whether the limit begins anew afterwards."""
        return self.code == RESTARTING

    @property
    def inside(self) -> bool:
        """Whether the clock of the step alone stands; what the house itself does is no excuse for the whole."""
        return self.code == ASKING


_COLUMNS = [*(pause.c[name] for name in PauseRow.__dataclass_fields__), pause.c.row_digest]
_OF_INSTANCE = select(*_COLUMNS).where(pause.c.instance_id == bindparam("instance")).order_by(pause.c.id)
_BY_ID = select(*_COLUMNS).where(pause.c.id == bindparam("id"))
_ASKED = select(*_COLUMNS).where(pause.c.state == "asked").order_by(pause.c.id)


def add(tx: Tx, **values: Any) -> int:
    return tx.insert(pause, **values)


def of_instance(tx: Tx, instance_id: int) -> list[PauseRow]:
    """Every pause of a case; Altered if one is not as it was written: it says from when on a deadline counts."""
    return [judging.shaped(tx, pause, PauseRow, r) for r in tx.all(_OF_INSTANCE, instance=instance_id)]


def by_id(tx: Tx, pause_id: int) -> PauseRow | None:
    found = tx.first(_BY_ID, id=pause_id)
    return None if found is None else judging.shaped(tx, pause, PauseRow, found)


def asked(tx: Tx) -> list[PauseRow]:
    """Those that nobody has allowed or refused yet; one that is not as it was written asks for nothing."""
    rows = tx.all(_ASKED)
    return [judging.shaped(tx, pause, PauseRow, r) for r in rows if judging.holds(tx, pause, r)]


def change(tx: Tx, pause_id: int, **values: Any) -> None:
    guarding.change(tx, pause, pause.c.id == pause_id, **values)

"""Checklists that the house has revised, version by version, and the revisions that were proposed for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.store import guarding, judging, registers
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import checklist_proposal, checklist_version, instance, person

OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"
ALTERED = "altered"  # what is said of a proposal that is not as it was written; nobody can answer it


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """All rows of one file from an instant on."""

    id: int
    process: str
    file: str
    version: int
    rows: Sequence[Mapping[str, str]]
    note: str
    at: datetime
    by_id: int | None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """One revision that a review, or somebody who keeps the list, has proposed."""

    id: int
    process: str
    file: str
    instance_id: int | None
    change: str
    entry: str
    given: Mapping[str, Json]
    why: str
    state: str
    answer: str
    at: datetime
    by_id: int | None
    answered_at: datetime | None
    number: str | None = None
    title: str | None = None
    by: str | None = None


_VERSION = [checklist_version.c[name] for name in VersionRow.__dataclass_fields__ if name != "by"]
_IN_FORCE = (
    select(checklist_version)
    .where(
        checklist_version.c.process == bindparam("process_"),
        checklist_version.c.file == bindparam("file_"),
        checklist_version.c.at <= bindparam("at_"),
    )
    .order_by(checklist_version.c.version.desc())
    .limit(1)
)
_PROPOSAL = [
    checklist_proposal.c[name] for name in ProposalRow.__dataclass_fields__ if name not in ("number", "title", "by")
]
_UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("number", "title", "by", "by_id", "answered_at")),
    **dict.fromkeys(("entry", "why"), judging.HIDDEN),
    "change": "",
    "given": {},
    "state": ALTERED,
    "answer": "",
}


def in_force(tx: Tx, process: str, file: str, at: datetime) -> VersionRow | None:
    """What the house says of a file for what began at an instant; None: as the package says."""
    found = tx.first(_IN_FORCE, process_=process, file_=file, at_=at)
    if found is None:
        return None
    judging.guarded(tx, checklist_version, found)
    return VersionRow(**{name: getattr(found, name) for name in VersionRow.__dataclass_fields__ if name != "by"})


def versions(tx: Tx, process: str) -> list[VersionRow]:
    """Every version of every file of a process, the newest first."""
    judging.whole(tx, checklist_version)
    statement = (
        select(*_VERSION, person.c.name.label("by"), *judging.SIGNED)
        .select_from(checklist_version)
        .outerjoin(person, person.c.id == checklist_version.c.by_id)
        .where(checklist_version.c.process == process)
        .order_by(checklist_version.c.id.desc())
    )
    return judging.named_by(tx, VersionRow, tx.all(statement))


def lock(tx: Tx, process: str, file: str) -> int:
    """The number of the next version; whoever else revises this file waits until this transaction ends."""
    return registers.take(tx, f"checklist:{process}:{file}"[:120], 0)


def add_version(tx: Tx, **values: Any) -> int:
    """One more version; its id."""
    return tx.insert(checklist_version, **values)


def propose(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Further proposals, all of them open."""
    tx.insert_many(checklist_proposal, [{"state": OPEN, "answer": "", **row} for row in rows])


def proposals(tx: Tx, process: str) -> list[ProposalRow]:
    """All proposals for a process, the newest first, each with the case whose review it comes from."""
    statement = (
        select(
            *_PROPOSAL,
            instance.c.number,
            instance.c.title,
            person.c.name.label("by"),
            checklist_proposal.c.answered_by,
            checklist_proposal.c.row_digest,
            *judging.SIGNED,
            *judging.OF_CASE,
        )
        .select_from(checklist_proposal)
        .outerjoin(instance, instance.c.id == checklist_proposal.c.instance_id)
        .outerjoin(person, person.c.id == checklist_proposal.c.by_id)
        .where(checklist_proposal.c.process == process)
        .order_by(checklist_proposal.c.id.desc())
    )
    rows = judging.signed(tx, judging.headed(tx, tx.all(statement)))
    rows = [r if judging.holds(tx, checklist_proposal, r) else judging.hidden(r, **_UNSAID) for r in rows]
    return [ProposalRow(**{name: getattr(r, name) for name in ProposalRow.__dataclass_fields__}) for r in rows]


def answer(tx: Tx, ids: Sequence[int], state: str, words: str, *, at: datetime, by: int) -> int:
    """Answer what is still open of these proposals; how many that were."""
    mine = (checklist_proposal.c.id.in_(list(ids)), checklist_proposal.c.state == OPEN)
    changed = {"state": state, "answer": words, "answered_at": at, "answered_by": by}
    return guarding.change(tx, checklist_proposal, *mine, **changed)

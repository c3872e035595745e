"""Checklists of the house in versions, and the revisions that are proposed for them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

# a version is never changed; what began before it keeps the one before
checklist_version = guarded(
    "checklist_version",
    Column("process", String(60), nullable=False),
    Column("file", String(120), nullable=False),  # of the package: checklists/meeting.csv
    Column("version", Integer, nullable=False),
    Column("rows", JsonText, nullable=False),
    Column("note", String(200), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    UniqueConstraint("process", "file", "version"),
)

checklist_proposal = guarded(
    "checklist_proposal",
    Column("process", String(60), nullable=False),
    Column("file", String(120), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),  # the review it comes from; null: by hand
    Column("change", String(10), nullable=False),  # add, change, drop
    Column("entry", String(40), nullable=False),
    Column("given", JsonText, nullable=False),
    Column("why", String(300), nullable=False),
    Column("state", String(10), nullable=False),  # open, accepted, declined
    Column("answer", String(200), nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    Column("answered_at", Utc),
    Column("answered_by", Id, ForeignKey("person.id")),
    Index("ix_checklist_proposal_process_state", "process", "state"),
)

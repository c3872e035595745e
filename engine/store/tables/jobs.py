"""Long work and its parts."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint, text

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

job = guarded(
    "job",
    Column("kind", String(40), nullable=False),  # which entry of engine.jobs.KINDS does its parts
    Column("title", String(200), nullable=False),
    Column("state", String(12), nullable=False),  # waiting running done partial failed cancelled
    Column("person_id", Id, ForeignKey("person.id")),  # who asked for it; empty: the system
    Column("facts", JsonText, nullable=False),  # what all parts share
    Column("link", String(200), nullable=False, server_default=""),  # where the result can be seen
    Column("asked_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("ended_at", Utc),
    Index("ix_job_open", "id", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    Index(None, "person_id", "asked_at"),
)
job_item = guarded(
    "job_item",
    Column("job_id", Id, ForeignKey("job.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("label", String(200), nullable=False),  # as the page names it
    Column("facts", JsonText, nullable=False),
    Column("state", String(12), nullable=False),  # waiting running done failed cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Utc),  # who began it is believed dead after this
    Column("told", String(400), nullable=False, server_default=""),  # the result or the reason, in words
    Column("told_digest", String(80)),  # of how it ended, apart from what was to be done
    Column("ended_at", Utc),
    UniqueConstraint("job_id", "ordinal"),
    Index("ix_job_item_state", "job_id", "state", "ordinal"),
)

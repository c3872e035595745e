"""Deployed definitions and their files."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint

from engine.store.columns import Blob, JsonText, Utc
from engine.store.tables.shape import Id, guarded, table

definition = guarded(
    "definition",
    Column("key", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("manifest", JsonText, nullable=False),
    Column("report", JsonText, nullable=False),
    Column("note", String(400), nullable=False, server_default=""),
    Column("deployed_at", Utc, nullable=False),
    Column("deployed_by", Id, ForeignKey("person.id")),
    Column("source", String(60), nullable=False, server_default=""),  # number of the case that agreed to it
    Column("current", Boolean, nullable=False, default=False),
    Column("words_digest", String(80)),  # of title, note, manifest and report, apart from which files it has
    UniqueConstraint("key", "version"),
)
definition_file = table(
    "definition_file",
    Column("definition_id", Id, ForeignKey("definition.id"), nullable=False),
    Column("path", String(200), nullable=False),
    Column("content", Blob, nullable=False),
    UniqueConstraint("definition_id", "path"),
)
scheduled_start = guarded(  # what the calendar has started, or could not
    "scheduled_start",
    Column("process", String(60), nullable=False),
    Column("name", String(60), nullable=False),  # of the schedule in the manifest
    Column("period", String(12), nullable=False),  # 2026-12, 2026Q1, 2026-W10 …
    Column("due", Utc, nullable=False),
    Column("state", String(12), nullable=False),  # started | needless | failed
    Column("at", Utc, nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("process", "name", "period"),
)

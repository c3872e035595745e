"""Deployed definitions and their files."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, UniqueConstraint

from engine.store.columns import Blob, JsonText, Utc
from engine.store.tables.shape import Id, table

definition = table(
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
    Column("current", Boolean, nullable=False, default=False),
    UniqueConstraint("key", "version"),
)
definition_file = table(
    "definition_file",
    Column("definition_id", Id, ForeignKey("definition.id"), nullable=False),
    Column("path", String(200), nullable=False),
    Column("content", Blob, nullable=False),
    UniqueConstraint("definition_id", "path"),
)

"""Registers and gap-free numbers."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded, table

record = table(
    "record",
    Column("register", String(60), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("label", String(120), nullable=False),
    Column("state", String(20), nullable=False),
    Column("data", JsonText, nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("corrects_id", Id, ForeignKey("record.id")),
    Column("created_at", Utc, nullable=False),
    Column("created_by", Id, ForeignKey("person.id")),
    Column("digest", String(80)),  # none on lines from before there were digests
    UniqueConstraint("register", "ordinal"),
    Index(None, "register", "label"),
    Index(None, "corrects_id"),
)
series = guarded(
    "series",
    Column("name", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    UniqueConstraint("name", "year"),
)
taken_number = guarded(
    "taken_number",
    Column("series", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", String(80), nullable=False),
    Column("state", String(12), nullable=False),  # used | reserved | void
    Column("reason", String(200), nullable=False, server_default=""),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("taken_at", Utc, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),  # who reserved or voided it by hand
    UniqueConstraint("series", "year", "ordinal"),
)

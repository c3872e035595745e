"""The words of every instance for full-text search: tokens of our own, so that Chinese is found on both databases."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from engine.store.columns import Words
from engine.store.tables.shape import metadata

instance_text = Table(
    "instance_text",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("instance.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("revision", Integer, nullable=False),  # of the instance when its words were taken
    Column("words", Words, nullable=False),
)
# Migration 0006 adds what finds them: an index on PostgreSQL, and on SQLite the virtual table instance_words,
# which triggers keep equal to this one.

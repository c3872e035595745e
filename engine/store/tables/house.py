"""What keeps the house running: idempotency keys, incidents, heartbeats."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded, metadata, table

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer", JsonText),
    Column("created_at", Utc, nullable=False),
    Column("answer_digest", String(80)),  # see store/row_digests.py
    Index(None, "created_at"),
)
incident = guarded(
    "incident",
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("kind", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("facts", JsonText, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("resolved_at", Utc),
    Column("resolved_by", Id),
    Column("resolution", String(200), nullable=False, server_default=""),  # how, in words
)
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("facts", JsonText, nullable=False),
)
link = table(  # of the one chain over the histories of all instances
    "link",
    Column("at", Utc, nullable=False),
    Column("through", Id, nullable=False),  # the last row of history that it covers
    Column("heads", JsonText, nullable=False),  # instance -> sequence number and hash of its last entry until then
    Column("digest", String(64), nullable=False),
)
house_entry = table(  # who changed what of the house itself: people, posts, rights; chained like the histories
    "house_entry",
    Column("seq", Integer, nullable=False, unique=True),
    Column("at", Utc, nullable=False),
    Column("verb", String(40), nullable=False),
    Column("actor_id", Id, ForeignKey("person.id")),  # empty: the installation itself
    Column("detail", JsonText, nullable=False),
    Column("hash", String(64), nullable=False),
)
attempt = table(  # sign-ins that failed, by the login that was tried, known or not
    "attempt",
    Column("login", String(80), nullable=False, unique=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
)

"""What administrators bind stubs of diagrams to, and the calls that go out because of it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint, text

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

binding = guarded(
    "binding",
    Column("process", String(60), nullable=False),
    Column("wanted", String(240), nullable=False),  # class:com.example.Pay, topic:mail, script:groovy …
    Column("version", Integer, nullable=False, server_default="0"),  # 0: every version that has none of its own
    Column("kind", String(12), nullable=False),  # http | hook | expression
    Column("facts", JsonText, nullable=False),  # method, url, token, send, take
    Column("bound_by", Id, ForeignKey("person.id")),
    Column("bound_at", Utc, nullable=False),
    UniqueConstraint("process", "wanted", "version"),
)
outgoing_call = guarded(
    "outgoing_call",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("wait", String(120), nullable=False),  # the core's id of the waiting node
    Column("element", String(80), nullable=False),
    Column("wanted", String(240), nullable=False),
    Column("state", String(12), nullable=False),  # waiting | done | dead | cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try", Utc, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("error", String(400)),
    UniqueConstraint("instance_id", "wait"),
    Index(
        "ix_outgoing_call_due",
        "next_try",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

"""Timers and notices."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded, table

timer = guarded(
    "timer",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("activity_id", Id, ForeignKey("activity.id")),
    Column("item_id", Id, ForeignKey("work_item.id")),
    Column("kind", String(20), nullable=False),  # rung | wake
    Column("level", String(20), nullable=False),  # step | item | stage:<name> | instance
    Column("rung", String(40), nullable=False),  # warn | due | late-1 …; for wake: wake
    Column("due", Utc, nullable=False),
    Column("state", String(12), nullable=False),  # waiting | fired | merged | cancelled | dead
    Column("fired_at", Utc),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("facts", JsonText, nullable=False),  # ladder, deadline, what the rung says
    Index("ix_timer_due", "due", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    Index("ix_timer_instance", "instance_id", "state"),
)
notification = table(
    "notification",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("item_id", Id),
    Column("event", String(20), nullable=False),  # template code
    Column("kind", String(12), nullable=False),  # what it asks for: todo, chase, copy, system
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("urgency", String(8), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("not_before", Utc, nullable=False),
    Column("cancelled_at", Utc),
    Column("read_at", Utc),
    Column("once", String(160), unique=True),  # each rung once per recipient
    Column("link", String(200), nullable=False, server_default=""),  # the page it speaks of, if that is no instance
    Column("sender_id", Id),  # whose doing it tells; empty: the system
    Column("digest", String(80)),  # of whom it tells what, see store/row_digests.py
    Index(None, "person_id", "not_before"),
    Index(None, "instance_id"),
)
delivery = guarded(
    "delivery",
    Column("notification_id", Id, ForeignKey("notification.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("state", String(12), nullable=False),  # waiting | sent | merged | dead | cancelled
    Column("merged_into", Id),  # the delivery whose message told this too
    Column("address", String(200), nullable=False, server_default=""),  # where it went
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try", Utc, nullable=False),
    Column("sent_at", Utc),
    Column("error", String(400)),
    Index(
        "ix_delivery_next",
        "next_try",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(None, "sent_at"),
    UniqueConstraint("notification_id", "channel"),
)
notice_text = guarded(  # the house's own words for a notice, for one process or for all
    "notice_text",
    Column("process", String(60), nullable=False),  # empty: all processes
    Column("code", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", Id, ForeignKey("person.id"), nullable=False),
    UniqueConstraint("process", "code"),
)

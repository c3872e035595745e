"""The working calendar as data, and what its changes still have to do."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

# scope: the code of a unit whose own calendar it is; empty for the whole house
calendar_day = guarded(
    "calendar_day",
    Column("scope", String(40), nullable=False, server_default=""),
    Column("day", Date, nullable=False),
    Column("working", Boolean, nullable=False),
    Column("hours", JsonText),  # half days: [["08:30", "12:00"]]; empty means the usual hours
    Column("name", String(60), nullable=False, server_default=""),
    UniqueConstraint("scope", "day"),
)
calendar_year = guarded(
    "calendar_year",
    Column("year", Integer, nullable=False, unique=True),
    Column("source", String(120), nullable=False),
    Column("at", Utc, nullable=False),
)
office_hours = guarded(
    "office_hours",
    Column("scope", String(40), nullable=False, server_default=""),
    Column("name", String(60), nullable=False, server_default=""),
    Column("first", Date),  # without days: the hours of the whole year
    Column("last", Date),
    Column("hours", JsonText, nullable=False),
)
calendar_change = guarded(
    "calendar_change",
    Column("at", Utc, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    Column("kind", String(12), nullable=False),  # day | year | hours | seed
    Column("note", Text, nullable=False),
    Column("detail", JsonText, nullable=False),  # what was before and is now
    Column("state", String(12), nullable=False),  # waiting | running | done
    Column("cursor", Id, nullable=False, server_default="0"),  # the last instance that was counted anew
    Column("total", Integer, nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("moved", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("finished_at", Utc),
)

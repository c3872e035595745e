"""Limits and pauses that the house sets itself, beside what the packages say."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

limit_rule = guarded(
    "limit_rule",
    Column("process", String(60), nullable=False),
    Column("element", String(80), nullable=False),  # a step; empty for the whole instance
    Column("scope", String(40), nullable=False, server_default=""),  # code of a unit; empty for the whole house
    Column("version", Integer, nullable=False),
    Column("limit_text", String(60), nullable=False),
    Column("warn", String(40), nullable=False, server_default=""),
    Column("ladder", String(40), nullable=False, server_default=""),
    Column("reasons", JsonText, nullable=False),  # why its clock may be stopped: ["P2", "P4"]
    Column("withdrawn", Boolean, nullable=False),  # the package's own words count again
    Column("note", String(200), nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    UniqueConstraint("process", "element", "scope", "version"),
)
pause = guarded(
    "pause",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("activity_id", Id, ForeignKey("activity.id")),  # empty: the whole instance
    Column("code", String(4), nullable=False),  # P1 … P6
    Column("basis", String(400), nullable=False),
    Column("days", Integer, nullable=False),  # working days asked for
    Column("state", String(12), nullable=False),  # asked | refused | running | ended
    Column("asked_by", Id, ForeignKey("person.id"), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", Utc),
    Column("words", String(400), nullable=False, server_default=""),
    Column("since", Utc),
    Column("until", Utc),  # comes back by itself
    Column("ended_at", Utc),
    Column("kept", JsonText),  # deadlines and lights as they were
    Index(None, "instance_id", "state"),
)
ladder_rule = guarded(
    "ladder_rule",
    Column("process", String(60), nullable=False, server_default=""),  # empty: every process
    Column("scope", String(40), nullable=False, server_default=""),
    Column("name", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),  # as in ladders.toml
    Column("withdrawn", Boolean, nullable=False),
    Column("note", String(200), nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    UniqueConstraint("process", "scope", "name", "version"),
)

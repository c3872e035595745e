"""What the reports count: one row for each piece of work, case and reason of a return, settled nightly.

``snapshot_id`` 0 is what is known now; the rows of a frozen month are copied under the id of its snapshot.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded

# all that the sums of a month look at: with it in the index they never touch the rows themselves
SUMMED = (
    "process", "element", "step", "unit_id", "post_id", "charged_id", "person_id", "due_at", "done_at", "stood_in",
    "seconds", "paused",
)  # fmt: skip

settled_item = guarded(
    "settled_item",
    Column("snapshot_id", Id, nullable=False, server_default="0"),
    Column("item_id", Id, nullable=False),
    Column("instance_id", Id, nullable=False),
    Column("month", String(7), nullable=False),  # in which it was due; without a deadline, in which it was done
    Column("process", String(60), nullable=False),
    Column("element", String(80), nullable=False),
    Column("step", String(120), nullable=False),
    Column("unit_id", Id),
    Column("post_id", Id),
    Column("charged_id", Id),  # whose lateness it is
    Column("person_id", Id),  # whose work it is; empty while it is open, and when the system decided
    Column("arrived_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("done_at", Utc),
    Column("stood_in", Boolean, nullable=False),
    Column("seconds", Integer, nullable=False),  # of working time, pauses deducted
    Column("paused", Integer, nullable=False),  # working seconds for which the clock stood
    UniqueConstraint("snapshot_id", "item_id"),
    Index("ix_settled_item_month", "snapshot_id", "month", *SUMMED),
    Index("ix_settled_item_instance", "instance_id", "snapshot_id"),
)
settled_case = guarded(
    "settled_case",
    Column("snapshot_id", Id, nullable=False, server_default="0"),
    Column("instance_id", Id, nullable=False),
    Column("month", String(7), nullable=False),  # in which it was started
    Column("process", String(60), nullable=False),
    Column("unit_id", Id),
    Column("person_id", Id, nullable=False),  # the initiator
    Column("started_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("ended_at", Utc),
    Column("returns", Integer, nullable=False),
    Column("faults", Integer, nullable=False, server_default="0"),  # reason codes its returns named
    Column("points", Integer, nullable=False, server_default="0"),  # what the package takes off for them
    UniqueConstraint("snapshot_id", "instance_id"),
    Index("ix_settled_case_month", "snapshot_id", "month"),
    Index("ix_settled_case_due", "snapshot_id", "due_at"),
)
settled_return = guarded(
    "settled_return",
    Column("snapshot_id", Id, nullable=False, server_default="0"),
    Column("entry_id", Id, nullable=False),  # of the history
    Column("code", String(40), nullable=False),  # empty: returned without one
    Column("instance_id", Id, nullable=False),
    Column("month", String(7), nullable=False),
    Column("at", Utc, nullable=False),
    Column("process", String(60), nullable=False),
    Column("element", String(80), nullable=False),
    Column("step", String(120), nullable=False),  # which sent it back
    Column("gate", String(60), nullable=False),  # empty: the code belongs to none
    Column("words", String(120), nullable=False),  # of the code
    Column("unit_id", Id),  # of the initiator
    Column("person_id", Id, nullable=False),  # the initiator
    Column("by_id", Id),
    UniqueConstraint("snapshot_id", "entry_id", "code"),
    Index("ix_settled_return_month", "snapshot_id", "month"),
    Index("ix_settled_return_instance", "instance_id", "snapshot_id"),
)
report_snapshot = guarded(
    "report_snapshot",
    Column("month", String(7), nullable=False, unique=True),
    Column("label", String(40), nullable=False),
    Column("until", Utc, nullable=False),  # what was done later does not count
    Column("frozen_at", Utc, nullable=False),
    Column("digest", String(64), nullable=False),  # over the frozen rows
    Column("figures", JsonText, nullable=False),  # of the whole house
)

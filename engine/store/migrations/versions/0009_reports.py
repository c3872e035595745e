"""What the reports count, settled nightly, and the snapshots of frozen months."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _snapshots()
    _cases()
    _items()
    _returns()


def _snapshots() -> None:
    op.create_table(
        "report_snapshot",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("until", columns.Utc(timezone=True), nullable=False),
        sa.Column("frozen_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("figures", columns.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshot")),
        sa.UniqueConstraint("month", name=op.f("uq_report_snapshot_month")),
    )


def _cases() -> None:
    op.create_table(
        "settled_case",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("snapshot_id", ID, server_default="0", nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("started_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("due_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("ended_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_case")),
        sa.UniqueConstraint("snapshot_id", "instance_id", name=op.f("uq_settled_case_snapshot_id_instance_id")),
    )
    op.create_index("ix_settled_case_due", "settled_case", ["snapshot_id", "due_at"], unique=False)
    op.create_index("ix_settled_case_month", "settled_case", ["snapshot_id", "month"], unique=False)


def _items() -> None:
    op.create_table(
        "settled_item",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("snapshot_id", ID, server_default="0", nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("charged_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("arrived_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("due_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("done_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("stood_in", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_item")),
        sa.UniqueConstraint("snapshot_id", "item_id", name=op.f("uq_settled_item_snapshot_id_item_id")),
    )
    op.create_index("ix_settled_item_instance", "settled_item", ["instance_id", "snapshot_id"], unique=False)
    op.create_index(
        "ix_settled_item_month",
        "settled_item",
        [
            "snapshot_id",
            "month",
            "process",
            "element",
            "step",
            "unit_id",
            "post_id",
            "charged_id",
            "person_id",
            "due_at",
            "done_at",
            "stood_in",
            "seconds",
            "paused",
        ],
        unique=False,
    )


def _returns() -> None:
    op.create_table(
        "settled_return",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("snapshot_id", ID, server_default="0", nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("gate", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_return")),
        sa.UniqueConstraint(
            "snapshot_id", "entry_id", "code", name=op.f("uq_settled_return_snapshot_id_entry_id_code")
        ),
    )
    op.create_index("ix_settled_return_instance", "settled_return", ["instance_id", "snapshot_id"], unique=False)
    op.create_index("ix_settled_return_month", "settled_return", ["snapshot_id", "month"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

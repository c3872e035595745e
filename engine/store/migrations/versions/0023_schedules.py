"""What the calendar has started: one row for each turn of each schedule, so that every turn comes once."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNIQUE = ("process", "name", "period")


def upgrade() -> None:
    op.create_table(
        "scheduled_start",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=12), nullable=False),
        sa.Column("due", columns.Utc(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("instance_id", ID, nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_start")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_scheduled_start_instance_id")),
        sa.UniqueConstraint(*UNIQUE, name=op.f("uq_scheduled_start_process_name_period")),
    )


def downgrade() -> None:
    op.drop_table("scheduled_start")

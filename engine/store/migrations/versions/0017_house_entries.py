"""The record of the house itself, chained like the histories; hand-overs without one receiver for everything."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "house_entry",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_house_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_house_entry_seq")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.alter_column("receiver_id", existing_type=ID, nullable=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

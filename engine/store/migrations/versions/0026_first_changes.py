"""What a first contact is told once a day, until then (domain.md M071)."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "first_change",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_first_change_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_first_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_change")),
    )
    op.create_index(op.f("ix_first_change_at"), "first_change", ["at"])
    op.create_index(op.f("ix_first_change_instance_id"), "first_change", ["instance_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

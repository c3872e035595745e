"""Who took a case in (首问责任人), beside the case; of cases from before, who began them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = "state IN ('running', 'suspended')"


def upgrade() -> None:
    op.add_column("instance", sa.Column("first_contact_id", ID, nullable=True))
    op.execute("UPDATE instance SET first_contact_id = initiator_id")
    op.create_index(
        "ix_instance_first_contact",
        "instance",
        ["first_contact_id"],
        sqlite_where=sa.text(RUNNING),
        postgresql_where=sa.text(RUNNING),
    )


def downgrade() -> None:
    op.drop_index("ix_instance_first_contact", "instance")
    op.drop_column("instance", "first_contact_id")

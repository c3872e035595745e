"""Digests of rows, so that a text that decays or is edited by hand is found."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("instance", "work_item"):
        op.add_column(table, sa.Column("digest", sa.String(length=80), nullable=True))


def downgrade() -> None:
    for table in ("instance", "work_item"):
        op.drop_column(table, "digest")

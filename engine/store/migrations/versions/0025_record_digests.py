"""Digests of the lines of registers, so that one that decays or is edited by hand is found."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record", sa.Column("digest", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("record", "digest")

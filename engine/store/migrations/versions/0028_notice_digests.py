"""Digests of notices, so that one whose words or addressee decay is neither sent nor shown."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification", sa.Column("digest", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("notification", "digest")

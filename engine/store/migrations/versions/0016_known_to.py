"""Who may know a secret case (知悉范围), beside the case so that lists and searches ask it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("known_to", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("instance", "known_to")

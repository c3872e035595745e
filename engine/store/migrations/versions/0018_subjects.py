"""Who a person is at the OpenID provider."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("subject", sa.String(length=500), nullable=True))
    # no constraint: SQLite would write the table anew, and everything refers to it
    op.create_index(op.f("ix_person_subject"), "person", ["subject"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

"""In which case somebody else agreed to a version (domain.md §10.2: one uploads, another publishes)."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definition", sa.Column("source", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

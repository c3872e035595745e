"""An authority may be limited to kinds of documents and amounts, and names its letter (domain.md §7.4)."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("substitution", sa.Column("letter", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("substitution", sa.Column("genres", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("substitution", sa.Column("most", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("substitution", "most")
    op.drop_column("substitution", "genres")
    op.drop_column("substitution", "letter")

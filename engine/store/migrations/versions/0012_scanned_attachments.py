"""Attachments know whether a scanner has passed them, and how much one person has sent lately."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WAITING = sa.text("scan = 'waiting'")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("scan", sa.String(length=8), nullable=False, server_default="passed"))
    op.create_index(op.f("ix_attachment_uploaded_by_uploaded_at"), "attachment", ["uploaded_by", "uploaded_at"])
    op.create_index("ix_attachment_waiting", "attachment", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_index("ix_attachment_waiting", table_name="attachment")
    op.drop_index(op.f("ix_attachment_uploaded_by_uploaded_at"), table_name="attachment")
    op.drop_column("attachment", "scan")

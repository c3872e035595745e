"""What has left within the last minute is found by when it left, however much somebody gets."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_delivery_sent_at"), "delivery", ["sent_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_sent_at"), "delivery")

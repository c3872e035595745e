"""Lines of registers that replace others are found by an index."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_record_corrects_id"), "record", ["corrects_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_record_corrects_id"), table_name="record")

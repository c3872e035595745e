"""A binding may be for one version of a process: its diagram may call the same thing with other variables."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("binding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_constraint(op.f("uq_binding_process_wanted"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_binding_process_wanted_version"), ["process", "wanted", "version"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

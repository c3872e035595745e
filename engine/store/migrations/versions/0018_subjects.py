"""Who a person is at the OpenID provider."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("subject", sa.String(length=500), nullable=True))
    # an index stands for the constraint where a table would have to be written anew
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_unique_constraint(op.f("uq_person_subject"), ["subject"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

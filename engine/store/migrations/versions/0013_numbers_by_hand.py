"""Who reserved or voided a number by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("taken_number") as batch_op:
        batch_op.add_column(sa.Column("person_id", ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_taken_number_person_id"), "person", ["person_id"], ["id"])

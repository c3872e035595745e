"""Sessions of the pages as rows, so that they can be ended; when somebody last said the password in one."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("agent", sa.String(length=120), server_default="", nullable=False),
        sa.Column("created_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("confirmed_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("ended_at", columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"])


def downgrade() -> None:
    op.drop_table("session")

"""The register of archives: packages that were made of ended instances, and where their paper lies."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("ended_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("retention", sa.String(length=8), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("next_try", columns.Utc(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pieces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("on_paper", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paper_no", sa.String(length=60), server_default="", nullable=False),
        sa.Column("paper_place", sa.String(length=120), server_default="", nullable=False),
        sa.Column("filed_by", ID, nullable=True),
        sa.Column("filed_at", columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_archive_instance_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_archive_filed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
        sa.UniqueConstraint("instance_id", "edition", name=op.f("uq_archive_instance_id_edition")),
    )
    op.create_index(op.f("ix_archive_ended_at"), "archive", ["ended_at"])
    op.create_index("ix_archive_waiting", "archive", ["next_try"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_table("archive")

"""Checklists of the house in versions, and the revisions that reviews propose for them."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checklist_version",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", columns.JsonText(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_checklist_version_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version")),
        sa.UniqueConstraint("process", "file", "version", name=op.f("uq_checklist_version_process_file_version")),
    )
    op.create_table(
        "checklist_proposal",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("instance_id", Id, nullable=True),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("entry", sa.String(length=40), nullable=False),
        sa.Column("given", columns.JsonText(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("answered_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("answered_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_checklist_proposal_answered_by_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_checklist_proposal_by_id_person")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_checklist_proposal_instance_id_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_proposal")),
    )
    op.create_index("ix_checklist_proposal_process_state", "checklist_proposal", ["process", "state"])


def downgrade() -> None:
    op.drop_table("checklist_proposal")
    op.drop_table("checklist_version")

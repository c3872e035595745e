"""Bindings of stubs, and the calls that go out because of them."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "binding",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("wanted", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("facts", columns.JsonText(), nullable=False),
        sa.Column("bound_by", ID, nullable=True),
        sa.Column("bound_at", columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bound_by"], ["person.id"], name=op.f("fk_binding_bound_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
        sa.UniqueConstraint("process", "wanted", name=op.f("uq_binding_process_wanted")),
    )
    op.create_table(
        "outgoing_call",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("wait", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=80), nullable=False),
        sa.Column("wanted", sa.String(length=240), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try", columns.Utc(timezone=True), nullable=False),
        sa.Column("asked_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("ended_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_outgoing_call_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_call")),
        sa.UniqueConstraint("instance_id", "wait", name=op.f("uq_outgoing_call_instance_id_wait")),
    )
    with op.batch_alter_table("outgoing_call", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_call_due",
            ["next_try"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

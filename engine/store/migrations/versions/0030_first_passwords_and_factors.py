"""First passwords that end, who has asked for one, second factors with their recovery codes, and sessions not whole."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    instant = columns.Utc(timezone=True)
    op.add_column("person", sa.Column("password_until", instant, nullable=True))
    op.add_column("person", sa.Column("password_asked_at", instant, nullable=True))
    op.add_column("person", sa.Column("password_asked_by", ID, nullable=True))
    op.add_column("session", sa.Column("lacks", sa.String(length=12), server_default="", nullable=False))
    op.add_column("session", sa.Column("outside", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_session_outside"), "session", ["outside"])
    op.create_table(
        "factor",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_factor_person_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "ordinal", name=op.f("uq_recovery_code_person_id_ordinal")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

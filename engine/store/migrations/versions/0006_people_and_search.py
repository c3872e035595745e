"""Leaves, hand-overs, authority over seals, and the words of instances for full-text search."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# FTS5 reads its text from our table; the triggers tell it what has changed
WORDS = (
    "CREATE VIRTUAL TABLE instance_words USING fts5("
    "words, content='instance_text', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER instance_words_new AFTER INSERT ON instance_text BEGIN"
    " INSERT INTO instance_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER instance_words_gone AFTER DELETE ON instance_text BEGIN"
    " INSERT INTO instance_words(instance_words, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER instance_words_changed AFTER UPDATE OF words ON instance_text BEGIN"
    " INSERT INTO instance_words(instance_words, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO instance_words(rowid, words) VALUES (new.id, new.words); END",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("substitution", sa.Column("seals", sa.Boolean(), server_default=sa.false(), nullable=False))
    _leave()
    _handover()
    _indexes()
    op.create_table(
        "instance_text",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["instance.id"], name=op.f("fk_instance_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_text")),
    )
    if sqlite:
        for statement in WORDS:
            op.execute(statement)
    else:
        op.create_index("ix_instance_text_words", "instance_text", ["words"], postgresql_using="gin")


def _leave() -> None:
    op.create_table(
        "leave",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", columns.Utc(timezone=True), nullable=False),
        sa.Column("until", columns.Utc(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("substitution_id", ID, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("began_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("settled_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("moved", columns.JsonText(), nullable=False),
        sa.Column("returned", columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["substitution_id"], ["substitution.id"], name=op.f("fk_leave_substitution_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_leave_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index(op.f("ix_leave_person_id"), "leave", ["person_id"])


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("receiver_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("witness_id", ID, nullable=True),
        sa.Column("due", columns.Utc(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("goods", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("done_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("moved", columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_handover_receiver_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_handover_post_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_handover_witness_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_handover_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_person_id"), "handover", ["person_id"])


def _indexes() -> None:
    later, behalf = sa.text("state IN ('waiting', 'paused')"), sa.text("principal_id IS NOT NULL")
    op.create_index("ix_work_item_later", "work_item", ["performer_id"], sqlite_where=later, postgresql_where=later)
    op.create_index(
        "ix_work_item_principal",
        "work_item",
        ["principal_id", "decided_at"],
        sqlite_where=behalf,
        postgresql_where=behalf,
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

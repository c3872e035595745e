"""The record is keyed, one chain runs over the histories of all instances; sign-ins that failed are counted."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import context, op

from engine.store import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COVERED = (
    "instance_id", "seq", "at", "verb", "actor_id", "principal_id", "element", "activity_id", "item_id", "detail",
)  # fmt: skip
HISTORY = sa.table(
    "history",
    sa.column("id", ID),
    sa.column("at", columns.Utc()),
    sa.column("detail", columns.JsonText()),
    *(sa.column(name) for name in (*COVERED, "hash") if name not in ("at", "detail")),
)
INSTANCE = sa.table("instance", sa.column("id", ID), sa.column("history_hash"))


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("through", ID, nullable=False),
        sa.Column("heads", columns.JsonText(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("login", name=op.f("uq_attempt_login")),
    )
    _key_what_is_there(op.get_bind(), context.config.attributes["store"].audit_key)


def _key_what_is_there(connection: sa.Connection, key: bytes) -> None:
    """Entries were chained without a key so far; a chain that does not hold stays as it is, and is found later."""
    for instance_id, head in connection.execute(sa.select(INSTANCE.c.id, INSTANCE.c.history_hash)).all():
        rows = connection.execute(
            sa.select(HISTORY).where(HISTORY.c.instance_id == instance_id).order_by(HISTORY.c.seq)
        ).all()
        if _chained(rows, b"") != head:
            continue
        previous = ""
        for row in rows:
            previous = _hash(key, previous, row)
            connection.execute(sa.update(HISTORY).where(HISTORY.c.id == row.id).values(hash=previous))
        connection.execute(sa.update(INSTANCE).where(INSTANCE.c.id == instance_id).values(history_hash=previous))


def _chained(rows: Any, key: bytes) -> str | None:
    """The head of a chain; None if it does not hold."""
    previous = ""
    for row in rows:
        if _hash(key, previous, row) != row.hash:
            return None
        previous = row.hash
    return previous


def _hash(key: bytes, previous: str, row: Any) -> str:
    body = {name: getattr(row, name) for name in COVERED}
    body = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in body.items()}
    text = previous.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, text, hashlib.sha256).hexdigest() if key else hashlib.sha256(text).hexdigest()


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

"""Digests of pauses, consents, sessions, tokens, settled figures and the like, and of parts of rows (decision 110).

Rows that are there have none, and are not judged before the scheduler has given them one; what an office writes that
has nobody yet is judged from the first row on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = (
    "pause",
    "consent",
    "session",
    "token",
    "follow",
    "checklist_proposal",
    "calendar_change",
    "settled_item",
    "settled_case",
    "settled_return",
    "report_snapshot",
)
PARTS = (
    ("instance", "known_digest"),
    ("instance", "origin_digest"),
    ("instance", "form_digest"),
    ("work_item", "opened_digest"),
    ("person", "settings_digest"),
)


def upgrade() -> None:
    for table, column in (*((table, "row_digest") for table in TABLES), *PARTS):
        op.add_column(table, sa.Column(column, sa.String(length=80), nullable=True))
    op.execute(
        "INSERT INTO heartbeat (name, at, facts) SELECT 'rows guarded 2', CURRENT_TIMESTAMP, '{}' "
        "WHERE NOT EXISTS (SELECT 1 FROM person)"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

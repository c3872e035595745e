"""Digests of counters, numbers, jobs, deliveries, calls, archives, versions, turns, incidents, epochs (decision 113).

Rows that are there have none, and are not judged before the scheduler has given them one; what an office writes that
has nobody yet is judged from the first row on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLES = (
    "series",
    "taken_number",
    "job",
    "job_item",
    "delivery",
    "outgoing_call",
    "archive",
    "definition",
    "scheduled_start",
    "incident",
    "first_change",
)
PARTS = (
    ("person", "entry_digest"),
    ("definition", "words_digest"),
    ("job_item", "told_digest"),
    ("idempotency", "answer_digest"),  # judged at once: nobody changes the answer of another program
)


def upgrade() -> None:
    for table, column in (*((table, "row_digest") for table in TABLES), *PARTS):
        op.add_column(table, sa.Column(column, sa.String(length=80), nullable=True))
    op.execute(
        "INSERT INTO heartbeat (name, at, facts) SELECT 'rows guarded 3', CURRENT_TIMESTAMP, '{}' "
        "WHERE NOT EXISTS (SELECT 1 FROM person)"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

"""Digests of rows that decide who may act, what is due when and what lists show (docs/decisions/104).

Rows that are there have none, and are not judged before the scheduler has given them one; what an office writes that
has nobody yet is judged from the first row on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = (
    "unit",
    "person",
    "post",
    "appointment",
    "charge",
    "substitution",
    "leave",
    "handover",
    "instance",
    "activity",
    "work_item",
    "draft",
    "attachment",
    "timer",
    "notice_text",
    "limit_rule",
    "ladder_rule",
    "calendar_day",
    "calendar_year",
    "office_hours",
    "binding",
    "checklist_version",
)


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("row_digest", sa.String(length=80), nullable=True))
    op.execute(
        "INSERT INTO heartbeat (name, at, facts) SELECT 'rows guarded', CURRENT_TIMESTAMP, '{}' "
        "WHERE NOT EXISTS (SELECT 1 FROM person)"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "row_digest")

"""Faults for which a case came back, and what is taken off for them."""

import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("faults", "points"):
        op.add_column("settled_case", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    # frozen months have their faults from their own rows; what was taken off stands in the packages, which only
    # settling reads: what is not frozen is settled once more
    op.execute(
        "UPDATE settled_case SET faults = (SELECT count(*) FROM settled_return AS r WHERE r.code <> ''"
        " AND r.snapshot_id = settled_case.snapshot_id AND r.instance_id = settled_case.instance_id)"
    )
    mark = sa.table("heartbeat", sa.column("name"), sa.column("facts", columns.JsonText()))
    op.execute(mark.update().where(mark.c.name == "reports").values(facts={"through": 0}))


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade")

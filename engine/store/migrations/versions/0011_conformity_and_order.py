"""Faults for which a case came back and what is taken off for them; the earliest of three deadlines for each item."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from engine.store import columns

INSTANCE = sa.table(
    "instance",
    sa.column("id"),
    sa.column("ended_at"),
    sa.column("frozen_light"),
    sa.column("deadline", columns.Utc()),
    sa.column("stages", columns.JsonText()),
)
ITEM = sa.table(
    "work_item",
    sa.column("instance_id"),
    sa.column("state"),
    sa.column("sort_at", columns.Utc()),
    sa.column("sort_level"),
)
TIMER = sa.table(
    "timer", sa.column("instance_id"), sa.column("level"), sa.column("state"), sa.column("facts", columns.JsonText())
)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _faults()
    _order()


def _order() -> None:
    """What is under way has its stages from the timers that wait for them."""
    op.add_column("instance", sa.Column("stages", columns.JsonText(), nullable=True))
    op.add_column("work_item", sa.Column("sort_level", sa.String(length=120), nullable=True))
    connection = op.get_bind()
    found: dict[int, dict[str, str]] = {}
    watched = sa.select(TIMER.c.instance_id, TIMER.c.level, TIMER.c.facts).where(
        TIMER.c.level.like("stage:%"), TIMER.c.state.in_(("waiting", "paused", "stopped"))
    )
    for row in connection.execute(watched):
        found.setdefault(row.instance_id, {})[row.level.removeprefix("stage:")] = row.facts["deadline"]
    for instance_id, stages in found.items():
        connection.execute(INSTANCE.update().where(INSTANCE.c.id == instance_id).values(stages=stages))
    running = sa.select(INSTANCE.c.id, INSTANCE.c.deadline, INSTANCE.c.stages).where(
        INSTANCE.c.ended_at.is_(None), INSTANCE.c.frozen_light.is_(None)
    )
    for row in connection.execute(running).all():
        bounds = [(datetime.fromisoformat(at), f"stage:{name}") for name, at in (row.stages or {}).items()]
        bounds += [(row.deadline, "instance")] if row.deadline else []
        if bounds:
            at, whose = min(bounds)
            mine = (ITEM.c.instance_id == row.id, ITEM.c.state.in_(("open", "waiting", "paused", "unread")))
            connection.execute(ITEM.update().where(*mine, ITEM.c.sort_at > at).values(sort_at=at, sort_level=whose))


def _faults() -> None:
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

"""The calendar as data with units, half days and office hours; limits and pauses of the house."""

from datetime import UTC, datetime

import chinese_calendar
import sqlalchemy as sa
from alembic import op

from engine.store import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    kept = op.get_bind().execute(sa.text("SELECT day, working, name FROM calendar_day")).all()
    op.drop_table("calendar_day")
    day, year = _calendar()
    _changes()
    _limit_rules()
    _ladder_rules()
    _pauses()
    op.add_column("work_item", sa.Column("paused", sa.String(length=40), nullable=True))
    _seed(day, year, [{"day": _day(r.day), "working": bool(r.working), "name": r.name} for r in kept])


def _calendar() -> tuple[sa.Table, sa.Table]:
    day = op.create_table(
        "calendar_day",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("hours", columns.JsonText(), nullable=True),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("scope", "day", name=op.f("uq_calendar_day_scope_day")),
    )
    year = op.create_table(
        "calendar_year",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("year", name=op.f("uq_calendar_year_year")),
    )
    op.create_table(
        "office_hours",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("hours", columns.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours")),
    )
    return day, year


def _changes() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", columns.JsonText(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cursor", Id, server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_calendar_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )


def _limit_rules() -> None:
    op.create_table(
        "limit_rule",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("limit_text", sa.String(length=60), nullable=False),
        sa.Column("warn", sa.String(length=40), server_default="", nullable=False),
        sa.Column("ladder", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reasons", columns.JsonText(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_limit_rule_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_rule")),
        sa.UniqueConstraint(
            "process", "element", "scope", "version", name=op.f("uq_limit_rule_process_element_scope_version")
        ),
    )


def _ladder_rules() -> None:
    op.create_table(
        "ladder_rule",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=60), server_default="", nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", columns.Utc(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ladder_rule_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_rule")),
        sa.UniqueConstraint(
            "process", "scope", "name", "version", name=op.f("uq_ladder_rule_process_scope_name_version")
        ),
    )


def _pauses() -> None:
    op.create_table(
        "pause",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("instance_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=True),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", columns.Utc(timezone=True), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=400), server_default="", nullable=False),
        sa.Column("since", columns.Utc(timezone=True), nullable=True),
        sa.Column("until", columns.Utc(timezone=True), nullable=True),
        sa.Column("ended_at", columns.Utc(timezone=True), nullable=True),
        sa.Column("kept", columns.JsonText(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_pause_activity_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_pause_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_pause_decided_by")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_pause_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_instance_id_state"), "pause", ["instance_id", "state"], unique=False)


def _day(value: object) -> object:
    """A date; SQLite gives the text of a bare query."""
    return datetime.fromisoformat(value).date() if isinstance(value, str) else value


def _seed(day: sa.Table, year: sa.Table, kept: list[dict[str, object]]) -> None:
    """The published years as this version of the library knows them; days that an administrator has set win."""
    own = {row["day"] for row in kept}
    known = dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(chinese_calendar.workdays, True)
    rows = [{"day": d, "working": w, "name": _name(d, w)} for d, w in sorted(known.items()) if d not in own]
    op.bulk_insert(day, [{"scope": "", "hours": None, **row} for row in [*rows, *kept]])
    now = datetime.now(UTC)
    published = sorted({d.year for d in chinese_calendar.holidays})
    op.bulk_insert(year, [{"year": y, "source": "chinesecalendar", "at": now} for y in published])


_NAMES = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}  # fmt: skip


def _name(day: object, working: bool) -> str:
    found = (chinese_calendar.workdays if working else chinese_calendar.holidays)[day]
    return _NAMES.get(found, str(found))[:60]

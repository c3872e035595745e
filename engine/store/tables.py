"""All tables of the store, in the words of the glossary; the only truth about the schema besides the migrations."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem

from engine.store.columns import Blob, JsonText, Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# SQLite gives an alias of the row id only to INTEGER PRIMARY KEY; PostgreSQL wants room for years of rows.
Id = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *columns: SchemaItem) -> Table:
    return Table(name, metadata, Column("id", Id, primary_key=True, autoincrement=True), *columns)


# ------------------------------------------------------------------ organisation (domain.md §7)

unit = _table(
    "unit",
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("short", String(40), nullable=False),
    Column("kind", String(12), nullable=False),  # group | company | department | external
    Column("parent_id", Id, ForeignKey("unit.id")),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)
person = _table(
    "person",
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(40), nullable=False),
    Column("pinyin", String(80), nullable=False, server_default=""),
    Column("email", String(120), nullable=False, server_default=""),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False, server_default=""),
    Column("roles", JsonText, nullable=False),  # user | clerk | leader | supervisor | designer | admin | auditor
    Column("settings", JsonText, nullable=False),  # phrases, theme, size, shortcuts
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)
post = _table(
    "post",
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("code", String(40), nullable=False),  # zhuren, hegao, wenshu, head, liaison, staff …
    Column("title", String(60), nullable=False),
    UniqueConstraint("unit_id", "code"),
)
appointment = _table(
    "appointment",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("role", String(1), nullable=False, server_default="A"),  # A | B: who stands in for whom (AB 角)
    Column("main", Boolean, nullable=False, server_default=false()),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Index(None, "person_id"),
    Index(None, "post_id"),
)
charge = _table(  # 分管: which leader is in charge of which unit, by topic
    "charge",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("topic", String(40)),
    Column("since", Date, nullable=False),
    Column("until", Date),
)
substitution = _table(
    "substitution",
    Column("principal_id", Id, ForeignKey("person.id"), nullable=False),
    Column("substitute_id", Id, ForeignKey("person.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("scope", JsonText, nullable=False),  # process keys, empty = all
    Column("reason", String(200), nullable=False, server_default=""),
    Column("revoked_at", Utc),
)
token = _table(
    "token",
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)

# ------------------------------------------------------------------ definitions

definition = _table(
    "definition",
    Column("key", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("manifest", JsonText, nullable=False),
    Column("report", JsonText, nullable=False),
    Column("note", String(400), nullable=False, server_default=""),
    Column("deployed_at", Utc, nullable=False),
    Column("deployed_by", Id, ForeignKey("person.id")),
    Column("current", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("key", "version"),
)
definition_file = _table(
    "definition_file",
    Column("definition_id", Id, ForeignKey("definition.id"), nullable=False),
    Column("path", String(200), nullable=False),
    Column("content", Blob, nullable=False),
    UniqueConstraint("definition_id", "path"),
)

# ------------------------------------------------------------------ instances and work

instance = _table(
    "instance",
    Column("number", String(60), nullable=False, unique=True),
    Column("definition_id", Id, ForeignKey("definition.id"), nullable=False),
    Column("process", String(60), nullable=False),
    Column("title", String(200), nullable=False),
    Column("urgency", String(8), nullable=False),  # 特急 | 加急 | 平件
    Column("state", String(12), nullable=False),  # running suspended completed rejected voided withdrawn
    Column("initiator_id", Id, ForeignKey("person.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id")),  # the initiator's main unit when it started
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("outcome", String(40)),
    Column("deadline", Utc),  # of the whole instance
    Column("warn_at", Utc),
    Column("frozen_light", String(8)),  # the light stopped when the close-out was asked for
    Column("revision", Integer, nullable=False),
    Column("snapshot", Blob, nullable=False),
    Column("variables", JsonText, nullable=False),
    Column("visits", JsonText, nullable=False),  # element or flow id -> times passed; bounded by the diagram
    Column("history_seq", Integer, nullable=False, server_default="0"),
    Column("history_hash", String(64), nullable=False, server_default=""),  # head of the chain of history
    Column("undo", JsonText),  # what the last decision replaced, for an exact 撤回
    Column("parent_id", Id, ForeignKey("instance.id")),
    Column("parent_wait", String(120)),  # the waiting node of the parent that our end releases
    Column("source", String(120)),  # e.g. the minutes an item of supervision comes from
    Index(None, "process", "state"),
    Index(None, "initiator_id", "started_at"),
    Index(None, "state", "started_at"),
    Index(None, "parent_id"),
)
activity = _table(
    "activity",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("token", String(120), nullable=False),  # the core's id of the open user task
    Column("element", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # open | done | cancelled
    Column("completion", String(40), nullable=False),
    Column("limit_text", String(60), nullable=False),
    Column("ladder", String(40)),
    Column("opened_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("deadline", Utc),
    Column("warn_at", Utc),
    Column("outcome", String(40)),
    Column("back_to", JsonText),  # 直达: elements to re-enter when this activity closes
    Column("facts", JsonText, nullable=False),  # loop item, why these performers (hops)
    Index(None, "instance_id", "state"),
)
work_item = _table(
    "work_item",
    Column("activity_id", Id, ForeignKey("activity.id"), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("process", String(60), nullable=False),
    Column("element", String(80), nullable=False),
    Column("name", String(120), nullable=False),  # the stated duty
    Column("entry", String(40)),  # id of the checklist entry, if it is one
    Column("performer_id", Id, ForeignKey("person.id")),  # the one responsible person; of a pool: who is accountable
    Column("pool", String(80)),  # post code that may claim it, while nobody has
    Column("principal_id", Id, ForeignKey("person.id")),  # for whom the performer stands in (代)
    Column("post_id", Id, ForeignKey("post.id")),  # in which post
    Column("kind", String(12), nullable=False),  # decide | consult | read
    Column("state", String(12), nullable=False),  # open | waiting (prerequisite, turn) | done | cancelled
    Column("urgency", String(8), nullable=False),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("arrived_at", Utc, nullable=False),
    Column("visible_at", Utc, nullable=False),  # held back for the undo window of the sender
    Column("opened_at", Utc),  # first read by the performer
    Column("deadline", Utc),
    Column("warn_at", Utc),
    Column("outcome", String(40)),
    Column("opinion", Text),
    Column("data", JsonText),  # what this person entered, copied at the moment of decision
    Column("decided_at", Utc),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("facts", JsonText, nullable=False),  # hops, checklist columns, prerequisites, evidence
    Index("ix_work_item_activity", "activity_id"),
    Index("ix_work_item_instance", "instance_id", "state"),
    # the two inbox indexes: only what is open, in the order the inbox shows it
    Index(
        "ix_work_item_inbox",
        "performer_id",
        "deadline",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_work_item_pool",
        "pool",
        "deadline",
        sqlite_where=text("state = 'open' AND pool IS NOT NULL"),
        postgresql_where=text("state = 'open' AND pool IS NOT NULL"),
    ),
    Index("ix_work_item_decided", "decided_by", "decided_at"),
)
draft = _table(
    "draft",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("scope", String(80), nullable=False),  # item:123 or start:document_issue
    Column("title", String(200), nullable=False, server_default=""),
    Column("data", JsonText, nullable=False),
    Column("saved_at", Utc, nullable=False),
    UniqueConstraint("person_id", "scope"),
)
history = _table(
    "history",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("verb", String(20), nullable=False),
    Column("actor_id", Id, ForeignKey("person.id")),  # empty: the system
    Column("principal_id", Id, ForeignKey("person.id")),
    Column("element", String(80)),
    Column("activity_id", Id),
    Column("item_id", Id),
    Column("detail", JsonText, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("instance_id", "seq"),
)
attachment = _table(
    "attachment",
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("item_id", Id, ForeignKey("work_item.id")),
    Column("name", String(200), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("uploaded_by", Id, ForeignKey("person.id"), nullable=False),
    Column("uploaded_at", Utc, nullable=False),
    Index(None, "instance_id"),
)

# ------------------------------------------------------------------ time and notices

timer = _table(
    "timer",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("activity_id", Id, ForeignKey("activity.id")),
    Column("item_id", Id, ForeignKey("work_item.id")),
    Column("kind", String(20), nullable=False),  # rung | wake
    Column("level", String(20), nullable=False),  # step | item | stage:<name> | instance
    Column("rung", String(40), nullable=False),  # warn | due | late-1 …; for wake: wake
    Column("due", Utc, nullable=False),
    Column("state", String(12), nullable=False),  # waiting | fired | merged | cancelled | dead
    Column("fired_at", Utc),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("facts", JsonText, nullable=False),  # ladder, deadline, what the rung says
    Index(
        "ix_timer_due", "due", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
    ),
    Index("ix_timer_instance", "instance_id", "state"),
)
notification = _table(
    "notification",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("item_id", Id),
    Column("event", String(20), nullable=False),  # template code
    Column("kind", String(12), nullable=False),  # todo | chase | copy | system
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("urgency", String(8), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("not_before", Utc, nullable=False),
    Column("cancelled_at", Utc),
    Column("read_at", Utc),
    Column("once", String(160), unique=True),  # each rung once per recipient
    Index(None, "person_id", "not_before"),
    Index(None, "instance_id"),
)
delivery = _table(
    "delivery",
    Column("notification_id", Id, ForeignKey("notification.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("state", String(12), nullable=False),  # waiting | sent | dead | cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try", Utc, nullable=False),
    Column("sent_at", Utc),
    Column("error", String(400)),
    Index(
        "ix_delivery_next", "next_try", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
    ),
    UniqueConstraint("notification_id", "channel"),
)
calendar_day = _table(
    "calendar_day",
    Column("day", Date, nullable=False),
    Column("working", Boolean, nullable=False),
    Column("name", String(60), nullable=False, server_default=""),
    UniqueConstraint("day"),
)

# ------------------------------------------------------------------ registers and numbers

record = _table(
    "record",
    Column("register", String(60), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("label", String(120), nullable=False),
    Column("state", String(20), nullable=False),
    Column("data", JsonText, nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("corrects_id", Id, ForeignKey("record.id")),
    Column("created_at", Utc, nullable=False),
    Column("created_by", Id, ForeignKey("person.id")),
    UniqueConstraint("register", "ordinal"),
    Index(None, "register", "label"),
)
series = _table(
    "series",
    Column("name", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    UniqueConstraint("name", "year"),
)
taken_number = _table(
    "taken_number",
    Column("series", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", String(80), nullable=False),
    Column("state", String(12), nullable=False),  # used | reserved | void
    Column("reason", String(200), nullable=False, server_default=""),
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("taken_at", Utc, nullable=False),
    UniqueConstraint("series", "year", "ordinal"),
)

# ------------------------------------------------------------------ running the house

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer", JsonText),
    Column("created_at", Utc, nullable=False),
)
incident = _table(
    "incident",
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("kind", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("facts", JsonText, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("resolved_at", Utc),
)
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("facts", JsonText, nullable=False),
)

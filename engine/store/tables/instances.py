"""Instances, activities, work items, their history and attachments."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext

from engine.store.columns import Blob, JsonText, Utc
from engine.store.tables.shape import Id, guarded, table

# what the counts of an inbox look at: with it in the index they never touch the rows themselves
SHOWN = ("sort_at", "id", "state", "visible_at", "urgency", "principal_id", "opened_at")
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)


def _sort_at(context: DefaultExecutionContext) -> datetime:
    """Where an item stands in the inbox: by its deadline, what has none last."""
    found: datetime | None = context.get_current_parameters()["deadline"]  # type: ignore[no-untyped-call]
    return found or NO_DEADLINE


instance = guarded(
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
    Column("stages", JsonText),  # stages under way: name -> their deadline
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
    Column("digest", String(80)),  # of what it holds, see store/row_digests.py
    Column("known_to", Text),  # logins of a secret case, as ",a,b,"; empty: whoever a role lets look
    Column("known_digest", String(80)),  # of that list, written apart from the rest
    Column("origin_digest", String(80)),  # of its first contact and of the case that started it
    Column("form_digest", String(80)),  # of what lists show out of the form
    Column("first_contact_id", Id),  # 首问责任人: a person; told of every change until the end
    Index(None, "process", "state"),
    Index(None, "initiator_id", "started_at"),
    Index(None, "state", "started_at"),
    Index(None, "parent_id"),
    Index(
        "ix_instance_first_contact",
        "first_contact_id",
        sqlite_where=text("state IN ('running', 'suspended')"),
        postgresql_where=text("state IN ('running', 'suspended')"),
    ),
)
activity = guarded(
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
work_item = guarded(
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
    Column("kind", String(12), nullable=False),  # decide | assist | consult | read | sign
    Column("state", String(12), nullable=False),  # open waiting (for its turn) unread paused done cancelled
    Column("urgency", String(8), nullable=False),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("arrived_at", Utc, nullable=False),
    Column("visible_at", Utc, nullable=False),  # held back for the undo window of the sender
    Column("opened_at", Utc),  # first read by the performer
    Column("deadline", Utc),
    Column(
        "sort_at", Utc, nullable=False, default=_sort_at
    ),  # what is due first, or the end of time: order of the inbox
    Column("sort_level", String(120)),  # whose deadline that is, if not its own: instance or stage:<name>
    Column("warn_at", Utc),
    Column("paused", String(40)),  # while its clock stands: the words of what is left
    Column("outcome", String(40)),
    Column("opinion", Text),
    Column("data", JsonText),  # what this person entered, copied at the moment of decision
    Column("decided_at", Utc),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("facts", JsonText, nullable=False),  # hops, checklist columns, prerequisites, evidence
    Column("digest", String(80)),  # of what was decided
    Column("opened_digest", String(80)),  # of when it was first opened
    Index("ix_work_item_activity", "activity_id"),
    Index("ix_work_item_instance", "instance_id", "state"),
    # the two inbox indexes: only what is open, in the order the inbox shows it
    Index(
        "ix_work_item_inbox",
        "performer_id",
        *SHOWN,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_work_item_pool",
        "pool",
        *SHOWN,
        "performer_id",
        sqlite_where=text("state = 'open' AND pool IS NOT NULL"),
        postgresql_where=text("state = 'open' AND pool IS NOT NULL"),
    ),
    Index("ix_work_item_decided", "decided_by", "decided_at"),
    # what a person holds besides the inbox, and what others did in their name: for hand-over and its lists
    Index(
        "ix_work_item_later",
        "performer_id",
        sqlite_where=text("state IN ('waiting', 'paused')"),
        postgresql_where=text("state IN ('waiting', 'paused')"),
    ),
    Index(
        "ix_work_item_principal",
        "principal_id",
        "decided_at",
        sqlite_where=text("principal_id IS NOT NULL"),
        postgresql_where=text("principal_id IS NOT NULL"),
    ),
    Index(
        "ix_work_item_read",
        "performer_id",
        "state",
        sqlite_where=text("kind = 'read'"),
        postgresql_where=text("kind = 'read'"),
    ),
)
draft = guarded(
    "draft",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("scope", String(80), nullable=False),  # item:123 or start:document_issue
    Column("title", String(200), nullable=False, server_default=""),
    Column("data", JsonText, nullable=False),
    Column("saved_at", Utc, nullable=False),
    UniqueConstraint("person_id", "scope"),
)
follow = guarded(
    "follow",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("person_id", "instance_id"),
    Index(None, "instance_id"),
)
first_change = guarded(
    "first_change",  # what a first contact who wants one notice a day has not been told yet
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("at", Utc, nullable=False),  # from when on it may be told
    Column("words", String(400), nullable=False),
    Index(None, "at"),
    Index(None, "instance_id"),
)
consent = guarded(
    "consent",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("verb", String(20), nullable=False),  # what a second person has to agree to: move
    Column("state", String(12), nullable=False),  # waiting given refused withdrawn
    Column("asked_by", Id, ForeignKey("person.id"), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("answered_by", Id, ForeignKey("person.id")),
    Column("answered_at", Utc),
    Column("facts", JsonText, nullable=False),  # what exactly is asked for, and why
    Index(None, "instance_id", "state"),
)
history = table(
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
attachment = guarded(
    "attachment",
    Column("instance_id", Id, ForeignKey("instance.id")),
    Column("item_id", Id, ForeignKey("work_item.id")),
    Column("name", String(200), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("uploaded_by", Id, ForeignKey("person.id"), nullable=False),
    Column("uploaded_at", Utc, nullable=False),
    Column("scan", String(8), nullable=False, server_default="passed"),  # passed | waiting | infected
    Index(None, "instance_id"),
    Index(None, "uploaded_by", "uploaded_at"),
    Index(
        "ix_attachment_waiting", "id", sqlite_where=text("scan = 'waiting'"), postgresql_where=text("scan = 'waiting'")
    ),
)

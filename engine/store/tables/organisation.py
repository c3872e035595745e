"""Units, persons, posts and who stands in for whom (domain.md §7)."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, UniqueConstraint

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, table

unit = table(
    "unit",
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("short", String(40), nullable=False),
    Column("kind", String(12), nullable=False),  # group | company | department | external
    Column("parent_id", Id, ForeignKey("unit.id")),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, default=True),
)
person = table(
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
    Column("active", Boolean, nullable=False, default=True),
)
post = table(
    "post",
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("code", String(40), nullable=False),  # zhuren, hegao, wenshu, head, liaison, staff …
    Column("title", String(60), nullable=False),
    UniqueConstraint("unit_id", "code"),
)
appointment = table(
    "appointment",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("role", String(1), nullable=False, server_default="A"),  # A | B: who stands in for whom (AB 角)
    Column("main", Boolean, nullable=False, default=False),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Index(None, "person_id"),
    Index(None, "post_id"),
)
charge = table(  # 分管: which leader is in charge of which unit, by topic
    "charge",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("topic", String(40)),
    Column("since", Date, nullable=False),
    Column("until", Date),
)
substitution = table(
    "substitution",
    Column("principal_id", Id, ForeignKey("person.id"), nullable=False),
    Column("substitute_id", Id, ForeignKey("person.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("scope", JsonText, nullable=False),  # process keys, empty = all
    Column("reason", String(200), nullable=False, server_default=""),
    Column("revoked_at", Utc),
)
token = table(
    "token",
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)

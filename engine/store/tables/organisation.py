"""Units, persons, posts and who stands in for whom (domain.md §7)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)

from engine.store.columns import JsonText, Utc
from engine.store.tables.shape import Id, guarded, table

unit = guarded(
    "unit",
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("short", String(40), nullable=False),
    Column("kind", String(12), nullable=False),  # group | company | department | external
    Column("parent_id", Id, ForeignKey("unit.id")),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, default=True),
)
person = guarded(
    "person",
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(40), nullable=False),
    Column("pinyin", String(80), nullable=False, server_default=""),
    Column("email", String(120), nullable=False, server_default=""),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False, server_default=""),
    Column("subject", String(500)),  # who the person is at the OpenID provider: subject and issuer
    Column("roles", JsonText, nullable=False),  # user | clerk | leader | supervisor | designer | admin | auditor
    Column("settings", JsonText, nullable=False),  # phrases, theme, size, shortcuts
    Column("settings_digest", String(80)),
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, default=True),
    Column("password_until", Utc),  # of a first password, good for choosing one's own; empty: it is one's own
    Column("password_asked_at", Utc),  # an administrator wants a first password given out
    Column("password_asked_by", Id),
    Column("entry_digest", String(80)),  # of what ends sessions, tokens and first passwords as a whole
    Index(None, "subject", unique=True),
)
post = guarded(
    "post",
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("code", String(40), nullable=False),  # zhuren, hegao, wenshu, head, liaison, staff …
    Column("title", String(60), nullable=False),
    UniqueConstraint("unit_id", "code"),
)
appointment = guarded(
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
charge = guarded(  # 分管: which leader is in charge of which unit, by topic
    "charge",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("topic", String(40)),
    Column("since", Date, nullable=False),
    Column("until", Date),
)
substitution = guarded(
    "substitution",
    Column("principal_id", Id, ForeignKey("person.id"), nullable=False),
    Column("substitute_id", Id, ForeignKey("person.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("scope", JsonText, nullable=False),  # process keys, empty = all
    Column("reason", String(200), nullable=False, server_default=""),
    Column("seals", Boolean, nullable=False, default=False, server_default=false()),
    Column("letter", String(60), nullable=False, server_default=""),  # number of the letter of authority
    Column("genres", JsonText, nullable=False, server_default="[]"),  # 文种, empty = all
    Column("most", String(20)),  # amounts up to this, as forms keep money
    Column("revoked_at", Utc),
)
leave = guarded(  # 请假、外出: the person's open work goes to whoever stands in, and comes back
    "leave",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),  # moved forward when the person is back early
    Column("reason", String(200), nullable=False, server_default=""),
    Column("substitution_id", Id, ForeignKey("substitution.id")),  # the third person named for this leave
    Column("created_by", Id, ForeignKey("person.id")),
    Column("created_at", Utc, nullable=False),
    Column("began_at", Utc),  # when the open work was handed over
    Column("settled_at", Utc),  # when what was left came back
    Column("moved", JsonText, nullable=False),  # what was handed over
    Column("returned", JsonText, nullable=False),  # what came back
    Index(None, "person_id"),
)
handover = guarded(  # 移交: of a leaver at once, of a post on a day (轮岗)
    "handover",
    Column("kind", String(12), nullable=False),  # leaver | rotation
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("receiver_id", Id, ForeignKey("person.id")),  # empty: whoever the rules of posts name, item by item
    Column("post_id", Id, ForeignKey("post.id")),  # of a rotation
    Column("witness_id", Id, ForeignKey("person.id")),  # 监交人
    Column("due", Utc, nullable=False),
    Column("state", String(12), nullable=False),  # planned | done | cancelled
    Column("reason", String(200), nullable=False, server_default=""),
    Column("goods", Text, nullable=False, server_default=""),  # seals, licences, keys, cabinets; what is unfinished
    Column("created_by", Id, ForeignKey("person.id")),
    Column("created_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("moved", JsonText, nullable=False),
    Index(None, "person_id"),
)
token = guarded(
    "token",
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)
session = guarded(
    "session",
    Column("digest", String(64), nullable=False, unique=True),  # of what the cookie holds
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("agent", String(120), nullable=False, server_default=""),  # the browser, as it calls itself
    Column("created_at", Utc, nullable=False),
    Column("confirmed_at", Utc, nullable=False),  # when the person last said the password
    Column("ended_at", Utc),
    Column("lacks", String(12), nullable=False, server_default=""),  # factor | password | enrolment, before it counts
    Column("outside", String(64)),  # digest of the provider's session, by which a logout there finds it
    Index(None, "person_id"),
    Index(None, "outside"),
)
factor = table(  # 动态验证码: the second factor of somebody, counted only when it is confirmed
    "factor",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, unique=True),
    Column("secret", String(200), nullable=False),  # encrypted with a key that is not in the database
    Column("created_at", Utc, nullable=False),
    Column("confirmed_at", Utc),
    Column("last_step", BigInteger, nullable=False, server_default="0"),  # of the last code: none counts twice
)
recovery_code = table(
    "recovery_code",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),  # said in the code itself, so that one hash is compared
    Column("hash", String(200), nullable=False),
    Column("used_at", Utc),
    UniqueConstraint("person_id", "ordinal"),
)

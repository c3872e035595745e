"""The register of archives: one line to each ending of an instance, with its package and its paper."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text

from engine.store.columns import Utc
from engine.store.tables.shape import Id, guarded

archive = guarded(
    "archive",
    Column("instance_id", Id, ForeignKey("instance.id"), nullable=False),
    Column("edition", Integer, nullable=False),  # an instance that was taken up again and ended once more has two
    Column("state", String(8), nullable=False),  # waiting | made
    Column("ended_at", Utc, nullable=False),
    Column("retention", String(8), nullable=False),  # 永久 | 30年 | 10年
    Column("keep_until", Date),  # empty: for ever
    # the outbox: who makes it takes a lease, and whoever finds the lease run out begins anew
    Column("next_try", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    # the electronic half, written once
    Column("digest", String(64)),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("pieces", Integer, nullable=False, server_default="0"),  # 件: the sheet and each attachment
    Column("made_at", Utc),
    # the paper half
    Column("on_paper", Integer, nullable=False, server_default="0"),  # 1: not complete without paper
    Column("paper_no", String(60), nullable=False, server_default=""),
    Column("paper_place", String(120), nullable=False, server_default=""),
    Column("filed_by", Id, ForeignKey("person.id")),
    Column("filed_at", Utc),
    UniqueConstraint("instance_id", "edition"),
    Index(None, "ended_at"),
    Index(
        "ix_archive_waiting", "next_try",
        sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
    ),
)  # fmt: skip

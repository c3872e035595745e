"""The first page of an inbox and its counts: read from the indexes made for them, and never at odds with each other."""

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import InternalError

from engine.model import Actor
from engine.runtime import Engine
from engine.store import instances as stored
from engine.store.tables import work_item
from engine.store.tables.instances import NO_DEADLINE
from engine.verbs import inbox, instances
from tests.support.plans import plan

Login = Callable[[str], Actor]
MANY = 3_000


def crowd(office: Engine, who: Login) -> Actor:
    """Three thousand open items, of which one in a hundred is hegao_a's and one in twenty waits in a pool of theirs."""
    number = instances.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1")).number
    mine, others = who("hegao_a"), [who(login).id for login in ("rlb1", "vp_a", "cwb_head", "ahb_head")]
    with office.store.transaction() as tx:
        instance = stored.by_number(tx, number)
        first = tx.first(select(work_item).where(work_item.c.instance_id == instance.id, work_item.c.state == "open"))
        assert first is not None
        made = {key: value for key, value in first._mapping.items() if key != "id"}
        tx.insert_many(work_item, [made | _own(office, n, mine, others) for n in range(MANY)])
    with office.store.transaction() as tx:
        tx.connection.exec_driver_sql("ANALYZE")
    return mine


def _own(office: Engine, n: int, mine: Actor, others: list[int]) -> dict[str, Any]:
    due = None if n % 400 == 0 else office.now() + timedelta(hours=n % 371 - 90)
    sort_at = {"sort_at": due or NO_DEADLINE}
    row: dict[str, Any] = {"performer_id": others[n % len(others)], "pool": None, "deadline": due, **sort_at}
    row["visible_at"] = office.now()
    row["urgency"] = "特急" if n % 300 == 0 else "平件"
    if n % 100 == 0:
        return row | {"performer_id": mine.id}
    return row | {"performer_id": None, "pool": mine.pools[0] if n % 20 == 1 else "nobody.here"} if n % 10 == 1 else row


def test_page_and_counts_look_only_at_the_stretches_of_their_holders_in_the_index(office: Engine, who: Login) -> None:
    mine = crowd(office, who)
    asked: list[tuple[str, Any]] = []

    with office.store.watched(lambda sql, bound, _many: asked.append((sql, bound))):
        inbox.page(office, mine)

    asked = [(sql, bound) for sql, bound in asked if "work_item" in sql]
    assert len(asked) == 2
    for sql, bound in asked:
        with office.store.reading() as tx:
            text = plan(tx, sql, bound)
        assert "ix_work_item_inbox" in text, text
        assert "ix_work_item_pool" in text, text
        assert "Seq Scan on work_item" not in text, text
        assert "SCAN work_item" not in text, text


def test_a_page_that_was_asked_for_before_is_not_planned_again(office: Engine, who: Login) -> None:
    if office.store.dialect != "postgresql":
        pytest.skip("SQLite keeps no plans")
    mine = who("hegao_a")
    for _time in range(4):
        inbox.page(office, mine)

    with office.store.reading() as tx:
        kept = tx.connection.exec_driver_sql(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%work_item%%'"
        ).all()

    assert len(kept) == 2
    assert all(generic >= 1 and custom == 0 for generic, custom in kept), kept


def test_what_only_reads_writes_nothing(office: Engine, who: Login) -> None:
    crowd(office, who)
    refused = pytest.raises(InternalError, match="read-only") if office.store.dialect == "postgresql" else nullcontext()

    with refused, office.store.reading() as tx:
        tx.execute(update(work_item).values(state="lost"))

    with office.store.reading() as tx:
        assert not tx.all(select(work_item.c.id).where(work_item.c.state == "lost"))


def test_the_counts_of_a_box_are_those_of_its_list(office: Engine, who: Login) -> None:
    mine = crowd(office, who)

    page = inbox.page(office, mine, limit=200)

    assert len(page.rows) == page.total == page.counts["total"] > 100
    groups = Counter(row.group for row in page.rows)
    assert {name: page.counts[name] for name in ("overdue", "today", "week", "later", "none")} == {
        name: groups[name] for name in ("overdue", "today", "week", "later", "none")
    }
    assert page.counts["urgent"] == sum(row.urgency == "特急" for row in page.rows) > 0
    assert page.counts["unread"] == sum(row.opened is None for row in page.rows)
    assert inbox.counts(office, mine)["total"] == page.total
    for group in ("overdue", "today", "week"):
        assert inbox.page(office, mine, due=group).total == page.counts[group]

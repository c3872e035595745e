"""One command is one transaction: killed at any statement it leaves nothing, and repeated it acts once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from engine.model import Actor
from engine.runtime import Engine
from engine.store.tables import metadata
from engine.verbs import instances, people, work


class Killed(Exception):
    """Stands for the process that died at this statement."""


@contextmanager
def killed_at(engine: Engine, statement: int) -> Iterator[list[int]]:
    """Let the n-th statement of the next transaction never return."""
    count = [0]

    def before(*_args: Any) -> None:
        count[0] += 1
        if count[0] == statement:
            raise Killed

    with engine.store.watched(before):
        yield count


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with engine.store.reading() as tx:
        return {t.name: [tuple(r) for r in tx.all(select(t))] for t in metadata.sorted_tables}


def actor(engine: Engine, login: str) -> Actor:
    return people.actor(engine, login)


def test_a_decision_killed_at_any_statement_leaves_nothing_and_acts_once_when_repeated(
    sqlite_office: Engine,
) -> None:
    engine = sqlite_office
    hegao = actor(engine, "hegao_a")
    number = instances.start(
        engine, "memo", {"title": "关于值班的签报", "urgency": "平件"}, actor(engine, "rlb1")
    ).number
    item = next(i for i in instances.get(engine, number, actor(engine, "auditor")).items if i.state == "open")
    before = everything(engine)
    points = 0

    for statement in range(1, 200):
        with killed_at(engine, statement) as count:
            try:
                done = work.decide(engine, item.id, "approve", hegao, key="once")
            except Killed:
                engine.store.engine.dispose()
                assert everything(engine) == before, f"statement {statement}"
                points += 1
                continue
        assert count[0] < statement
        break

    after = instances.get(engine, number, actor(engine, "auditor"))
    assert points > 10
    assert work.decide(engine, item.id, "approve", hegao, key="once") == done
    assert [e.verb for e in after.history].count("decide") == 1


@pytest.mark.parametrize("verb", ["start", "return"])
def test_other_commands_killed_at_any_statement_leave_nothing(sqlite_office: Engine, verb: str) -> None:
    engine = sqlite_office
    drafter, hegao = actor(engine, "rlb1"), actor(engine, "hegao_a")
    number = instances.start(engine, "memo", {"title": "关于值班的签报", "urgency": "平件"}, drafter).number
    item = next(i for i in instances.get(engine, number, actor(engine, "auditor")).items if i.state == "open")
    before = everything(engine)

    for statement in range(1, 200):
        with killed_at(engine, statement):
            try:
                if verb == "start":
                    instances.start(engine, "memo", {"title": "另一件", "urgency": "特急"}, drafter)
                else:
                    work.return_to(engine, item.id, hegao, to="Draft", opinion="再改。")
            except Killed:
                engine.store.engine.dispose()
                assert everything(engine) == before, f"statement {statement}"
                continue
        break

    assert everything(engine) != before

"""Who stands in for whom while somebody is away (授权代理)."""

from collections.abc import Sequence
from datetime import datetime

from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import people
from engine.verbs.people.rules import administrates, find_person


def substitute(
    engine: Engine,
    login: str,
    by: str,
    actor: Actor | None,
    *,
    since: datetime,
    until: datetime,
    scope: Sequence[str] = (),
    reason: str = "请假",
) -> int:
    """Let ``by`` act for a person who is away; one's own, or anybody's by an administrator."""
    if actor is None or actor.login != login:
        administrates(actor)
    if login == by:
        raise BadInput("代理人不能是本人。", "a person cannot stand in for himself")
    if until <= since:
        raise BadInput("代理结束时间应晚于开始时间。", "the substitution ends before it begins")
    with engine.store.transaction() as tx:
        now = people.load(tx, engine.now())
        principal, deputy = find_person(now, login), find_person(now, by)
        overlapping = (row for row in now.substitutions if row.since < until and since < row.until)
        if not deputy.active or any(row.principal_id == deputy.id for row in overlapping):
            # 受托人不得再转委托；A、B 原则上不得同时外出
            raise BadInput(
                f"{deputy.name}在此期间也不在岗，不能代理。",
                f"{by} is away at that time too",
                "请改期或指定第三人。",
                "org.substitute_away",
            )
        made = people.substitute(
            tx,
            principal_id=principal.id,
            substitute_id=deputy.id,
            since=since,
            until=until,
            scope=scope,
            reason=reason,
        )
    engine.forget()
    return made


def end_substitution(engine: Engine, substitution_id: int, actor: Actor | None) -> None:
    """The principal is back before the time."""
    with engine.store.transaction() as tx:
        moment = engine.now()
        now = people.load(tx, moment)
        row = next((row for row in now.substitutions if row.id == substitution_id), None)
        if row is None:
            raise NotFound("没有这条有效的代理。", "no such open substitution")
        if actor is None or actor.id != row.principal_id:
            administrates(actor)
        people.revoke(tx, substitution_id, moment)
    engine.forget()

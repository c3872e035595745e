"""Who stands in for whom, for which processes and how long (授权代理)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.org import Directory, Person
from engine.runtime import Engine
from engine.store import Tx, definitions, directories, house_record, people
from engine.verbs.people.rules import (
    administrates,
    find_person,
    not_for_oneself,
    reaches,
    require_reach,
    require_reach_of,
)
from forms import is_money

LONGEST = timedelta(days=90)
LETTER = 60  # characters of the number of a letter
MOST_GENRES = 20


@dataclass(frozen=True, slots=True)
class StandingIn:
    """A substitution as pages list it."""

    id: int
    principal: str
    principal_name: str
    substitute: str
    substitute_name: str
    since: datetime
    until: datetime
    scope: tuple[str, ...]
    seals: bool
    reason: str
    letter: str
    genres: tuple[str, ...]
    most: Decimal | None


def substitute(
    engine: Engine,
    login: str,
    by: str,
    actor: Actor | None,
    *,
    since: datetime,
    until: datetime,
    scope: Sequence[str] = (),
    seals: bool = False,
    reason: str = "请假",
    letter: str = "",
    genres: Sequence[str] = (),
    most: Decimal | None = None,
) -> int:
    """Let ``by`` act for a person; one's own, or anybody's by an administrator. Seals only if named or allowed.

    ``letter`` is the number of the letter of authority; ``genres`` and ``most`` limit it to kinds and amounts.
    """
    if actor is None or actor.login != login:
        administrates(actor)
    moment = engine.now()
    span(since, until, moment)
    not_for_ever(since, until)
    with engine.store.transaction() as tx:
        now = directories.load(tx, moment, engine.zone)
        principal = _principal(now, login, actor)
        _known(tx, scope)
        _sensible(genres, most)
        wanted = (since, until, tuple(scope), seals, letter, tuple(genres), most)
        known = _asked_before(now, principal, by, wanted)
        if known is not None:
            return known
        not_for_oneself(now, actor, deputy := fit_deputy(now, principal, by, since, until))
        made = people.substitute(
            tx,
            principal_id=principal.id,
            substitute_id=deputy.id,
            since=since,
            until=until,
            scope=scope,
            seals=seals,
            reason=reason[:200],
            letter=letter[:LETTER],
            genres=genres,
            most=most,
        )
        _remember(tx, actor, principal, deputy, moment, until=until.isoformat(), letter=letter[:LETTER])
    engine.forget()
    return made


def _remember(tx: Tx, actor: Actor | None, principal: Person, deputy: Person, at: datetime, **more: str) -> None:
    """An authority that somebody else has given stands in the record; what one lends oneself is one's own affair."""
    if actor is None or actor.id != principal.id:
        detail = {"login": principal.login, "by": deputy.login, **more}
        house_record.append(tx, "authorised", at, actor_id=actor.id if actor else None, detail=detail)


def _principal(now: Directory, login: str, actor: Actor | None) -> Person:
    found = find_person(now, login)
    if actor is None or actor.id != found.id:
        require_reach(now, actor, found)
    return found


def _asked_before(now: Directory, principal: Person, by: str, wanted: tuple[object, ...]) -> int | None:
    """The same authority, asked for twice."""
    for row in now.substitutions:
        deputy = now.person(row.substitute_id)
        given = (row.since, row.until, row.scope, row.seals, row.letter, row.genres, row.most)
        if row.principal_id == principal.id and deputy is not None and deputy.login == by and given == wanted:
            return row.id
    return None


def _sensible(genres: Sequence[str], most: Decimal | None) -> None:
    if most is not None and (most <= 0 or not is_money(str(most))):
        raise BadInput(
            "金额上限应为大于 0、至多两位小数的数。",
            "an amount above zero with two decimals at most",
            "请改正金额，或留空表示不限。",
            "org.substitute_amount",
        )
    if len(genres) > MOST_GENRES or any(not g.strip() or len(g) > LETTER for g in genres):
        raise BadInput(
            f"文种至多 {MOST_GENRES} 个，每个不超过 {LETTER} 字。",
            "too many or too long kinds of documents",
            "请改正文种。",
            "org.substitute_genre",
        )


def not_for_ever(since: datetime, until: datetime) -> None:
    """An authority ends by itself, and is given anew by whoever still wants it (reliability.md §4)."""
    if until - since > LONGEST:
        raise BadInput(
            f"授权代理最长 {LONGEST.days} 天。",
            f"an authority lasts at most {LONGEST.days} days",
            "请缩短时间，到期后可再次授权。",
            "org.substitute_long",
        )


def span(since: datetime, until: datetime, now: datetime) -> None:
    """Refuse times that cannot be meant."""
    if until <= since:
        raise BadInput("结束时间应晚于开始时间。", "it ends before it begins", "请改正起止时间。")
    if until <= now:
        raise BadInput("结束时间已经过去。", "it is over already", "请改正起止时间。")


def fit_deputy(now: Directory, principal: Person, by: str, since: datetime, until: datetime) -> Person:
    """The person behind a login, if they may stand in then: present, in nobody's place, and not far below."""
    deputy = find_person(now, by)
    if deputy == principal:
        raise BadInput("代理人不能是本人。", "a person cannot stand in for himself", "请另选一人。")
    overlapping = [row for row in now.substitutions if row.since < until and since < row.until]
    if any((row.principal_id, row.substitute_id) == (deputy.id, principal.id) for row in overlapping):
        raise BadInput(
            f"{deputy.name}在此期间已由{principal.name}代理，不能互相代理。",
            f"{principal.login} stands in for {by} at that time: a circle",
            "请改期或指定第三人。",
            "org.substitute_circle",
        )
    if not deputy.active or now.gone(deputy, since, until):
        # 受托人不得再转委托；A、B 原则上不得同时外出
        raise BadInput(
            f"{deputy.name}在此期间也不在岗，不能代理。",
            f"{by} is away at that time too",
            "请改期或指定第三人。",
            "org.substitute_away",
        )
    for row in overlapping:
        if row.substitute_id == principal.id and row.principal_id != deputy.id:
            other = now.person(row.principal_id)
            raise BadInput(
                f"{principal.name}在此期间代 {other.name if other else '他人'} 办理，不能再转委托。",
                f"{principal.login} stands in for somebody else at that time: no chains",
                "请先结束原来的代理，或改期。",
                "org.substitute_chain",
            )
    _not_far_below(now, principal, deputy, since)
    return deputy


def _not_far_below(now: Directory, principal: Person, deputy: Person, at: datetime) -> None:
    """不得委托给下级的下级 (domain.md §7.4)."""
    above = now.superior(deputy, at)
    higher = now.superior(above, at) if above is not None and above != principal else None
    if higher == principal:
        raise BadInput(
            f"{deputy.name}是{principal.name}下级的下级，不能代理。",
            f"{deputy.login} is two levels below",
            "请委托同级或直接下级。",
            "org.substitute_below",
        )


def _known(tx: Tx, scope: Sequence[str]) -> None:
    unknown = [key for key in scope if definitions.current(tx, key) is None]
    if unknown:
        raise NotFound(f"没有流程“{unknown[0]}”。", f"no process {unknown[0]}", "请从流程名单中选择。")


def end_substitution(engine: Engine, substitution_id: int, actor: Actor | None) -> None:
    """The principal is back before the time."""
    with engine.store.transaction() as tx:
        moment = engine.now()
        now = directories.load(tx, moment, engine.zone)
        row = next((row for row in now.substitutions if row.id == substitution_id), None)
        if row is None:
            raise NotFound("没有这条有效的代理。", "no such open substitution")
        if actor is None or actor.id != row.principal_id:
            administrates(actor)
            require_reach_of(now, actor, row.principal_id)
        people.revoke(tx, substitution_id, moment)
    engine.forget()


def substitutions(engine: Engine, actor: Actor, *, everybody: bool = False) -> tuple[StandingIn, ...]:
    """Open and coming substitutions that concern a person from either side, or all of them for an administrator."""
    if everybody:
        administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
    rows = (
        r
        for r in now.substitutions
        if actor.id in (r.principal_id, r.substitute_id) or (everybody and reaches(now, actor, r.principal_id))
    )
    found = []
    for row in sorted(rows, key=lambda r: (r.since, r.id)):
        principal, deputy = now.person(row.principal_id), now.person(row.substitute_id)
        if principal is not None and deputy is not None:
            found.append(
                StandingIn(
                    row.id,
                    principal.login,
                    principal.name,
                    deputy.login,
                    deputy.name,
                    row.since,
                    row.until,
                    row.scope,
                    row.seals,
                    row.reason,
                    row.letter,
                    row.genres,
                    row.most,
                )
            )
    return tuple(found)

"""Second factors: codes by the clock from one's telephone, recovery codes, and what becomes of a lost one."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from engine import one_time_codes
from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor
from engine.org import Person
from engine.progress.permission import require_said_again
from engine.runtime import Engine
from engine.store import Tx, directories, factors, people
from engine.verbs.people.account_changes import remember
from engine.verbs.people.rules import find_person, require_reach, require_rights
from engine.verbs.people.signing import hashed, verifies
from engine.verbs.people.slowing import note, require_patience

log = structlog.get_logger(__name__)

CODES, LETTERS = 8, "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # 80 bits each; no I, L, O, U
RECOVERY = re.compile(r"([1-9])([A-Z0-9]{16})")
WAIT = timedelta(minutes=15)  # at most after a wrong code: whoever tries has the password already


@dataclass(frozen=True, slots=True)
class Factor:
    """Somebody's second factor as its page shows it."""

    since: datetime | None  # None: there is none
    codes_left: int
    needed: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the telephone has to know; shown until the first code has confirmed it."""

    secret: str
    address: str
    picture: str  # SVG


def needs_factor(engine: Engine, actor: Actor) -> bool:
    """Whether the settings ask this person for a second factor."""
    named = set(engine.settings.factor_for.split())
    posts = {f"post:{pool.rpartition('.')[2]}" for pool in actor.pools}
    return bool(named & ({"everybody"} | actor.roles | posts))


def factor_of(engine: Engine, actor: Actor) -> Factor:
    with engine.store.reading() as tx:
        row = factors.of_person(tx, actor.id)
        left = factors.codes_left(tx, actor.id)
    return Factor(row.confirmed_at if row else None, left, needs_factor(engine, actor))


def has_factor(engine: Engine, actor: Actor) -> bool:
    """Whether somebody is asked for a code."""
    with engine.store.reading() as tx:
        row = factors.of_person(tx, actor.id)
    return row is not None and row.confirmed_at is not None


def begin_factor(engine: Engine, actor: Actor) -> None:
    """A new secret, instead of one that was never confirmed."""
    require_said_again(engine, actor)
    secret = one_time_codes.sealed(engine.settings.factor_secret(), one_time_codes.new_secret(), actor.id)
    with engine.store.transaction() as tx:
        row = factors.of_person(tx, actor.id)
        if row is not None and row.confirmed_at is not None:
            raise _there_already()
        factors.propose(tx, actor.id, secret, engine.now())


def proposed(engine: Engine, actor: Actor) -> Proposed | None:
    """The secret that waits to be confirmed, if there is one."""
    with engine.store.reading() as tx:
        row = factors.of_person(tx, actor.id)
    if row is None or row.confirmed_at is not None:
        return None
    secret = one_time_codes.opened(engine.settings.factor_secret(), row.secret, actor.id)
    address = one_time_codes.address(secret, actor.login, engine.settings.organisation)
    return Proposed(secret, address, one_time_codes.picture(address))


def confirm_factor(engine: Engine, actor: Actor, code: str) -> tuple[str, ...]:
    """The first code: from now on the factor counts. The recovery codes, which are shown once."""
    found = proposed(engine, actor)
    if found is None:
        raise Conflict("还没有开始设置。", "there is nothing to confirm", "请重新开始设置。", "auth.step")
    _patiently(engine, actor)
    step = one_time_codes.step_of(found.secret, _clean(code), engine.now())
    note(engine, _key(actor), right=step is not None)
    if step is None:
        raise _wrong()
    texts = _new_codes()
    kept = [hashed(text) for text in texts]
    with engine.store.transaction() as tx:
        row = factors.of_person(tx, actor.id)
        if row is None or row.confirmed_at is not None:
            raise _there_already()
        factors.confirm(tx, row.id, engine.now())
        factors.advance(tx, row.id, step)
        factors.set_codes(tx, actor.id, kept)
        _remember(engine, tx, "factor_set", actor, "设置了动态验证码")
    return _shown(texts)


def require_code(engine: Engine, actor: Actor, code: str) -> None:
    """Pass whoever has no factor, or gives a right code of it; each code counts once."""
    with engine.store.reading() as tx:
        row = factors.of_person(tx, actor.id)
    if row is None or row.confirmed_at is None:
        return
    given = _clean(code)
    if not given:
        raise NotAllowed(
            "请输入动态验证码。",
            "a code of the second factor is needed",
            "打开手机上的验证器，输入 6 位数字；手机不在身边时可输入恢复码。",
            "auth.code_needed",
        )
    _patiently(engine, actor)
    recovery = RECOVERY.fullmatch(given)
    right = _by_recovery(engine, actor, given, int(recovery[1])) if recovery else _by_clock(engine, row, given)
    note(engine, _key(actor), right=right)
    if not right:
        raise _wrong()


def renew_codes(engine: Engine, actor: Actor) -> tuple[str, ...]:
    """Other recovery codes; those of before are worth nothing."""
    require_said_again(engine, actor)
    if not has_factor(engine, actor):
        raise Conflict("还没有设置动态验证码。", "there is no second factor", "请先设置。", "auth.step")
    texts = _new_codes()
    kept = [hashed(text) for text in texts]
    with engine.store.transaction() as tx:
        factors.set_codes(tx, actor.id, kept)
        _remember(engine, tx, "factor_codes", actor, "换发了恢复码")
    return _shown(texts)


def remove_factor(engine: Engine, actor: Actor) -> None:
    """Do without one again, where the house lets one; by whoever has just shown both factors."""
    require_said_again(engine, actor)
    if needs_factor(engine, actor):
        raise NotAllowed(
            "您的角色或岗位须使用动态验证码，不能取消。",
            "this account needs a second factor",
            "更换手机时请用恢复码登录，或由安全管理员重置。",
            "auth.factor_needed",
        )
    with engine.store.transaction() as tx:
        factors.remove(tx, actor.id)
        _remember(engine, tx, "factor_removed", actor, "取消了动态验证码")


def reset_factor(engine: Engine, login: str, actor: Actor | None) -> None:
    """A lost telephone: somebody who gives rights takes the factor away, and everything open of the person ends."""
    require_said_again(engine, actor)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        person = find_person(now, login)
        require_rights(now, actor)
        require_reach(now, actor, person)
        if actor is not None and actor.id == person.id:
            raise NotAllowed(
                "不能重置自己的动态验证码。", "nobody resets their own", "请由另一位安全管理员办理。", "org.own_rights"
            )
        if factors.of_person(tx, person.id) is None:
            raise Conflict(f"{person.name}没有设置动态验证码。", "there is no second factor", "无需重置。", "auth.step")
        factors.remove(tx, person.id)
        people.end_sessions(tx, person.id)
        remember(engine, tx, now, verb="factor_reset", person=person, actor=actor, words="重置了动态验证码")


def _by_clock(engine: Engine, row: factors.FactorRow, given: str) -> bool:
    secret = one_time_codes.opened(engine.settings.factor_secret(), row.secret, row.person_id)
    step = one_time_codes.step_of(secret, given, engine.now())
    if step is None:
        return False
    with engine.store.transaction() as tx:
        return factors.advance(tx, row.id, step)


def _by_recovery(engine: Engine, actor: Actor, given: str, ordinal: int) -> bool:
    with engine.store.reading() as tx:
        found = factors.code(tx, actor.id, ordinal)
    if found is None or not verifies(found[1], given):
        return False
    with engine.store.transaction() as tx:
        used = factors.use_code(tx, found[0], engine.now())
        left = factors.codes_left(tx, actor.id)
        if used:
            _remember(engine, tx, "factor_recovered", actor, f"用恢复码登录或确认，还剩 {left} 个")
    return used


def _remember(engine: Engine, tx: Tx, verb: str, actor: Actor, words: str) -> None:
    """Told to the person too: a telephone that somebody else has set up would be noticed."""
    now = engine.directory(tx)
    person = now.person(actor.id) or Person(actor.id, actor.login, actor.name)
    remember(engine, tx, now, verb=verb, person=person, actor=actor, words=words, oneself=True)


def _patiently(engine: Engine, actor: Actor) -> None:
    require_patience(engine, _key(actor), longest=WAIT)


def _key(actor: Actor) -> str:
    return f"CODE {actor.login}"  # nobody can try this as a login: those are lower case


def _clean(code: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code[:60])).upper()


def _new_codes() -> list[str]:
    return [f"{n}{''.join(secrets.choice(LETTERS) for _ in range(16))}" for n in range(1, CODES + 1)]


def _shown(texts: list[str]) -> tuple[str, ...]:
    return tuple("-".join((text[0], *(text[i : i + 4] for i in range(1, 17, 4)))) for text in texts)


def _wrong() -> NotAllowed:
    return NotAllowed(
        "动态验证码不正确，或已经用过。",
        "This code is wrong, or was used before.",
        "请等手机显示下一个验证码再输入；手机时间须准确。",
        "auth.code",
    )


def _there_already() -> BadInput:
    return BadInput(
        "已经设置了动态验证码。", "there is a second factor already", "更换手机请先取消原来的。", "auth.step"
    )

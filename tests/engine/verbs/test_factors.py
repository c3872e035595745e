"""Second factors: a code counts once, guessing costs time, and a lost telephone is no end. On both databases."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from engine.errors import Conflict, NotAllowed, SanbanError, TooSoon
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import factors, house_record
from engine.verbs import notifications, people
from engine.verbs.people import tokens
from tests.engine.conftest import Login
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.telephone import code_at, enrol

OWN = "石狮子路口第七盏灯"
STEP = timedelta(seconds=30)


def refusal(office: Engine, login: str, code: str) -> str:
    try:
        people.require_code(office, people.actor(office, login), code)
    except SanbanError as refused:
        return refused.reason
    return ""


def wanted(office: Engine, names: str) -> None:
    office.settings = office.settings.model_copy(update={"factor_for": names})


def test_a_code_counts_once_and_none_from_before_it(office: Engine, clock: FakeClock) -> None:
    secret, _codes = enrol(office, "cwb1")
    assert refusal(office, "cwb1", code_at(secret, clock())) == "auth.code"  # it confirmed the factor already
    clock.advance(timedelta(minutes=2))
    now = clock()

    assert refusal(office, "cwb1", code_at(secret, now + STEP)) == ""  # a telephone that is a little fast

    for used in (now + STEP, now):
        assert refusal(office, "cwb1", code_at(secret, used)) == "auth.code"
        clock.advance(timedelta(seconds=7))
    assert refusal(office, "cwb1", "") == "auth.code_needed"
    assert refusal(office, "zhuren", "") == ""  # who has none is asked for none


def test_wrong_codes_cost_more_and_more_time_and_hinder_nobody_elses_login(office: Engine, clock: FakeClock) -> None:
    secret, _codes = enrol(office, "cwb1")
    clock.advance(timedelta(minutes=2))
    waits = []
    for _ in range(12):
        assert refusal(office, "cwb1", "000000") == "auth.code"
        with pytest.raises(TooSoon) as refused:
            people.require_code(office, people.actor(office, "cwb1"), code_at(secret, clock()))
        waits.append(refused.value.seconds)
        clock.advance(timedelta(seconds=refused.value.seconds + 1))

    assert waits[:4] == [3, 6, 12, 24]
    assert waits[-1] == 15 * 60
    passwords.give(office, "cwb1", OWN)
    assert people.sign_in(office, "cwb1", OWN).login == "cwb1"
    assert refusal(office, "cwb1", code_at(secret, clock())) == ""


def test_a_recovery_code_works_once_and_is_told(office: Engine, clock: FakeClock) -> None:
    _secret, codes = enrol(office, "cwb1")
    me = people.actor(office, "cwb1")
    assert len(set(codes)) == 8

    assert refusal(office, "cwb1", codes[2].lower()) == ""

    assert refusal(office, "cwb1", codes[2]) == "auth.code"
    assert people.factor_of(office, me).codes_left == 7
    assert "还剩 7 个" in notifications.centre(office, me)[0].title
    clock.advance(timedelta(minutes=1))
    fresh = people.renew_codes(office, me)
    assert refusal(office, "cwb1", codes[3]) == "auth.code"
    clock.advance(timedelta(minutes=1))
    assert refusal(office, "cwb1", fresh[0].replace("-", " ")) == ""


def test_neither_secrets_nor_codes_stand_in_the_database(office: Engine) -> None:
    secret, codes = enrol(office, "cwb1")

    with office.store.reading() as tx:
        row = factors.of_person(tx, people.actor(office, "cwb1").id)
        kept = factors.code(tx, people.actor(office, "cwb1").id, 1)
    assert row is not None
    assert kept is not None
    assert secret not in row.secret
    assert kept[1].startswith("$argon2id$")
    assert codes[0].replace("-", "") not in kept[1]
    assert (office.settings.home / "factor.key").stat().st_mode & 0o077 == 0


def test_until_it_is_confirmed_a_factor_asks_for_nothing(office: Engine, clock: FakeClock) -> None:
    me = people.actor(office, "cwb1")
    people.begin_factor(office, me)
    first = people.proposed(office, me)
    people.begin_factor(office, me)
    second = people.proposed(office, me)
    assert first is not None
    assert second is not None

    assert people.lacking(office, me) == ""
    with pytest.raises(NotAllowed):
        people.confirm_factor(office, me, code_at(first.secret, clock()))  # given up for the second
    clock.advance(timedelta(seconds=5))
    assert len(people.confirm_factor(office, me, code_at(second.secret, clock()))) == 8
    assert people.lacking(office, me) == "factor"
    assert people.proposed(office, me) is None


@pytest.mark.parametrize(
    ("names", "login", "needed"),
    [
        ("admin leader", "admin", True),
        ("admin leader", "chairman", True),
        ("admin leader", "cwb1", False),
        ("post:yinzhang", "yinzhang_a", True),
        ("post:yinzhang", "cwb1", False),
        ("everybody", "cwb1", True),
        ("", "admin", False),
    ],
)
def test_the_house_says_who_needs_one(sqlite_office: Engine, names: str, login: str, needed: bool) -> None:
    wanted(sqlite_office, names)

    assert (people.lacking(sqlite_office, people.actor(sqlite_office, login)) == "enrolment") is needed


def test_a_role_that_there_is_not_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="adminn"):
        Settings(factor_for="adminn leader")


def test_who_needs_one_gets_no_token_without_and_cannot_do_without_again(office: Engine, clock: FakeClock) -> None:
    passwords.give(office, "cwb1", OWN)
    wanted(office, "everybody")
    with pytest.raises(NotAllowed) as refused:
        tokens.issue(office, "cwb1", OWN)
    assert refused.value.reason == "auth.enrolment"
    secret, _codes = enrol(office, "cwb1")
    clock.advance(timedelta(minutes=1))
    with pytest.raises(NotAllowed) as refused:
        tokens.issue(office, "cwb1", OWN)
    assert refused.value.reason == "auth.code_needed"

    assert tokens.issue(office, "cwb1", OWN, code_at(secret, clock()))[0]

    me = people.actor(office, "cwb1")
    with pytest.raises(NotAllowed):
        people.remove_factor(office, me)
    wanted(office, "")
    people.remove_factor(office, me)
    assert people.lacking(office, me) == ""


def test_saying_again_who_one_is_takes_both(office: Engine, clock: FakeClock) -> None:
    passwords.give(office, "cwb1", OWN)
    secret, _codes = enrol(office, "cwb1")
    me = people.actor(office, "cwb1")
    session = people.begin_session(office, me)
    clock.advance(timedelta(minutes=1))

    assert people.ways(office, me).code
    with pytest.raises(NotAllowed):
        people.confirm_session(office, me, session, OWN)
    assert people.confirm_session(office, me, session, OWN, code_at(secret, clock())).confirmed == clock()


def test_a_lost_telephone_is_reset_by_whoever_gives_rights_and_stands_in_the_record(office: Engine, who: Login) -> None:
    people.add_person(office, "anquan", "安全员", None, roles=["user", "security"])
    enrol(office, "cwb1")
    me = people.actor(office, "cwb1")
    session, epoch = people.begin_session(office, me), people.session_epoch(office, "cwb1")
    for login in ("admin", "zhuren", "auditor"):
        with pytest.raises(NotAllowed):
            people.reset_factor(office, "cwb1", who(login))
    with pytest.raises(NotAllowed):
        people.reset_factor(office, "anquan", who("anquan"))

    people.reset_factor(office, "cwb1", who("anquan"))

    assert people.lacking(office, me) == ""
    assert people.of_session(office, session, epoch) is None
    with office.store.reading() as tx:
        assert [e.verb for e in house_record.entries(tx)][-2:] == ["factor_set", "factor_reset"]
    for login in ("cwb1", "admin"):
        assert "重置了动态验证码" in notifications.centre(office, who(login))[0].title
    with pytest.raises(Conflict):
        people.reset_factor(office, "cwb1", who("anquan"))

"""First passwords: random, shown once, soon over, good for one thing; and who lets whom in. On both databases."""

from datetime import timedelta
from hashlib import sha1

import pytest

from engine.errors import BadInput, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import notifications, people
from engine.verbs.people import tokens
from tests.engine.conftest import Login
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.rosters import roster_of
from tests.support.rows import everything

OWN = "石狮子路口第七盏灯"


@pytest.fixture
def admin(who: Login) -> Actor:
    return who("admin")


@pytest.fixture
def security(office: Engine, who: Login) -> Actor:
    """A house that has a security administrator."""
    people.add_person(office, "anquan", "安全员", None, roles=["user", "security"])
    return who("anquan")


def verbs(office: Engine) -> list[tuple[str, str]]:
    with office.store.reading() as tx:
        return [(e.verb, str(e.detail.get("login"))) for e in house_record.entries(tx)]


def told(office: Engine, login: str) -> list[str]:
    found = notifications.centre(office, people.actor(office, login))
    return [notice.title for notice in found if notice.event == "T-ACCOUNT"]


def entering(office: Engine, login: str, password: str) -> people.Entering | None:
    me = people.sign_in(office, login, password)
    session = people.begin_session(office, me, lacks=people.lacking(office, me))
    epoch = people.session_epoch(office, login)
    assert people.of_session(office, session, epoch) is None  # it is nobody's yet
    return people.entering(office, session, epoch)


def test_a_first_password_is_random_and_only_opens_the_way_to_ones_own(office: Engine, clock: FakeClock) -> None:
    first, second = people.issue_password(office, "cwb1", None), people.issue_password(office, "cwb1", None)
    assert first.text != second.text
    assert first.until == clock() + timedelta(hours=72)
    with pytest.raises(NotAllowed):
        people.sign_in(office, "cwb1", first.text)
    clock.advance(timedelta(minutes=1))

    who = entering(office, "cwb1", second.text)

    assert who is not None
    assert who.lacks == "password"
    with pytest.raises(NotAllowed) as refused:
        tokens.issue(office, "cwb1", second.text)
    assert refused.value.reason == "auth.first"
    with pytest.raises(NotAllowed) as refused:  # nor does it confirm anything, in a session that began elsewhere
        people.confirm_session(office, who.actor, people.begin_session(office, who.actor), second.text)
    assert refused.value.reason == "auth.first"
    for unfit in (second.text, "short", "cwb1-is-my-name"):
        with pytest.raises(BadInput):
            people.choose_password(office, who, unfit)
    people.choose_password(office, who, OWN)
    me = people.sign_in(office, "cwb1", OWN)
    assert people.lacking(office, me) == ""
    assert tokens.issue(office, "cwb1", OWN)[0]
    with pytest.raises(NotAllowed):
        people.sign_in(office, "cwb1", second.text)


def test_a_first_password_ends_by_itself(office: Engine, clock: FakeClock) -> None:
    found = people.issue_password(office, "cwb1", None)
    late = entering(office, "cwb1", found.text)
    assert late is not None

    clock.advance(timedelta(hours=72))

    with pytest.raises(NotAllowed) as refused:
        people.sign_in(office, "cwb1", found.text)
    assert refused.value.reason == "auth.first_over"


def test_a_sign_in_that_is_not_finished_is_over_after_a_quarter_of_an_hour(office: Engine, clock: FakeClock) -> None:
    me = people.actor(office, "cwb1")
    session, epoch = people.begin_session(office, me, lacks="password"), people.session_epoch(office, "cwb1")
    assert people.entering(office, session, epoch) is not None
    assert people.open_sessions(office, me) == ()

    clock.advance(timedelta(minutes=15, seconds=1))

    assert people.entering(office, session, epoch) is None


def test_it_takes_two_of_the_three_to_let_somebody_in(office: Engine, admin: Actor, security: Actor) -> None:
    people.add_person(office, "new", "新人", admin)
    assert people.waiting_for_password(office, security) == ("new",)
    for attempt in (
        lambda: people.issue_password(office, "new", admin),
        lambda: people.add_person(office, "newer", "新人", security),
        lambda: people.issue_password(office, "cwb1", security),  # nobody has asked for it
        lambda: people.ask_password(office, "cwb1", security),
        lambda: people.appoint(office, "new", "cwb", "staff", security),
    ):
        before = everything(office)
        with pytest.raises(NotAllowed):
            attempt()
        assert everything(office) == before

    found = people.issue_password(office, "new", security)

    assert entering(office, "new", found.text) is not None
    assert people.waiting_for_password(office, security) == ()
    with pytest.raises(NotAllowed) as refused:
        people.issue_password(office, "new", security)  # once asked is once given
    assert refused.value.reason == "org.password_not_asked"


def test_a_password_that_was_asked_for_is_refused_by_either(office: Engine, admin: Actor, security: Actor) -> None:
    people.ask_password(office, "cwb1", admin)
    assert people.access_of(office, "cwb1", security).asked_by == admin.name

    people.drop_password(office, "cwb1", security)

    assert not people.access_of(office, "cwb1", admin).asked
    assert people.access_of(office, "cwb1", admin).password == "own"


def test_who_keeps_a_house_alone_gives_passwords_out_alone(office: Engine, admin: Actor) -> None:
    assert not people.keeps_apart(office)
    people.add_person(office, "new", "新人", admin)

    assert people.issue_password(office, "new", admin).name == "新人"
    with pytest.raises(NotAllowed):
        people.issue_password(office, "admin", admin)


def test_what_happens_to_an_account_stands_in_the_record_and_is_told(
    office: Engine, admin: Actor, security: Actor
) -> None:
    people.add_person(office, "new", "新人", admin)
    people.deactivate(office, "new", admin)
    people.activate(office, "new", admin)
    people.ask_password(office, "new", admin)
    people.issue_password(office, "new", security)
    people.sign_out(office, "new", admin)

    names = ["added", "disabled", "enabled", "password_asked", "password_issued", "signed_out"]
    assert verbs(office)[-6:] == [(name, "new") for name in names]
    assert [line.partition("：")[2] for line in reversed(told(office, "anquan"))] == [
        "添加了用户",
        "停用了账号",
        "启用了账号",
        "申请发放初始密码",
        "退出了全部登录和令牌",
    ]
    assert told(office, "admin")[0] == "【账号】新人：发放了初始密码"
    assert told(office, "new")[1] == "【账号】新人：发放了初始密码"
    with office.store.reading() as tx:
        said = house_record.entries(tx)[-2]
    assert said.actor_id == security.id
    assert set(said.detail) == {"login", "until"}


def test_an_import_asks_for_the_passwords_of_those_who_are_new(office: Engine, admin: Actor, security: Actor) -> None:
    rows = [*roster_of(office), ["xinren", "新来的人", "cwb", "", "", "", "staff", "", "A", "是", "", ""]]

    people.apply_roster(office, rows, "花名册.csv", admin)

    assert people.waiting_for_password(office, security) == ("xinren",)
    assert "组织与人员" in told(office, "anquan")[0]


def test_a_directory_needs_no_first_passwords(office: Engine, admin: Actor) -> None:
    office.settings = office.settings.model_copy(update={"ldap_url": "ldaps://nowhere.example"})

    people.add_person(office, "new", "新人", admin)

    assert people.waiting_for_password(office, admin) == ()


def test_a_new_password_must_not_be_a_stolen_one(office: Engine) -> None:
    stolen = office.settings.home / "stolen.txt"
    stolen.write_text(sha1(OWN.encode()).hexdigest().upper() + ":12\n", encoding="ascii")
    office.settings = office.settings.model_copy(update={"stolen_passwords": stolen})
    passwords.give(office, "cwb1", "六月的雨下得正好")
    me = people.actor(office, "cwb1")

    with pytest.raises(BadInput) as refused:
        people.change_password(office, me, "六月的雨下得正好", OWN)
    assert refused.value.reason == "auth.password"
    stolen.unlink()
    with pytest.raises(BadInput) as refused:
        people.change_password(office, me, "六月的雨下得正好", OWN)
    assert refused.value.reason == "auth.stolen_list"

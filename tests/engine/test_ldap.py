"""The directory is a real slapd: who is let in, what gets through a filter, and what happens when it is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from engine import ldap
from engine.errors import BadInput, NotAllowed, Unreachable
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import people as stored
from engine.verbs import notifications, people
from engine.verbs.people import tokens
from tests.engine.conftest import Login
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.directory import READERS_WORD, WORD, TestDirectory, running_directory
from tests.support.rows import everything

COLUMNS = {"login": "uid", "name": "cn", "email": "mail", "unit": "ou", "post": "title"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDirectory]:
    with running_directory(tmp_path_factory.mktemp("slapd")) as found:
        yield found


def asking(office: Engine, directory: TestDirectory, **more: Any) -> Engine:
    """The office with the directory in its settings; two people of it have no password here."""
    office.settings = Settings(**{**directory.settings(**more), "home": office.settings.home})  # type: ignore[arg-type]
    for login in ("cwb1", "cwb2"):
        people.forget_password(office, login, None)
    return office


def refused(office: Engine, login: str, password: str) -> str:
    with pytest.raises(NotAllowed) as found:
        people.sign_in(office, login, password)
    return found.value.reason


def test_people_of_the_directory_come_in_by_its_password_and_local_ones_by_theirs(
    office: Engine, directory: TestDirectory, clock: FakeClock
) -> None:
    asking(office, directory)

    assert people.sign_in(office, "CWB1 ", WORD).login == "cwb1"
    assert people.sign_in(office, "admin", "sanban-demo").login == "admin"
    assert tokens.bearer(office, tokens.issue(office, "cwb1", WORD)[0]).actor.login == "cwb1"
    me = people.actor(office, "cwb1")
    session = people.begin_session(office, me)
    assert people.confirm_session(office, me, session, WORD).confirmed is not None
    assert people.ways(office, me).password
    assert refused(office, "stranger", WORD) == "auth.stranger"
    assert refused(office, "locked", WORD) == "auth.failed"  # the filter leaves out who is disabled there
    people.deactivate(office, "cwb2", None, to="cwb1")
    assert refused(office, "cwb2", WORD) == "auth.left"
    with pytest.raises(BadInput) as elsewhere:
        people.change_password(office, me, WORD, "一句全新的足够长的口令")
    assert elsewhere.value.reason == "auth.elsewhere"


def test_no_password_of_the_directory_is_kept_or_logged(
    sqlite_office: Engine, directory: TestDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    asking(sqlite_office, directory)
    people.sign_in(sqlite_office, "cwb1", WORD)
    refused(sqlite_office, "cwb1", "another-secret-word")

    kept = str(everything(sqlite_office))
    said = capsys.readouterr()
    for secret in (WORD, "another-secret-word", READERS_WORD):
        assert secret not in kept
        assert secret not in said.out + said.err
    with sqlite_office.store.reading() as tx:
        account = stored.account(tx, "cwb1")
    assert account is not None
    assert account.password_hash == ""


def test_wrong_passwords_cost_time_as_everywhere(sqlite_office: Engine, directory: TestDirectory) -> None:
    asking(sqlite_office, directory)

    assert refused(sqlite_office, "cwb1", "wrong") == "auth.failed"
    with pytest.raises(Exception, match="Too many failed logins"):
        people.sign_in(sqlite_office, "cwb1", WORD)


INJECTIONS = (
    "*",
    "cwb*",
    "cwb1)(uid=*",
    "*)(uid=*))(|(uid=*",
    "cwb1)(!(employeeType=disabled",
    "locked)(|(employeeType=disabled)",
    "cwb1\\2a",
    "\\63wb1",
    "cwb1\0",
    "uid=cwb1,ou=people,dc=huayuan,dc=example",
    "cwb1,ou=people",
    " ",
    "",
    "(" * 50,
    "ｃｗｂ1",
    "c" * 300,
)


def test_only_the_password_opens(directory: TestDirectory) -> None:
    settings = Settings(**directory.settings())  # type: ignore[arg-type]
    wrong = ("", " ", "\0", "wrong", WORD + "x", WORD[:-1], "*", "x" * 300, WORD + "\0")

    assert [password for password in wrong if ldap.opens(settings, "cwb1", password)] == []


def test_no_login_gets_through_the_filter(directory: TestDirectory) -> None:
    settings = Settings(**directory.settings())  # type: ignore[arg-type]

    assert [login for login in INJECTIONS if ldap.opens(settings, login, WORD)] == []
    assert ldap.opens(settings, "cwb1", WORD)


def test_starttls_and_ldaps_both_work_and_an_unknown_certificate_does_not(
    directory: TestDirectory, tmp_path: Path
) -> None:
    plain = f"ldap://127.0.0.1:{directory.plain}"
    over = Settings(**directory.settings(ldap_url=plain, ldap_starttls=True))  # type: ignore[arg-type]
    assert ldap.opens(over, "cwb1", WORD)

    for wrong in (
        {"ldap_ca": None},  # the machine knows no such authority
        {"ldap_ca": None, "ldap_url": plain, "ldap_starttls": True},
        {"ldap_url": f"ldaps://localhost:{directory.tls}"},  # the certificate is of another name
        {"ldap_url": f"ldap://127.0.0.1:{directory.tls}"},  # no TLS on a port that speaks nothing else
        {"ldap_user": "cn=nobody,dc=huayuan,dc=example"},
        {"ldap_password": SecretStr("wrong")},
        {"ldap_user": ""},  # this directory lets nobody search namelessly
    ):
        with pytest.raises(Unreachable) as down:
            ldap.opens(Settings(**directory.settings(**wrong)), "cwb1", WORD)  # type: ignore[arg-type]
        assert down.value.reason == "auth.directory_down"


def test_while_the_directory_is_gone_local_accounts_come_in_and_the_others_are_told(
    sqlite_office: Engine, directory: TestDirectory
) -> None:
    asking(sqlite_office, directory, ldap_url="ldaps://127.0.0.1:9")

    assert people.sign_in(sqlite_office, "admin", "sanban-demo").login == "admin"
    for _ in range(2):  # it is no wrong password: nobody has to wait for it
        with pytest.raises(Unreachable) as down:
            people.sign_in(sqlite_office, "cwb1", WORD)
    assert "目录服务暂时不能访问" in down.value.message_zh
    assert "does not answer" in down.value.message_en
    assert "本地密码" in down.value.hint


def test_the_directory_is_a_roster_like_any_other(office: Engine, who: Login, directory: TestDirectory) -> None:
    asking(office, directory, ldap_columns=COLUMNS)
    people.add_person(office, "gone", "不在目录", None)
    rows = people.directory_rows(office)

    looked = people.preview_roster(office, rows, people.DIRECTORY, who("admin"))

    assert looked.faults == ()
    assert looked.difference is not None
    assert [m.login for m in looked.difference.added] == ["locked", "stranger"]
    # everybody with a password of this office is not of the directory; the one without leaves
    assert [p.login for p in looked.difference.left] == ["gone"]
    people.apply_roster(office, rows, people.DIRECTORY, who("admin"), seen=looked.digest, let_go=1)
    assert people.sign_in(office, "stranger", WORD).pools == ("cwb.staff",)
    again = people.apply_roster(office, people.directory_rows(office), people.DIRECTORY, None)
    assert again.difference is not None
    assert again.difference.empty


def told(office: Engine, who: Login) -> list[str]:
    """What administrators were told of it, the newest first."""
    return [n.title for n in notifications.centre(office, who("admin")) if n.event == "T-ROSTER"]


def test_the_directory_is_taken_over_at_its_time_once_a_day_and_leavers_are_out_at_once(
    office: Engine, who: Login, directory: TestDirectory, clock: FakeClock
) -> None:
    asking(office, directory, ldap_columns=COLUMNS, ldap_sync="18:30")
    people.apply_roster(office, people.directory_rows(office), people.DIRECTORY, None)
    passwords.add_person(office, "gone", "王离岗", "石狮子路口第七盏灯")
    session = people.begin_session(office, people.actor(office, "gone"))
    epoch = people.session_epoch(office, "gone")
    people.forget_password(office, "gone", None)  # of the directory from now on, which does not know them

    clock.at("2026-03-09 18:29")
    early = people.sync_due(office)
    clock.at("2026-03-09 18:31")
    done = [people.sync_due(office) for _ in range(3)]

    assert (early, done) == (False, [True, False, False])
    assert people.of_session(office, session, epoch) is None
    assert told(office, who) == ["【目录同步】离岗 1 人（离岗：王离岗）"]
    entry = people.house_entries(office, None)[0]
    assert (entry.verb, entry.by) == ("roster", "")
    clock.at("2026-03-10 18:31")
    assert people.sync_due(office)
    assert len(told(office, who)) == 1  # nothing has changed, and nobody is told so


def test_half_a_directory_is_held_back_and_administrators_hear_why(
    office: Engine, who: Login, directory: TestDirectory, clock: FakeClock
) -> None:
    asking(office, directory, ldap_columns=COLUMNS, ldap_sync="18:30")
    for n in range(80):
        people.add_person(office, f"reform{n}", f"某{n}", None)
    before = len(people.directory(office).persons)
    clock.at("2026-03-09 18:31")

    assert people.sync_due(office)

    assert len(people.directory(office).persons) == before
    assert all(person.active for person in people.directory(office).persons)
    assert "超过现有人数的五分之一" in told(office, who)[0]


def test_a_directory_that_does_not_answer_is_asked_again_later(
    sqlite_office: Engine, who: Login, clock: FakeClock
) -> None:
    gone = {"ldap_url": "ldap://127.0.0.1:1", "ldap_base": "dc=x", "ldap_sync": "18:30"}
    sqlite_office.settings = Settings(**gone, home=sqlite_office.settings.home)  # type: ignore[arg-type]
    clock.at("2026-03-09 18:31")

    first, at_once = people.sync_due(sqlite_office), people.sync_due(sqlite_office)
    clock.at("2026-03-09 18:42")
    later = people.sync_due(sqlite_office)

    assert (first, at_once, later) == (True, False, True)
    assert told(sqlite_office, who) == ["【目录同步】没有执行：目录服务暂时不能访问。"]


def test_without_a_time_nobody_is_taken_over(office: Engine, directory: TestDirectory, clock: FakeClock) -> None:
    asking(office, directory, ldap_columns=COLUMNS)
    clock.at("2026-03-09 23:59")

    assert not people.sync_due(office)


def test_a_directory_without_posts_leaves_posts_alone(sqlite_office: Engine, directory: TestDirectory) -> None:
    asking(sqlite_office, directory)

    found = people.preview_roster(sqlite_office, people.directory_rows(sqlite_office), people.DIRECTORY, None)

    assert found.difference is not None
    assert found.difference.moved == ()


def test_without_a_directory_there_is_nothing_to_compare(sqlite_office: Engine) -> None:
    with pytest.raises(BadInput) as refused:
        people.directory_rows(sqlite_office)

    assert refused.value.reason == "org.no_directory"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ldap_url": "ldap://directory.example", "ldap_base": "dc=a"},  # passwords in the clear
        {"ldap_url": "ldaps://directory.example"},
        {"ldap_url": "https://directory.example", "ldap_base": "dc=a"},
        {"ldap_url": "ldaps://directory.example", "ldap_base": "dc=a", "ldap_starttls": True},
        {"ldap_filter": "(uid=cwb1)"},
        {"ldap_filter": "uid={login}"},
        {"ldap_url": "ldaps://directory.example", "ldap_base": "dc=a", "ldap_columns": {"login": "uid"}},
    ],
)
def test_settings_of_a_directory_that_cannot_be_meant_stop_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)

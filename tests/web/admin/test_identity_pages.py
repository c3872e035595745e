"""Who somebody is outside is said on the page of their rights, by whoever gives rights, with the password again."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from pydantic import SecretStr

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import people
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.web.pages import Person

PAGE, SUBJECT = "/admin/users/cwb1/roles", "/admin/users/cwb1/subject"
ISSUER = "https://idp.example"
SAID = "石狮子路口第七盏灯"


@pytest.fixture
def office(office: Engine) -> Engine:
    """A house with a provider and a security administrator."""
    office.settings = office.settings.model_copy(
        update={"oidc_issuer": ISSUER, "oidc_client_id": "sanban", "oidc_client_secret": SecretStr("s" * 32)}
    )
    passwords.add_person(office, "anquan", "安全员", SAID, roles=("user", "security"))
    return office


@pytest.fixture
def security(office: Engine, app: APIFlask, clock: FakeClock) -> Person:
    """Somebody who has said the password too long ago."""
    person = Person(app.test_client(), "anquan", SAID)
    clock.advance(timedelta(minutes=office.settings.confirm_minutes, seconds=1))
    return person


def remembered(office: Engine) -> list[tuple[str, str]]:
    with office.store.reading() as tx:
        return [(e.detail["login"], e.detail["by"]) for e in house_record.entries(tx) if e.verb == "bound"]


def subject(office: Engine) -> str:
    return people.bound(office, "cwb1", people.actor(office, "anquan")).subject


def test_the_security_administrator_binds_and_forgets_with_the_password_again(
    office: Engine, app: APIFlask, security: Person, clock: FakeClock
) -> None:
    assert "未绑定统一认证账号" in security.open(PAGE).text
    for word in ({}, {"_password": "错误的口令"}):
        assert security.send(SUBJECT, {"subject": "248289", **word}, page=PAGE).status_code in (401, 403)
        assert subject(office) == ""
    clock.advance(timedelta(minutes=1))  # a wrong password costs time

    assert security.send(SUBJECT, {"subject": "248289", "_password": SAID}, page=PAGE).status_code == 303
    assert "248289" in security.open(PAGE).text
    assert people.sign_in_as(office, people.Told(ISSUER, "248289")).login == "cwb1"
    again = security.send(SUBJECT, {"subject": "another", "_password": SAID}, page=PAGE)
    assert (again.status_code, "已绑定统一认证账号" in again.text) == (422, True)

    theirs = Person(app.test_client(), "cwb1")
    assert security.send(f"{SUBJECT}/forget", {"_password": SAID}, page=PAGE).status_code == 303
    assert subject(office) == ""
    assert theirs.open("/inbox").status_code == 303  # signed out
    assert remembered(office) == [("cwb1", "hand"), ("cwb1", "none")]


def test_a_password_is_taken_away_so_that_the_directory_decides(office: Engine, security: Person) -> None:
    assert security.send("/admin/users/cwb1/password/forget", {}, page=PAGE).status_code == 403

    assert security.send("/admin/users/cwb1/password/forget", {"_password": SAID}, page=PAGE).status_code == 303

    assert not people.has_password(office, people.actor(office, "cwb1"))
    assert remembered(office) == [("cwb1", "outside")]


def test_whoever_runs_the_system_says_nothing_about_who_somebody_is(office: Engine, app: APIFlask) -> None:
    admin = Person(app.test_client(), "admin")

    assert SUBJECT not in admin.open(PAGE).text
    for path in (SUBJECT, f"{SUBJECT}/forget", "/admin/users/cwb1/password/forget"):
        sent = {"subject": "248289", "_password": PASSWORD}
        assert admin.send(path, sent, page="/admin/users").status_code == 403
    assert (subject(office), remembered(office)) == ("", [])
    assert people.has_password(office, people.actor(office, "cwb1"))

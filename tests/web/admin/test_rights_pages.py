"""The page of a person's roles: for the security administrator to change, for the administrator to read."""

import pytest
from apiflask import APIFlask

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.verbs import people
from tests.support import passwords
from tests.web.pages import Person

ROLES = "/admin/users/cwb1/roles"


@pytest.fixture
def security(office: Engine, app: APIFlask) -> Person:
    passwords.add_person(office, "anquan", "安全员", PASSWORD, roles=("user", "security"))
    return Person(app.test_client(), "anquan")


def test_roles_are_given_on_a_page_of_their_own(office: Engine, security: Person) -> None:
    page = security.open("/admin/users?q=cwb1").text
    assert ROLES in page
    assert "停用" not in page.split("<tbody>")[1]

    answer = security.send(ROLES, {"roles": ["clerk", "supervisor"]}, page=ROLES)

    assert answer.status_code == 303
    assert people.actor(office, "cwb1").roles == {"user", "clerk", "supervisor"}
    assert security.send(ROLES, {"roles": ["admin", "auditor"]}, page=ROLES).status_code == 422
    assert security.open("/admin/org").status_code == 403
    assert security.open("/incidents").status_code == 403


def test_the_administrator_reads_roles_and_gives_none(office: Engine, app: APIFlask, security: Person) -> None:
    admin, before = Person(app.test_client(), "admin"), people.actor(office, "cwb1").roles

    assert "角色由安全管理员授予" in admin.open(ROLES).text
    assert admin.send(ROLES, {"roles": ["clerk"]}, page="/admin/users").status_code == 403
    assert 'name="roles"' not in admin.open("/admin/users").text
    assert people.actor(office, "cwb1").roles == before

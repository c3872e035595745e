"""三员分立: who keeps the system, who gives rights and who reads the record are three people; on both databases."""

from itertools import combinations

import pytest

from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import incidents, people
from tests.engine.conftest import Login

WORD = "一句足够长的口令"


@pytest.fixture
def security(office: Engine, who: Login) -> Actor:
    """A house that has a security administrator."""
    people.add_person(office, "anquan", "安全员", None, roles=["user", "security"])
    return who("anquan")


@pytest.mark.parametrize("pair", list(combinations(("admin", "security", "auditor"), 2)))
def test_nobody_is_two_of_the_three(office: Engine, who: Login, security: Actor, pair: tuple[str, str]) -> None:
    before = who("cwb1").roles

    for attempt in (
        lambda: people.add_person(office, "both", "兼任者", None, roles=pair),
        lambda: people.give_roles(office, "cwb1", pair, security),
        lambda: people.give_roles(office, "cwb1", pair, None),
    ):
        with pytest.raises(BadInput) as refused:
            attempt()
        assert refused.value.reason == "org.roles_apart"
    assert who("cwb1").roles == before


def test_the_administrator_keeps_people_and_gives_them_nothing(office: Engine, admin: Actor, security: Actor) -> None:
    for attempt in (
        lambda: people.add_person(office, "new", "新人", admin, roles=["user", "clerk"]),
        lambda: people.give_roles(office, "cwb1", ["clerk"], admin),
        lambda: people.set_password(office, "anquan", WORD, admin),
        lambda: people.set_password(office, "auditor", WORD, admin),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "org.rights_apart"
    people.add_person(office, "new", "新人", admin)
    people.set_password(office, "new", WORD, admin)
    assert people.sign_in(office, "new", WORD).roles == {"user"}


def test_the_security_administrator_gives_rights_and_keeps_nothing(office: Engine, who: Login, security: Actor) -> None:
    assert people.give_roles(office, "cwb1", ["clerk", "supervisor"], security) == ("user", "clerk", "supervisor")
    assert who("cwb1").roles == {"user", "clerk", "supervisor"}
    people.give_roles(office, "cwb1", [], security)
    assert who("cwb1").roles == {"user"}

    for attempt in (
        lambda: people.add_person(office, "new", "新人", security),
        lambda: people.deactivate(office, "cwb1", security),
        lambda: people.set_password(office, "cwb1", WORD, security),
        lambda: incidents.listed(office, security),
        lambda: people.give_roles(office, "anquan", ["leader"], security),  # never to oneself
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_auditor_reads_and_changes_neither(office: Engine, who: Login) -> None:
    auditor = who("auditor")

    assert incidents.listed(office, auditor) == ()
    for attempt in (
        lambda: people.give_roles(office, "cwb1", ["clerk"], auditor),
        lambda: people.add_person(office, "new", "新人", auditor),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_house_without_a_security_administrator_is_run_by_its_administrator(
    office: Engine, who: Login, admin: Actor
) -> None:
    people.give_roles(office, "cwb1", ["security"], admin)

    with pytest.raises(NotAllowed):
        people.give_roles(office, "cwb2", ["clerk"], admin)
    with pytest.raises(Conflict) as refused:
        people.give_roles(office, "admin", [], who("cwb1"))
    assert refused.value.reason == "org.last_admin"
    with pytest.raises(BadInput):
        people.give_roles(office, "cwb2", ["king"], who("cwb1"))

"""People bound to who they are at an OpenID provider: once, by hand or by themselves; on both databases."""

from dataclasses import replace

import pytest

from engine.errors import Conflict, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import people
from tests.engine.conftest import Login

ISSUER = "https://idp.example"
TOLD = people.Told(ISSUER, "248289", login="cwb1", mail="cwb1@huayuan.example")


def binding(office: Engine, how: str) -> Engine:
    office.settings = office.settings.model_copy(update={"oidc_issuer": ISSUER, "oidc_bind": how})
    return office


@pytest.mark.parametrize("how", ["login", "mail"])
def test_somebody_is_bound_the_first_time_and_found_by_subject_afterwards(office: Engine, how: str) -> None:
    binding(office, how)

    assert people.sign_in_as(office, TOLD).login == "cwb1"
    # the provider may call them otherwise from now on, and whoever takes the name over is nobody here
    assert people.sign_in_as(office, replace(TOLD, login="rlb1", mail="rlb1@huayuan.example")).login == "cwb1"
    with pytest.raises(NotAllowed) as refused:
        people.sign_in_as(office, replace(TOLD, subject="another"))
    assert refused.value.reason == "auth.stranger"
    with pytest.raises(NotAllowed):
        people.sign_in_as(office, replace(TOLD, issuer="https://other.example"))


def test_two_with_one_mail_address_are_bound_by_nobody(office: Engine) -> None:
    binding(office, "mail")
    people.add_person(office, "twin", "同邮箱", None, email="cwb1@huayuan.example")

    with pytest.raises(NotAllowed):
        people.sign_in_as(office, TOLD)


def test_an_administrator_binds_by_hand_and_it_is_remembered(office: Engine, who: Login, admin: Actor) -> None:
    binding(office, "never")
    people.bind(office, "admin", "root-subject", None)

    assert people.sign_in_as(office, replace(TOLD, subject="root-subject")).login == "admin"
    assert people.ways(office, who("admin")) == people.Ways(password=True, provider=True)
    for login, subject in (("cwb1", "root-subject"), ("admin", "second")):
        with pytest.raises(Conflict) as refused:
            people.bind(office, login, subject, admin)
        assert refused.value.reason == "auth.bound"
    with pytest.raises(NotAllowed):
        people.bind(office, "cwb2", "x", who("cwb1"))
    session = people.begin_session(office, who("admin"))
    people.unbind(office, "admin", None)
    assert people.of_session(office, session, people.session_epoch(office, "admin") - 1) is None
    with pytest.raises(NotAllowed):
        people.sign_in_as(office, replace(TOLD, subject="root-subject"))
    with office.store.reading() as tx:
        assert [(e.verb, e.detail["by"]) for e in house_record.entries(tx)] == [("bound", "hand"), ("bound", "none")]

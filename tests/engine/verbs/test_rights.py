"""三员分立: who keeps the system, who gives rights and who reads the record are three people; on both databases."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import combinations

import pytest
from sqlalchemy import text

from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import audit, incidents, people
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.rosters import HEAD, roster_of
from tests.support.rows import everything

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
        lambda: people.issue_password(office, "cwb1", admin),
        lambda: people.ask_password(office, "anquan", admin),
        lambda: people.ask_password(office, "auditor", admin),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "org.rights_apart"
    people.add_person(office, "new", "新人", admin)
    assert people.actor(office, "new").roles == {"user"}


def test_the_security_administrator_gives_rights_and_keeps_nothing(office: Engine, who: Login, security: Actor) -> None:
    assert people.give_roles(office, "cwb1", ["clerk", "supervisor"], security) == ("user", "clerk", "supervisor")
    assert who("cwb1").roles == {"user", "clerk", "supervisor"}
    people.give_roles(office, "cwb1", [], security)
    assert who("cwb1").roles == {"user"}

    for attempt in (
        lambda: people.add_person(office, "new", "新人", security),
        lambda: people.deactivate(office, "cwb1", security),
        lambda: people.ask_password(office, "cwb1", security),
        lambda: people.issue_password(office, "cwb1", security),  # nobody has asked
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


TOMORROW = timedelta(days=1)
# how whoever keeps the organisation could come to read or to act by it
FOR_ONESELF: dict[str, Callable[[Engine, Actor], object]] = {
    "a post": lambda office, by: people.appoint(office, "admin", "bgs", "hegao", by, role="B"),
    "a charge": lambda office, by: people.put_in_charge(office, "admin", "rlb", by),
    "an authority": lambda office, by: people.substitute(
        office, "zhuren", "admin", by, since=office.now(), until=office.now() + TOMORROW
    ),
    "a leave": lambda office, by: people.take_leave(
        office, "zhuren", by, since=office.now(), until=office.now() + TOMORROW, by="admin"
    ),
    "what a leaver leaves": lambda office, by: people.deactivate(office, "cwb1", by, to="admin"),
    "a rotation": lambda office, by: people.rotate(office, "cwb1", "admin", by, unit="cwb", post="staff"),
    "a roster": lambda office, by: people.apply_roster(office, _moved(office), "花名册.xlsx", by),
}


def _moved(office: Engine) -> list[list[str]]:
    """The roster with the administrator in somebody else's post."""
    rows = [list(row) for row in roster_of(office)]
    own = list(next(row for row in rows if row[HEAD.index("登录名")] == "cwb1"))
    own[HEAD.index("登录名")], own[HEAD.index("姓名")] = "admin", "钱可为"
    return [*rows, own]


@pytest.mark.parametrize("way", sorted(FOR_ONESELF))
def test_whoever_keeps_the_organisation_gives_themselves_nothing_in_it(
    office: Engine, admin: Actor, security: Actor, way: str
) -> None:
    before = everything(office)

    with pytest.raises(NotAllowed) as refused:
        FOR_ONESELF[way](office, admin)

    assert refused.value.reason == "org.own_rights"
    assert everything(office) == before


def test_what_is_given_to_others_stands_in_the_record_of_the_house(office: Engine, admin: Actor, who: Login) -> None:
    people.appoint(office, "cwb2", "cwb", "staff", admin, role="B")
    people.put_in_charge(office, "vp_b", "rlb", admin)
    since, until = office.now(), office.now() + TOMORROW
    people.substitute(office, "zhuren", "fuzhuren", admin, since=since, until=until)
    people.substitute(office, "cwb1", "cwb2", who("cwb1"), since=since, until=until)  # one's own affair

    kept = people.house_entries(office, who("auditor"))
    assert [(e.verb, e.by, e.detail["login"]) for e in reversed(kept)] == [
        ("appointed", "admin", "cwb2"),
        ("in_charge", "admin", "vp_b"),
        ("authorised", "admin", "zhuren"),
    ]


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


def test_roles_are_given_and_taken_one_by_one_and_the_house_remembers(
    office: Engine, who: Login, security: Actor
) -> None:
    assert people.change_roles(office, "cwb1", security, give=["clerk", "supervisor"]) == (
        "user",
        "clerk",
        "supervisor",
    )
    assert people.change_roles(office, "cwb1", security, take=["clerk"], give=["supervisor"]) == ("user", "supervisor")
    with pytest.raises(BadInput):
        people.change_roles(office, "cwb1", security, give=["clerk"], take=["clerk"])
    with pytest.raises(NotAllowed):
        people.change_roles(office, "anquan", security, give=["leader"])
    with pytest.raises(BadInput) as apart:
        people.change_roles(office, "auditor", security, give=["admin"])

    with office.store.reading() as tx:
        kept = [e for e in house_record.entries(tx) if e.verb == "roles"]
        assert house_record.broken_at(tx) is None
    assert apart.value.reason == "org.roles_apart"
    assert [(e.actor_id, e.detail["login"], e.detail["after"]) for e in kept] == [
        (security.id, "cwb1", ["clerk", "supervisor", "user"]),
        (security.id, "cwb1", ["supervisor", "user"]),
    ]


def test_who_gives_rights_in_a_company_gives_them_there_only(office: Engine, who: Login) -> None:
    people.add_person(office, "ca_security", "子公司安全员", None, roles=["user", "security"])
    people.appoint(office, "ca_security", "ca", "liaison", None, role="B", main=True)
    mine = who("ca_security")

    assert people.change_roles(office, "ca_zhuren", mine, give=["clerk"])[-1] == "clerk"
    for stranger in ("cb_zhuren", "cwb1"):
        with pytest.raises(NotAllowed) as refused:
            people.change_roles(office, stranger, mine, give=["clerk"])
        assert refused.value.reason == "org.reach"
    assert {h.login for h in people.roles_held(office, mine)} >= {"ca_zhuren", "ca_security"}
    assert "admin" not in {h.login for h in people.roles_held(office, mine)}
    assert "admin" in {h.login for h in people.roles_held(office, who("auditor"))}
    with pytest.raises(NotAllowed):
        people.roles_held(office, who("cwb1"))


BY_HAND = (
    "UPDATE house_entry SET detail = '{}' WHERE seq = 3",
    "UPDATE house_entry SET actor_id = NULL WHERE seq = 2",
    "DELETE FROM house_entry WHERE seq = 2",
    "DELETE FROM house_entry WHERE seq = 3",  # the end is cut off: a link has seen it
)


class Undone(Exception):
    """Rolls back what was done by hand."""


def test_a_change_of_the_record_of_the_house_by_hand_is_found(
    office: Engine, security: Actor, clock: FakeClock
) -> None:
    people.change_roles(office, "cwb1", security, give=["leader"])
    people.change_roles(office, "cwb1", security, take=["leader"])
    clock.advance(timedelta(minutes=2))
    assert audit.anchor(office)
    assert not audit.anchor(office)
    assert audit.verify(office).tampered == ()
    found = []

    for by_hand in BY_HAND:
        with suppress(Undone), office.store.transaction() as tx:
            tx.execute(text(by_hand))
            found.append([(t.kind, t.instance) for t in audit.verified(tx, []).tampered][:1])
            raise Undone

    assert found == [[("entry", "house")]] * len(BY_HAND)
    assert audit.verify(office).tampered == ()

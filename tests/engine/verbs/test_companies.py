"""A role of somebody in a company reaches its company: nothing of another's work is seen without a part in it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import inbox, instances, people, reports
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.rows import everything

TITLES = {"ca": "关于热力管网的签报", "cb": "关于光伏电站的签报", "rlb": "关于招聘计划的签报"}
BY = {"ca": "ca_zhuren", "cb": "cb_zhuren", "rlb": "rlb1"}


@pytest.fixture
def numbers(office: Engine, who: Login, clock: FakeClock) -> dict[str, str]:
    """One memo of each company and of a department of the group; people of company A with every role that looks."""
    for role in ("supervisor", "auditor", "leader", "clerk"):
        login = f"ca_{role}"
        people.add_person(office, login, "某人", None, roles=["user", role])
        people.appoint(office, login, "ca", "liaison", None, role="B", main=True)
    found = {
        unit: instances.start(office, "memo", {"title": title}, who(BY[unit])).number for unit, title in TITLES.items()
    }
    clock.advance(timedelta(seconds=30))
    inbox.catch_up(office)
    return found


def seen(office: Engine, who: Login, numbers: dict[str, str], login: str) -> list[str]:
    found = []
    for unit, number in numbers.items():
        try:
            instances.get(office, number, who(login))
            found.append(unit)
        except NotFound:
            pass
    return found


@pytest.mark.parametrize(
    ("login", "units"),
    [
        ("ca_supervisor", ["ca"]),
        ("ca_auditor", ["ca"]),
        ("ca_clerk", []),
        ("ca_leader", []),
        ("cb_zhuren", ["cb"]),
        ("ducha_a", ["ca", "cb", "rlb"]),
        ("auditor", ["ca", "cb", "rlb"]),
        ("hegao_a", ["ca", "cb", "rlb"]),  # takes part in all of them
    ],
)
def test_a_role_reaches_its_own_company_in_pages_and_search_alike(
    office: Engine, who: Login, numbers: dict[str, str], login: str, units: list[str]
) -> None:
    assert seen(office, who, numbers, login) == units
    found = inbox.search(office, "签报", who(login))
    assert sorted(row.number for row in found.rows) == sorted(numbers[unit] for unit in units)
    assert found.total == len(units)


def test_reports_of_a_company_hold_its_own_figures_and_name_no_others(
    office: Engine, who: Login, numbers: dict[str, str]
) -> None:
    report = reports.timeliness(office, None, who("ca_supervisor"))
    outlook = reports.forecast(office, who("ca_supervisor"))

    assert report.scope == people.directory(office).unit("ca").short  # type: ignore[union-attr]
    assert not any(title in repr(outlook) for unit, title in TITLES.items() if unit != "ca")


DAY = timedelta(days=1)
# what an administrator of company A tries on people and units of company B and of the group
ATTEMPTS: dict[str, Callable[[Engine, Actor], object]] = {
    "ask for a password": lambda office, by: people.ask_password(office, "cb_zhuren", by),
    "give out a password": lambda office, by: people.issue_password(office, "cb_zhuren", by),
    "take a factor away": lambda office, by: people.reset_factor(office, "cb_zhuren", by),
    "forget a password": lambda office, by: people.forget_password(office, "zhuren", by),
    "sign out": lambda office, by: people.sign_out(office, "cb_zhuren", by),
    "bind": lambda office, by: people.bind(office, "cb_zhuren", "subject", by),
    "unbind": lambda office, by: people.unbind(office, "cb_zhuren", by),
    "deactivate": lambda office, by: people.deactivate(office, "cb_liaison", by, to="ca_zhuren"),
    "activate": lambda office, by: people.activate(office, "cb_liaison", by),
    "appoint their person here": lambda office, by: people.appoint(office, "cb_zhuren", "ca", "liaison", by),
    "appoint one's own there": lambda office, by: people.appoint(office, "ca_zhuren", "cb", "liaison", by),
    "add a post there": lambda office, by: people.add_post(office, "cb", "spy", "观察员", by),
    "add a unit at the top": lambda office, by: people.add_unit(office, "newco", "新公司", by),
    "add a unit there": lambda office, by: people.add_unit(office, "newdept", "新部门", by, parent="cb"),
    "put in charge there": lambda office, by: people.put_in_charge(office, "ca_zhuren", "cb", by),
    "add somebody who looks": lambda office, by: people.add_person(
        office, "spy", "某人", by, roles=["user", "auditor"]
    ),
    "let one's own act for theirs": lambda office, by: people.substitute(
        office, "cb_zhuren", "ca_zhuren", by, since=office.now(), until=office.now() + DAY
    ),
    "send on leave": lambda office, by: people.take_leave(
        office, "cb_zhuren", by, since=office.now(), until=office.now() + DAY
    ),
    "look at their work": lambda office, by: people.preview_leave(office, "cb_zhuren", by),
    "look at what would move": lambda office, by: people.preview_handover(office, "cb_zhuren", by),
    "rotate": lambda office, by: people.rotate(office, "cb_zhuren", "ca_zhuren", by, unit="cb", post="zhuren"),
}


def test_an_administrator_of_a_company_keeps_that_company_alone(sqlite_office: Engine) -> None:
    people.add_person(sqlite_office, "ca_it", "某人", None, roles=["user", "admin"])
    people.appoint(sqlite_office, "ca_it", "ca", "liaison", None, role="B", main=True)
    by, before = people.actor(sqlite_office, "ca_it"), everything(sqlite_office)

    for name, attempt in ATTEMPTS.items():
        with pytest.raises(NotAllowed) as refused:
            attempt(sqlite_office, by)
        assert refused.value.reason == "org.reach", name

    assert everything(sqlite_office) == before
    assert people.leaves(sqlite_office, by, everybody=True) == ()


def test_an_administrator_of_a_company_takes_people_into_it(sqlite_office: Engine) -> None:
    people.add_person(sqlite_office, "ca_it", "某人", None, roles=["user", "admin"])
    people.appoint(sqlite_office, "ca_it", "ca", "liaison", None, role="B", main=True)
    by = people.actor(sqlite_office, "ca_it")

    people.add_unit(sqlite_office, "ca_lab", "试验室", by, parent="ca")
    by = people.actor(sqlite_office, "ca_it")  # as with the next request: the company has a unit more
    people.add_post(sqlite_office, "ca_lab", "head", "主任", by)
    people.add_person(sqlite_office, "newcomer", "新人", by)
    people.appoint(sqlite_office, "newcomer", "ca_lab", "head", by, main=True)
    assert people.issue_password(sqlite_office, "newcomer", by).login == "newcomer"

    now = people.directory(sqlite_office)
    assert people.actor(sqlite_office, "newcomer").reach == now.below(now.unit("ca"))  # type: ignore[arg-type]

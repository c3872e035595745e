"""A role of somebody in a company reaches its company: nothing of another's work is seen without a part in it."""

from datetime import timedelta

import pytest

from engine.errors import NotFound
from engine.runtime import Engine
from engine.verbs import inbox, instances, people, reports
from tests.engine.conftest import Login
from tests.support.clock import FakeClock

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

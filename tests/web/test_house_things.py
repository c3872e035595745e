"""What is the whole house's is not a company's to change: calendars, limits, bindings, checklists, words of notices."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from apiflask import APIFlask

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import calendars as kept
from engine.verbs import calendars, definitions, house_ladders, house_limits, people, revising
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.processes.test_bindings import DIAGRAM, WANTED
from web import create_app

SAID = "石狮子路口第七盏灯"
KEEPER = "ca_admin"
LIST = "meeting_preparation"
Body = dict[str, Any]
Ready = Callable[[Engine, str], Body]  # what has to be there before, by an administrator of the group, and what is sent


def _nothing(**body: Any) -> Ready:
    return lambda _office, scope: {"scope": scope, **body}


def _hours(office: Engine, scope: str) -> Body:
    calendars.set_hours(office, "08:00-12:00、14:00-18:00", people.actor(office, "admin"), scope=scope)
    with office.store.reading() as tx:
        return {"id": str(next(h.id for h in kept.hours(tx) if h.scope == scope))}


def _limit(office: Engine, scope: str) -> Body:
    admin = people.actor(office, "admin")
    house_limits.set_limit(office, "document_issue", "FW20", admin, limit="3WD", scope=scope, note="试行")
    return {"element": "FW20", "scope": scope, "note": "恢复"}


def _ladder(office: Engine, scope: str) -> Body:
    admin = people.actor(office, "admin")
    text = house_ladders.get(office, "document_issue", "ESC-DOC", admin).text
    return {"scope": scope, "text": text, "note": "放宽"}


def _rewritten(office: Engine, scope: str) -> Body:
    body = _ladder(office, scope)
    house_ladders.rewrite(office, "document_issue", "ESC-DOC", people.actor(office, "admin"), **body)
    return {"scope": scope, "note": "恢复"}


_days = count(9)  # the same is not proposed twice


def _proposal(office: Engine, _scope: str) -> int:
    admin = people.actor(office, "admin")
    revising.propose(office, LIST, revising.Revision("change", "A05", due=f"T-{next(_days)}"), admin, why="太紧。")
    return revising.overview(office, LIST, admin).proposals[0].id


def _declined(office: Engine, scope: str) -> Body:
    one = _proposal(office, scope)
    return {"_decline": str(one), f"_reason-{one}": "不必。"}


def _accepted(office: Engine, scope: str) -> Body:
    return {"_step": "accept", "_proposal": [str(_proposal(office, scope))], "_note": "会议决定。"}


def _bindable(office: Engine, _scope: str) -> Body:
    definitions.deploy(office, {"payment.bpmn": DIAGRAM})
    return {"wanted": WANTED, "send": "paid = true"}


DOCUMENTS = "/sla/document_issue"
OF_UNITS: dict[str, tuple[str, Ready]] = {
    "calendars.day": ("/admin/calendars/day", _nothing(day="2026-04-02", kind="off", name="停电检修")),
    "calendars.hours": ("/admin/calendars/hours", _nothing(name="夏令", hours="08:00-12:00、14:00-18:00")),
    "calendars.drop_hours": ("/admin/calendars/hours/drop", _hours),
    "calendars.apply": ("/admin/calendars/apply", _nothing(text="2026-04-03,休,检修")),
    "sla.set_limit": (f"{DOCUMENTS}/set", _nothing(element="FW20", limit="3WD", note="试行")),
    "sla.withdraw": (f"{DOCUMENTS}/withdraw", _limit),
    "sla.rewrite": (f"{DOCUMENTS}/ladders/ESC-DOC", _ladder),
    "sla.withdraw_ladder": (f"{DOCUMENTS}/ladders/ESC-DOC/withdraw", _rewritten),
}
OF_THE_HOUSE: dict[str, tuple[str, Ready]] = {
    "meetings.answer_template": ("/meetings/template", _accepted),
    "meetings.answer_template declines": ("/meetings/template", _declined),
    "notifications.save_text": ("/notifications/texts/T-NEW", _nothing(do="save", title="新件", body="请办理。")),
    "processes.bind": ("/processes/payment/bindings", _bindable),
}
LOOKS_ONLY = {"calendars.preview"}


@pytest.fixture(scope="module")
def office(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One office for all of them: what is set for another day or step is in nobody's way."""
    home = tmp_path_factory.mktemp("house") / "office"
    copytree(furnished_home, home)
    engine = open_engine(now=FakeClock(), settings=Settings(home=home))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def app(office: Engine) -> APIFlask:
    return create_app(office)


@pytest.fixture(scope="module")
def admin(app: APIFlask) -> Person:
    """An administrator of the group."""
    return Person(app.test_client(), "admin")


@pytest.fixture(scope="module")
def keeper(office: Engine, app: APIFlask) -> Person:
    """An administrator of company A, who has every other office there too."""
    passwords.add_person(office, KEEPER, "某人", SAID, roles=("user", "admin", "supervisor", "designer"))
    people.appoint(office, KEEPER, "ca", "liaison", None, role="B", main=True)
    return Person(app.test_client(), KEEPER, SAID)


def changes(office: Engine, person: Person, path: str, body: Body) -> int | None:
    """What a form was answered, and None if it has changed something."""
    before = everything(office)
    answer = person.send(path, body)
    return None if everything(office) != before else answer.status_code


@pytest.mark.parametrize("scope", ["", "cb"])
@pytest.mark.parametrize("endpoint", sorted(OF_UNITS))
def test_rules_of_the_house_and_of_another_company_are_not_a_companys(
    office: Engine, keeper: Person, admin: Person, endpoint: str, scope: str
) -> None:
    path, ready = OF_UNITS[endpoint]
    body = ready(office, scope)

    assert changes(office, keeper, path, body) == 403
    assert changes(office, admin, path, body) is None


@pytest.mark.parametrize("endpoint", sorted(OF_UNITS))
def test_a_company_sets_its_own(office: Engine, keeper: Person, endpoint: str) -> None:
    path, ready = OF_UNITS[endpoint]

    assert changes(office, keeper, path, ready(office, "ca")) is None


@pytest.mark.parametrize("endpoint", sorted(OF_THE_HOUSE))
def test_what_has_no_company_is_of_the_group(office: Engine, keeper: Person, admin: Person, endpoint: str) -> None:
    path, ready = OF_THE_HOUSE[endpoint]
    body = ready(office, "")

    assert changes(office, keeper, path, body) == 403
    assert changes(office, admin, path, body) is None


def test_the_same_holds_over_http(app: APIFlask, office: Engine, keeper: Person) -> None:
    one, body = _proposal(office, ""), _bindable(office, "")
    calls = {
        f"/processes/{LIST}/checklist/versions": {"proposals": [one], "note": "会议决定。"},
        f"/processes/{LIST}/checklist/proposals/{one}/decline": {"reason": "不必。"},
        "/processes/payment/bindings": body,
        "/processes/payment/bindings/remove": {"wanted": WANTED},
    }
    program = Caller(app.test_client(), KEEPER, SAID)

    assert {path: program.post(path, sent).status_code for path, sent in calls.items()} == dict.fromkeys(calls, 403)


def test_every_form_that_sets_a_rule_is_asked_here(app: APIFlask) -> None:
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    asked = {endpoint for endpoint in rules if endpoint.partition(".")[0] in ("calendars", "sla")} - LOOKS_ONLY

    assert asked == set(OF_UNITS)

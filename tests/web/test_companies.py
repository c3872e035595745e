"""Nobody of one company sees, exports or touches a record of another, whatever their roles there (domain.md §7.7)."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.runtime import Engine
from engine.store import archives, house, instances, jobs, notices, numbers, registers
from engine.verbs import files, inbox, people
from engine.verbs import instances as cases
from engine.verbs.registers import names
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.matters import hand_over
from tests.support.rows import everything
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.shared_office import copied_office
from tests.web.test_policies import BODIES
from web import create_app

MARK = "光伏秘标"  # in every text of company B
LENDING = {
    "archive": "HY-2025-D30-0103", "title": f"{MARK}合同", "origin_unit": "cb", "kind": "合同档案",
    "purpose": f"核对{MARK}", "way": "室内查阅", "until": "2026-03-20",
}  # fmt: skip
SAID = "石狮子路口第七盏灯"
CLERK, WATCHER, KEEPER = "ca_clerk", "ca_watcher", "ca_admin"
ROLES = {
    CLERK: ["user", "clerk", "leader"],
    WATCHER: ["user", "auditor", "clerk", "leader", "supervisor", "designer"],
    KEEPER: ["user", "admin", "clerk", "leader", "supervisor", "designer"],
}
# what is the same for everybody: the description of processes, the address book, files of the pages
COMMON = ("static", "openapi.spec", "health.metrics", "sso.leave_for", "sso.arrive", "sso.out", "handbook.book")


@dataclass(frozen=True)
class Theirs:
    """Everything that company B has: what stands in addresses, by the name of the parameter."""

    given: dict[str, Any]
    item: int


@pytest.fixture(scope="module")
def office(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One office for all of them: nobody changes anything."""
    yield from copied_office(furnished_home, tmp_path_factory.mktemp("companies"))


@pytest.fixture(scope="module")
def app(office: Engine, theirs: "Theirs") -> APIFlask:
    return create_app(office)


@pytest.fixture(scope="module")
def theirs(office: Engine) -> Theirs:
    """Cases, lines, numbers, notices, hand-overs and incidents of company B; people of company A with every role."""
    for login, roles in ROLES.items():
        passwords.add_person(office, login, "某人", SAID, roles=tuple(roles))
        people.appoint(office, login, "ca", "liaison", None, role="B", main=True)
    by = people.actor(office, "cb_zhuren")
    number = cases.start(office, "archive_lending", LENDING, by).number
    over = cases.start(office, "archive_lending", LENDING, by).number
    clock = cast(FakeClock, office.now)
    clock.advance(timedelta(seconds=30))
    cases.void(office, over, people.actor(office, "admin"), reason=f"{MARK}停办")
    file_id = files.put(office, f"{MARK}.pdf", [b"%PDF-1.4"], by, instance=number).id
    holder = people.directory(office).person(next(i for i in cases.get(office, number, by).items).performer_id)
    assert holder is not None
    leave = people.take_leave(
        office, holder.login, None, since=office.now(), until=office.now() + timedelta(days=1), by="cb_wenshu"
    )
    matter = hand_over(office, f"{MARK}督办", lead="cb", due="2026-03-20 12:00")
    slip = people.deactivate(office, "cb_liaison", None, to="cb_wenshu")
    assert slip is not None
    with office.store.transaction() as tx:
        found = _rows(office, tx, number, over, by.id)
    inbox.catch_up(office)
    at = cases.get(office, number, by).items
    item = next(i.id for i in at if i.state == "open")
    parameters = {"number": number, "item": item, "file_id": file_id, "leave": leave, "slip": slip.id, "row": leave}
    return Theirs({**parameters, **found, "login": "cb_zhuren", "matter": matter}, item)


def _rows(office: Engine, tx: Any, number: str, over: str, by: int) -> dict[str, Any]:
    """Lines in every register, from a case and by hand; a number, a job and an incident."""
    case, ended = instances.by_number(tx, number), instances.by_number(tx, over)
    record = 0
    for name, _title in names(office):
        data = {"unit": "cb", "title": MARK, "topic": MARK, "due": "2026-03-01T09:00:00+08:00", "seal": MARK}
        for label, of in ((f"{MARK}{name}一", case.id), (f"{MARK}{name}二", None)):
            line = registers.NewLine(label=label, state="", data=data, instance_id=of, at=office.now(), by=by)
            record = registers.add(tx, name, line)
    numbers.note(
        tx, series="华远函", year=2026, ordinal=900, text="华远函〔2026〕900号", at=office.now(), reason=MARK,
        instance_id=case.id, person_id=by,
    )  # fmt: skip
    numbers.note(
        tx, series="华远函", year=2026, ordinal=901, text="华远函〔2026〕901号", at=office.now(), reason=MARK,
        state=numbers.RESERVED, person_id=by,
    )  # fmt: skip
    house.open_incident(tx, kind="stuck", message=f"{MARK}停滞", at=office.now(), instance_id=case.id)
    incident = house.open_incident(tx, kind="stuck", message=f"{MARK}停滞", at=office.now())
    job = jobs.add(tx, [jobs.Part(MARK, {})], kind="bulk", title=MARK, person_id=by, asked_at=office.now(), facts={})
    notice = next(notice for notice, _login in notices.of_instance(tx, case.id))
    archives.ask(tx, ended.id, ended_at=office.now(), retention="永久", next_try=office.now(), digest="0" * 64)
    archives.change(tx, archives.of_instance(tx, ended.id)[0].id, state="made")
    archive = archives.of_instance(tx, ended.id)[0].id
    return {"record": record, "incident": incident, "job": job, "notice": notice.id, "archive": archive}


def addresses(app: APIFlask, theirs: Theirs, method: str) -> Iterator[tuple[Rule, str]]:
    """Every route of a method with what company B has in the place of each parameter."""
    usual = {
        "key": "archive_lending", "process": "archive_lending", "upload": "0" * 32, "way": "consult", "old": 1,
        "new": 1, "filename": "x", "request_id": 1, "code": "due", "name": "follow", "year": 2026, "number_id": 1,
        "pause": 1, "call": 1, "change": 1, "month": "2026-03", "kind": "started", "register": "archive_lending",
        "proposal": 999, "file": 1, "page": 1, "token_id": 999,
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or set()) or rule.endpoint in COMMON:
            continue
        given = usual | theirs.given
        if "jobs" in rule.rule:
            given["number"] = theirs.given["job"]
        elif rule.endpoint.startswith("processes."):
            given["number"] = 1
        elif rule.endpoint.startswith("supervision."):
            given["number"] = theirs.given["matter"]
        elif rule.endpoint == "numbers.series":
            given["name"] = "华远函"
        fill = lambda found, given=given: str(given[found[1]])  # noqa: E731
        yield rule, re.sub(r"<(?:\w+:)?(\w+)>", fill, rule.rule)


def text_of(answer: TestResponse) -> str:
    """What somebody who has the answer can read in it, inside a workbook or an archive too."""
    content = answer.get_data()
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def shown_to(
    app: APIFlask, theirs: Theirs, login: str, password: str, asked: Sequence[str]
) -> tuple[list[Any], list[Any]]:
    """Where somebody reads the mark, and where the house breaks, over every route that can be opened."""
    person, program = Person(app.test_client(), login, password), Caller(app.test_client(), login, password)
    shown, failed = [], []
    for rule, path in addresses(app, theirs, "GET"):
        for query in asked if "<" not in rule.rule or "<register>" in rule.rule else asked[:1]:
            answer = (
                program.client.get(path + query, headers=program.headers)
                if rule.endpoint.startswith("api.")
                else person.open(path + query)
            )
            if MARK in text_of(answer):
                shown.append((rule.endpoint, path + query))
            if answer.status_code >= 500:
                failed.append((rule.endpoint, answer.status_code))
    return shown, failed


@pytest.mark.parametrize("login", sorted(ROLES))
def test_no_page_call_list_search_file_or_export_shows_anything_of_another_company(
    app: APIFlask, office: Engine, theirs: Theirs, login: str
) -> None:
    shown, failed = shown_to(app, theirs, login, SAID, ("", "?q=光伏", "?everybody=1&standing=1&state=all"))

    assert shown == []
    assert failed == []


# what stands in an address and belongs to company B
THINGS = {
    "number",
    "item",
    "file_id",
    "leave",
    "slip",
    "row",
    "record",
    "incident",
    "job",
    "notice",
    "archive",
    "login",
}
FIELDS = {
    "outcome": "approve",
    "opinion": "同意。",
    "to": "ca_clerk",
    "reason": "更正。",
    "_reason": "更正。",
    "how": "好。",
}


@pytest.mark.parametrize("login", sorted(ROLES))
def test_nobody_of_a_company_changes_anything_of_another(
    app: APIFlask, office: Engine, theirs: Theirs, login: str
) -> None:
    person, program, done = Person(app.test_client(), login, SAID), Caller(app.test_client(), login, SAID), []
    token, before = person.hidden("/inbox"), everything(office)

    for method in ("POST", "DELETE"):
        for rule, path in addresses(app, theirs, method):
            if not rule.arguments & THINGS or rule.endpoint.startswith("processes."):
                continue
            if rule.endpoint.startswith("api."):
                answer = program.client.open(
                    path, method=method, json=BODIES.get(rule.endpoint, {}), headers=program.keyed()
                )
                if answer.status_code < 400:
                    done.append((rule.endpoint, answer.status_code))
            else:  # a page leads back with a message, so what it did is seen in the rows
                person.client.post(path, data={**token, **FIELDS})

    # of one's own, of which there is nothing
    assert [one for one in done if one[0] not in ("api.unfollow", "api.drop_item_draft")] == []
    after = everything(office)
    assert {name for name in after if after[name] != before[name]} <= {"idempotency"}


@pytest.mark.parametrize("login", ["auditor", "ducha_a"])
def test_people_of_the_group_see_all_of_it(app: APIFlask, office: Engine, theirs: Theirs, login: str) -> None:
    person = Person(app.test_client(), login)

    assert MARK in person.open(f"/d/{theirs.given['number']}").text
    assert MARK in person.open(f"/supervision/{theirs.given['matter']}").text

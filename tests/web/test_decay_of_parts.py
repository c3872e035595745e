"""Pauses, sessions, settings, figures and lists of those who may know that are not as they were written (P8)."""

import shutil
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import calendars, following, house_limits, pauses, people, reports, watching, work
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person

READER, STRANGER = "hegao_a", "cwb1"
OPEN = "instance_id = (SELECT id FROM instance WHERE number = :n) AND state = 'open'"
LATE = "'2031-01-02 09:30:00.000000'"
# who asks for what; {n} is the number of the case, {i} its open item
ASKED = {
    READER: ("/inbox", "/t/{n}", "/d/{n}", "/settings/phrases", "/settings/security", "/following"),
    DRAFTER: ("/inbox?box=mine", "/d/{n}", "/d/{n}/history", "/d/{n}/print"),
    STRANGER: ("/d/{n}", "/d/{n}/print", "/search?q=冬季", "/inbox"),
    "admin": (
        "/reports/timeliness/2026-03",
        "/reports/timeliness/2026-03/list/started",
        "/sla/document_issue",
        "/admin/calendars",
    ),
    "zhuren": ("/supervision", "/reports/timeliness/2026-03"),
}
CALLS = ("/inbox", "/instances/{n}", "/items/{i}", "/instances/{n}/pauses")
# what is done to a row, the words nobody may see then, and what the check-up calls it
DAMAGES = {
    "why a clock should stand": ("UPDATE pause SET basis = replace(basis, '国资', '国姿')", "国姿", "pause"),
    "when an item was opened": (f"UPDATE work_item SET opened_at = {LATE} WHERE {OPEN}", "2031", "item"),
    "a phrase": ("UPDATE person SET settings = replace(settings, '妥否', '妥杏')", "妥杏", "choices"),
    "whose session it is": ("UPDATE session SET person_id = person_id + 1", "", "session"),
    "a browser": ("UPDATE session SET agent = '别的浏览器'", "别的浏览器", "session"),
    "until when a token counts": (f"UPDATE token SET expires_at = {LATE}", "", "session"),
    "what somebody follows": ("UPDATE follow SET at = '2031-01-02 09:30:00.000000'", "2031", "choices"),
    "a settled step": ("UPDATE settled_item SET step = '办公室核改'", "办公室核改", "figures"),
    "a settled instant": (f"UPDATE settled_case SET ended_at = {LATE}", "2031-", "figures"),
    "who has set a limit": ("UPDATE person SET name = '系统管理源' WHERE login = 'admin'", "系统管理源", "people"),
    "why a day was changed": ("UPDATE calendar_change SET note = '调勃' WHERE by_id IS NOT NULL", "调勃", "setting"),
    "who took it in": (
        f"UPDATE instance SET first_contact_id = (SELECT id FROM person WHERE login = '{STRANGER}') WHERE number = :n",
        "",
        "instance",
    ),
    "who may know": (f"UPDATE instance SET known_to = ',{STRANGER},' WHERE number = :n", "", "knowers"),
}  # fmt: skip


@pytest.fixture
def case(office: Engine, clock: FakeClock) -> dict[str, Any]:
    """A document on the desk of its reader, who has asked for a pause; the month is settled, a day and a limit set."""
    number = document(office, clock)
    work.decide(office, item_of(office, number, HEAD), "approve", people.actor(office, HEAD), opinion="同意。")
    clock.advance(timedelta(minutes=1))
    reader, admin = people.actor(office, READER), people.actor(office, "admin")
    item = item_of(office, number, READER)
    work.opened(office, item, reader)
    pauses.ask(office, item, "P2", reader, basis="已报市国资委", days=3)
    people.set_setting(office, "phrases", ["妥否，请示。"], reader)
    following.follow(office, number, reader)
    house_limits.set_limit(office, "document_issue", "FW20", admin, limit="2WD", note="议定")
    calendars.set_day(office, date(2026, 5, 6), "off", admin, name="调休")
    reports.settle(office)
    watching.look(office)  # what migrations have entered gets its digest
    return {"n": number, "i": item}


def test_damaged_parts_are_told_and_never_shown(office: Engine, app: APIFlask, case: dict[str, Any]) -> None:
    asked = []
    for login, paths in ASKED.items():
        person = Person(app.test_client(), login)
        asked += [(login, partial(person.open, path.format(**case))) for path in paths]
    caller = Caller(app.test_client(), READER)
    asked += [(READER, partial(caller.get, path.format(**case))) for path in CALLS]
    before = [ask().status_code for _login, ask in asked]
    database, whole = office.settings.home / "sanban.db", office.settings.home / "whole.db"
    office.store.close()
    shutil.copy(database, whole)

    for what, (statement, mark, code) in DAMAGES.items():
        change(office, statement, **({"n": case["n"]} if ":n" in statement else {}))
        answers = [(login, ask()) for login, ask in asked]
        shown = [a.request.path for _login, a in answers if mark and a.status_code == 200 and mark in a.text]
        assert (what, shown) == (what, [])
        let_in = [
            a.request.path for login, a in answers if login == STRANGER and case["n"] in a.text and a.status_code == 200
        ]
        assert (what, let_in) == (what, [])
        assert {a.status_code for _login, a in answers} <= {200, 303, 401, 404, 500}, what
        assert {row.code for row in watching.altered(office)} == {f"{code}.altered"}, what
        office.store.close()
        shutil.copy(whole, database)
        office.forget()

    assert [ask().status_code for _login, ask in asked] == before
    assert {status for (login, _ask), status in zip(asked, before, strict=True) if login != STRANGER} == {200}


def test_whoever_has_a_part_goes_on_below_a_damaged_list(office: Engine, app: APIFlask, case: dict[str, Any]) -> None:
    change(office, f"UPDATE instance SET known_to = ',{STRANGER},' WHERE number = :n", n=case["n"])
    caller = Caller(app.test_client(), READER)

    assert caller.get("/inbox").get_json()["total"] >= 1
    read = [Person(app.test_client(), login).open(f"/d/{case['n']}").status_code for login in (READER, DRAFTER)]

    assert read == [200, 200]
    assert caller.get(f"/items/{case['i']}").status_code == 200
    assert {row.code for row in watching.altered(office)} == {"knowers.altered"}


@pytest.mark.parametrize("table", ["session", "token"])
def test_a_damaged_session_or_token_opens_nothing(
    office: Engine, app: APIFlask, case: dict[str, Any], table: str
) -> None:
    person, caller = Person(app.test_client(), READER), Caller(app.test_client(), READER)
    change(office, f"UPDATE {table} SET created_at = '2026-03-09 00:30:00.000000'")

    page, call = person.open("/inbox"), caller.get("/inbox")

    assert (page.status_code, call.status_code) == ((303, 200) if table == "session" else (200, 401))
    assert page.status_code == 200 or "/login" in page.headers["Location"]

"""People, items, timers and settings that are not as they were written: told, never shown, never acted on (P8)."""

import shutil
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.errors import Altered
from engine.runtime import Engine
from engine.store.judging import HIDDEN
from engine.verbs import doctor, people, watching, work
from tests.support.clock import FakeClock
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.test_files import upload

READER = "hegao_a"
CASE = "(SELECT id FROM instance WHERE number = :n)"
OPEN = f"instance_id = {CASE} AND state = 'open'"
# who asks for what; {n} is the number of the case
ASKED = {
    READER: ("/inbox", "/inbox?box=drafts", "/notifications", "/t/{n}", "/t/{n}/why", "/d/{n}/history"),
    DRAFTER: ("/inbox?box=mine", "/search?q=冬季", "/d/{n}", "/d/{n}/why", "/d/{n}/print"),
    HEAD: ("/inbox?box=done", "/files/{f}"),
    "admin": ("/admin/org", "/admin/users"),
    "zhuren": ("/supervision",),
}
CALLS = ("/inbox", "/instances/{n}", "/items/{i}", "/items/{i}/explanation")
# what is done to one row, the words nobody may see then, and what the check-up calls it
LATE = "'2031-01-02 09:30:00.000000'"
DAMAGES = {
    "title of a case": (
        "UPDATE instance SET title = replace(title, '冬季', '夏季') WHERE number = :n", "夏季", "instance"
    ),
    "deadline of a case": (f"UPDATE instance SET deadline = {LATE} WHERE number = :n", "2031", "instance"),
    "name of a step": (f"UPDATE work_item SET name = '办公室核改' WHERE {OPEN}", "办公室核改", "item"),
    "deadline of an item": (f"UPDATE work_item SET deadline = {LATE} WHERE {OPEN}", "2031", "item"),
    "place in the inbox": (f"UPDATE work_item SET sort_at = {LATE} WHERE {OPEN}", "2031", ""),
    "performer of an item": (f"UPDATE work_item SET performer_id = 44 WHERE {OPEN}", "", "item"),
    "state of an item": (f"UPDATE work_item SET state = 'opem' WHERE {OPEN}", "", "item"),
    "name of an activity": (f"UPDATE activity SET name = '办公室核改' WHERE {OPEN}", "办公室核改", "activity"),
    "name of a person": (f"UPDATE person SET name = '郝柠' WHERE login = '{DRAFTER}'", "郝柠", "people"),
    "name of a unit": ("UPDATE unit SET short = '人力资源邹' WHERE code = 'rlb'", "人力资源邹", "people"),
    "title of a post": ("UPDATE post SET title = '部卡' WHERE code = 'head'", "部卡", "people"),
    "an appointment": ("UPDATE appointment SET ordinal = ordinal + 1", "", "people"),
    "a draft": ("UPDATE draft SET data = replace(data, '请速办', '请缓办')", "请缓办", "draft"),
    "title of a draft": ("UPDATE draft SET title = '夏季检查'", "夏季", "draft"),
    "name of an attachment": ("UPDATE attachment SET name = '附伴.pdf'", "附伴", "attachment"),
}  # fmt: skip

Case = dict[str, Any]


@pytest.fixture
def case(office: Engine, clock: FakeClock, app: APIFlask) -> Case:
    """A document on the desk of its reader, who has begun to write; somebody has uploaded a file."""
    number = document(office, clock)
    work.decide(office, item_of(office, number, HEAD), "approve", people.actor(office, HEAD), opinion="同意。")
    clock.advance(timedelta(minutes=1))
    item = item_of(office, number, READER)
    work.save_draft(office, f"item:{item}", {"remark": "请速办"}, people.actor(office, READER), title="冬季检查")
    watching.look(office)  # what migrations have entered gets its digest
    return {"n": number, "i": item, "f": upload(Person(app.test_client(), HEAD), "附件.pdf")}


def test_damaged_rows_are_told_and_never_shown(office: Engine, app: APIFlask, case: Case) -> None:
    asked = []
    for login, paths in ASKED.items():
        person = Person(app.test_client(), login)
        asked += [partial(person.open, path.format(**case)) for path in paths]
    caller = Caller(app.test_client(), READER)
    asked += [partial(caller.get, path.format(**case)) for path in CALLS]
    before = [ask().status_code for ask in asked]
    database, whole = office.settings.home / "sanban.db", office.settings.home / "whole.db"
    office.store.close()
    shutil.copy(database, whole)

    for what, (statement, mark, code) in DAMAGES.items():
        change(office, statement, case)
        answers = [ask() for ask in asked]
        shown = [a.request.path for a in answers if mark and a.status_code == 200 and mark in a.text]
        assert (what, shown) == (what, [])
        assert {a.status_code for a in answers} <= {200, 302, 404, 500}, what
        found = {row.code for row in watching.altered(office)}
        assert found == ({f"{code}.altered"} if code else set()), what
        office.store.close()
        shutil.copy(whole, database)
        office.forget()

    assert [ask().status_code for ask in asked] == before
    assert [call for call, status in zip(asked, before, strict=True) if status != 200] == []


def test_one_damaged_line_does_not_hide_the_others(office: Engine, app: APIFlask, case: Case, clock: FakeClock) -> None:
    other = document(office, clock, title="关于春季检查的通知")
    work.decide(office, item_of(office, other, HEAD), "approve", people.actor(office, HEAD), opinion="同意。")
    clock.advance(timedelta(minutes=1))
    reader = Person(app.test_client(), READER)
    whole = reader.open("/inbox").text

    change(office, DAMAGES["name of a step"][0], case)
    page = reader.open("/inbox")

    assert HIDDEN not in whole
    assert page.status_code == 200
    assert page.text.count(other) == whole.count(other)
    assert HIDDEN in page.text
    assert case["n"] not in page.text.split("</header>")[-1].split('class="notice')[0]


def test_a_damaged_item_is_neither_completed_nor_handed_on(office: Engine, app: APIFlask, case: Case) -> None:
    caller = Caller(app.test_client(), READER)
    change(office, DAMAGES["deadline of an item"][0], case)

    done = caller.post(f"/items/{case['i']}/decision", {"outcome": "approve", "opinion": "同意。"})
    given = caller.post(f"/items/{case['i']}/transfer", {"to": "wenshu_a", "opinion": "请代办。"})

    assert {(a.status_code, a.get_json()["code"]) for a in (done, given)} == {(500, "item.altered")}


def test_whoever_is_not_as_they_were_entered_cannot_sign_in_and_has_no_rights(
    office: Engine, client: FlaskClient, app: APIFlask, case: Case
) -> None:
    caller = Caller(app.test_client(), READER)
    change(office, f"UPDATE person SET roles = '[\"user\",\"auditor\"]' WHERE login = '{READER}'", case)
    office.forget()

    answer = client.post("/api/v1/tokens", json={"login": READER, "password": "sanban-demo"})

    assert answer.status_code == 500
    assert answer.get_json()["code"] == "people.altered"
    assert caller.get("/inbox").status_code in (401, 403, 404, 500)
    with pytest.raises(Altered):
        people.actor(office, READER)


def test_a_damaged_setting_is_refused_in_words_and_no_timer_is_given_up_for_it(office: Engine, case: Case) -> None:
    change(office, "UPDATE calendar_day SET working = NOT working WHERE day = '2026-05-01'", case)
    office.forget()

    with office.store.reading() as tx, pytest.raises(Altered) as refused:
        office.calendar(tx)

    assert refused.value.reason == "setting.altered"
    assert {f.code for f in doctor.examine(office).violations} >= {"setting.altered"}


def change(office: Engine, statement: str, case: Case) -> None:
    with office.store.transaction() as tx:
        values = {"n": case["n"]} if ":n" in statement else {}
        assert tx.execute(text(statement), values).rowcount > 0

"""What is not stored as it was written is told and never shown: pages and HTTP interface over damaged rows (P8)."""

import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.errors import Conflict
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import doctor, people, registers, work
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.test_files import upload

LICENCE = {"name": "排污许可证", "kind": "许可类", "owner": "group", "expires": "2027-06-30"}
OPINION = "同意呈报领导审阅。"
PAGES = ("/d/{n}", "/d/{n}/history", "/d/{n}/print", "/d/{n}/why", "/d/{n}/diagram", "/t/{n}", "/t/{n}/why")
CALLS = ("/instances/{n}", "/instances/{n}/explanation", "/items/{i}", "/items/{i}/explanation")
LINES = ("/registers/licence", "/registers/licence.csv", "/registers/licence/{r}", "/registers/licence/{r}/change")

Case = dict[str, Any]


@pytest.fixture
def case(office: Engine, clock: FakeClock) -> Case:
    """A document that its head has agreed to, and a licence in its register."""
    number = document(office, clock)
    first = item_of(office, number, HEAD)
    work.decide(office, first, "approve", people.actor(office, HEAD), opinion=OPINION)
    line = registers.add(office, "licence", LICENCE, people.actor(office, "wenshu_a"))
    return {"n": number, "i": first, "r": line.id}


# table and column, what stood there and what stands there now: a letter, a digit, a name
CASE = "(SELECT id FROM instance WHERE number = :n)"
ROW, ITEM, ENTRY = f"id = {CASE}", f"instance_id = {CASE} AND state = 'done'", f"instance_id = {CASE}"
# what is done to a row, and the words that nobody may see then
DAMAGES = {
    "a letter of the title": (f"UPDATE instance SET title = replace(title, '冬季', '夏季') WHERE {ROW}", "夏季"),
    "a letter of the form": (f"UPDATE instance SET variables = replace(variables, '防冻', '防东') WHERE {ROW}", "防东"),
    "a letter of an opinion": (f"UPDATE work_item SET opinion = replace(opinion, '呈报', '呈服') WHERE {ITEM}", "呈服"),
    "an outcome": (f"UPDATE work_item SET outcome = 'refuse' WHERE {ITEM}", ""),
    "a letter of the history": (f"UPDATE history SET detail = replace(detail, '呈报', '呈服') WHERE {ENTRY}", "呈服"),
    "who did it": (f"UPDATE history SET actor_id = actor_id + 1 WHERE {ENTRY} AND seq = 2", ""),
    "when it was done": (f"UPDATE history SET at = '2026-03-08 01:00:00.000000' WHERE {ENTRY}", ""),
    "the end of the history": (f"DELETE FROM history WHERE {ENTRY} AND verb = 'decide'", ""),
}


def test_a_damaged_case_is_told_and_never_shown(office: Engine, app: APIFlask, client: FlaskClient, case: Case) -> None:
    drafter, caller = Person(client, DRAFTER), Caller(app.test_client(), DRAFTER)
    asked = [partial(drafter.open, p.format(**case)) for p in PAGES]
    asked += [partial(caller.get, p.format(**case)) for p in CALLS]
    before = [ask().status_code for ask in asked]
    database, whole = office.settings.home / "sanban.db", office.settings.home / "whole.db"
    office.store.close()
    shutil.copy(database, whole)

    for what, (statement, mark) in DAMAGES.items():
        change(office, statement, case)
        answers = [ask() for ask in asked]
        told = [a for a in answers if a.status_code == 500]
        assert told != [], what
        assert all("存储内容与写入时不一致" in a.text and "sanban doctor" in a.text for a in told)
        assert [a.request.path for a in answers if mark and mark in a.text] == [], what
        office.store.close()
        shutil.copy(whole, database)

    assert [ask().status_code for ask in asked] == before
    assert 200 in before


def test_a_damaged_case_is_neither_decided_nor_repaired_by_working_on_it(
    office: Engine, app: APIFlask, case: Case
) -> None:
    change(office, DAMAGES["a letter of the form"][0], case)

    answer = Caller(app.test_client(), DRAFTER).post(f"/instances/{case['n']}/urge", {"text": "请快办"})

    assert (answer.status_code, answer.get_json()["code"]) == (500, "instance.altered")
    assert {f.code for f in doctor.examine(office).violations} == {"instance.altered"}


def test_a_damaged_line_of_a_register_is_told_and_never_shown(office: Engine, client: FlaskClient, case: Case) -> None:
    clerk = sign_in(client, "wenshu_a")
    paths = [p.format(**case) for p in LINES]
    before = [clerk.get(p).status_code for p in paths]
    with office.store.transaction() as tx:
        tx.execute(text("UPDATE record SET data = replace(data, '排污', '排泻') WHERE id = :r"), {"r": case["r"]})

    answers = [clerk.get(p) for p in paths]

    assert set(before) == {200}
    assert {a.status_code for a in answers} == {500}
    assert all("存储内容与写入时不一致" in a.text for a in answers)


def test_a_damaged_file_is_told_and_never_sent(office: Engine, client: FlaskClient) -> None:
    person = Person(client, DRAFTER)
    kept = upload(person, "附件.pdf")
    (place,) = (p for p in (office.settings.home / "files").rglob("*") if p.is_file())
    place.write_bytes(place.read_bytes().replace(b"1.4", b"1.5"))

    altered = person.open(f"/files/{kept}")
    place.unlink()
    missing = person.open(f"/files/{kept}")

    assert (altered.status_code, missing.status_code) == (500, 500)
    assert "附件.pdf" in altered.text
    assert b"%PDF" not in altered.data


def test_what_was_mended_or_found_to_be_right_is_shown_again(office: Engine, app: APIFlask, case: Case) -> None:
    caller = Caller(app.test_client(), DRAFTER)
    statement, _mark = DAMAGES["a letter of the form"]
    back = statement.replace("'防冻', '防东'", "'防东', '防冻'")
    mends: tuple[Callable[[], Any], ...] = (
        lambda: change(office, back, case),
        lambda: doctor.accept(office, case["n"], "已与纸质件核对。"),
    )

    for mend in mends:
        change(office, statement, case)
        refused = caller.get(f"/instances/{case['n']}").status_code
        mend()
        assert (refused, caller.get(f"/instances/{case['n']}").status_code) == (500, 200)

    assert doctor.examine(office).violations == ()
    with pytest.raises(Conflict):
        doctor.accept(office, case["n"], "再确认一次。")
    with office.store.reading() as tx:
        last = house_record.entries(tx)[-1]
    assert (last.verb, last.detail["what"]) == ("accepted", case["n"])


def test_a_notice_to_somebody_else_than_it_was_written_for_shows_and_sends_nothing(
    office: Engine, client: FlaskClient, case: Case
) -> None:
    keeper = Person(client, "hegao_a")
    with office.store.transaction() as tx:
        tx.execute(text("UPDATE notification SET person_id = (SELECT id FROM person WHERE login = 'hegao_a')"))

    page = keeper.open("/notifications").text

    assert "此通知与写入时不一致" in page
    assert "安全生产专项检查" not in page
    assert {f.code for f in doctor.examine(office).violations} >= {"notice.altered"}


def change(office: Engine, statement: str, case: Case) -> None:
    with office.store.transaction() as tx:
        assert tx.execute(text(statement), {"n": case["n"]}).rowcount > 0

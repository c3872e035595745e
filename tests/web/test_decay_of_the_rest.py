"""Numbers, jobs, deliveries, calls, archives, versions, turns and incidents that are not as they were written (P8)."""

import shutil
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask

from engine.errors import Altered
from engine.progress import queue
from engine.runtime import Engine
from engine.store import archives, bindings, house, instances, jobs, notices, numbers, registers, scheduled
from engine.store import people as accounts
from engine.store.jobs import Part
from engine.store.judging import HIDDEN
from engine.store.tables import delivery
from engine.verbs import doctor, people
from engine.verbs import instances as cases
from engine.verbs.watching import altered, look
from tests.browser.office import DOCUMENT
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.web.cases import DRAFTER, HEAD, document
from tests.web.conftest import Caller
from tests.web.pages import Person

SERIES, CLERK = "华远发", "wenshu_a"
LATE = "'2031-01-02 09:30:00.000000'"
# who asks for what; {n} is the number of the case, {j} a job, {m} a notice
ASKED = {
    CLERK: ("/numbers", f"/numbers/{SERIES}/2026", "/start"),
    DRAFTER: ("/jobs", "/jobs/{j}", "/d/{n}", "/inbox?box=mine"),
    HEAD: ("/notifications", "/notifications/{m}", "/inbox"),
    "auditor": ("/incidents", "/d/{n}", "/archives", "/archives/export.csv"),
    "admin": ("/processes", "/processes/document_issue"),
}
CALLS = ("/archives", "/instances/{n}/archives", "/instances/{n}")
# what is done to a row, the words nobody may see then, and what the check-up calls it
SHOWN = (  # while nothing is damaged
    "为年度通知预留", "华远发〔2026〕1号", "清点台账", "第一册", "缺少封面", "对方邮箱已满", "网关超时", "一号柜",
    ",30年,", "制度到期提醒没有发起", "发文",
)  # fmt: skip
DAMAGES = {
    "a counter": ("UPDATE series SET last = 777 WHERE name = '华远发'", "777", "number"),
    "name of a counter": ("UPDATE series SET name = '华沅发' WHERE name = '华远发'", "华沅发", "number"),
    "text of a number": ("UPDATE taken_number SET text = replace(text, '华远', '华沅')", "华沅", "number"),
    "why it was reserved": ("UPDATE taken_number SET reason = '为年终通知预留'", "年终", "number"),
    "state of a number": ("UPDATE taken_number SET state = 'void'", "废号</span>", "number"),
    "title of a job": ("UPDATE job SET title = '清典台账'", "清典台账", "job"),
    "what a job is about": ("UPDATE job SET facts = '[]'", "", "job"),
    "label of a part": ("UPDATE job_item SET label = '第衣册'", "第衣册", "job"),
    "why a part failed": ("UPDATE job_item SET told = '缺少封底' WHERE told <> ''", "缺少封底", "job"),
    "state of a part": ("UPDATE job_item SET state = 'fbiled' WHERE told <> ''", "fbiled", "job"),
    "address of a delivery": ("UPDATE delivery SET address = 'x9@huayuan.example'", "x9@", "delivery"),
    "how a delivery went": ("UPDATE delivery SET error = '对方油箱已满'", "油箱", "delivery"),
    "what is called": ("UPDATE outgoing_call SET wanted = 'http:bank'", "http:bank", "call"),
    "why a call failed": ("UPDATE outgoing_call SET error = '网关超事'", "网关超事", "call"),
    "place of paper": ("UPDATE archive SET paper_place = '二号柜'", "二号柜", "archive"),
    "how long it is kept": ("UPDATE archive SET retention = '10年'", ",10年,", "archive"),
    "when a case ended": (f"UPDATE archive SET ended_at = {LATE}", "2031", "archive"),
    "title of a version": ("UPDATE definition SET title = '发丈' WHERE key = 'document_issue'", "发丈", "definition"),
    "note of a version": ("UPDATE definition SET note = '增加会鉴' WHERE key = 'document_issue'", "会鉴", "definition"),
    "number of a version": ("UPDATE definition SET version = 77 WHERE key = 'document_issue'", "77 版", "definition"),
    "why nothing was begun": ("UPDATE scheduled_start SET problem = '没有责壬人'", "责壬", "schedule"),
    "what an incident says": ("UPDATE incident SET message = '制度到其提醒没有发起'", "到其", "incident"),
    "what ends sessions": (
        f"UPDATE person SET session_epoch = session_epoch + 1 WHERE login = '{DRAFTER}'", "", "people"
    ),
}  # fmt: skip


@pytest.fixture
def case(office: Engine, clock: FakeClock) -> dict[str, Any]:
    """One of each: a reserved number, a job with a part that failed, a delivery, a call, a line of the archive."""
    number = document(office, clock)
    drafter, clerk, now = people.actor(office, DRAFTER), people.actor(office, CLERK), office.now()
    with office.store.transaction() as tx:
        row = instances.by_number(tx, number)
        ordinal = registers.take(tx, SERIES, 2026)
        first_text, reserved, why = "华远发〔2026〕1号", numbers.RESERVED, "为年度通知预留"
        note = partial(numbers.note, tx, series=SERIES, year=2026, at=now)
        note(ordinal=ordinal, text=first_text, state=reserved, reason=why, person_id=clerk.id)
        job = queue.ask(office, tx, "count", "清点台账", [Part("第一册", {"n": 1}), Part("第二册", {"n": 2})], drafter)
        found = jobs.by_id(tx, job)
        assert found is not None
        first = jobs.claim(tx, found, now, now + timedelta(seconds=30), 1)[0]
        jobs.settle(tx, first, state="failed", told="缺少封面", at=now)
        head = people.actor(office, HEAD).id
        notice = notices.centre(tx, head, now)[0].id
        way = {"channel": "email", "state": "dead", "address": "rlb_head@huayuan.example", "error": "对方邮箱已满"}
        tx.insert(delivery, notification_id=notice, attempts=5, next_try=now, **way)
        asked = {"wait": "listened-1", "element": "FW01", "wanted": "http:pay", "next_try": now, "asked_at": now}
        bindings.ask(tx, instance_id=row.id, **asked)
        (call,) = bindings.calls_of(tx, row.id)
        bindings.settle(tx, [call.id], "dead", now, error="网关超时")
        paper = {"on_paper": 1, "paper_no": "HY-2026-001", "paper_place": "一号柜", "filed_by": clerk.id}
        kept = {"ended_at": now, "retention": "30年", "keep_until": date(2056, 12, 31), "next_try": now}
        archives.ask(tx, row.id, **kept, **paper, filed_at=now)
        scheduled.note_failure(tx, "document_issue", "monthly", "2026-02", now, now, "没有责任人")
        house.open_incident(tx, kind="schedule", message="制度到期提醒没有发起", at=now)
    look(office)  # what migrations have entered gets its digest
    return {"n": number, "j": job, "m": notice}


def test_the_rest_is_told_and_never_shown(office: Engine, app: APIFlask, case: dict[str, Any]) -> None:
    asked = []
    for login, paths in ASKED.items():
        person = Person(app.test_client(), login)
        asked += [partial(person.open, path.format(**case)) for path in paths]
    caller = Caller(app.test_client(), "auditor")
    asked += [partial(caller.get, path.format(**case)) for path in CALLS]
    whole_answers = [ask() for ask in asked]
    before = [(answer.request.path, answer.status_code) for answer in whole_answers]
    assert [words for words in SHOWN if not any(words in answer.text for answer in whole_answers)] == []
    database, whole = office.settings.home / "sanban.db", office.settings.home / "whole.db"
    office.store.close()
    shutil.copy(database, whole)

    faults: list[Any] = []
    for what, (statement, mark, code) in DAMAGES.items():
        change(office, statement)
        answers = [ask() for ask in asked]
        faults += [(what, a.request.path) for a in answers if mark and a.status_code == 200 and mark in a.text]
        faults += [(what, a.status_code) for a in answers if a.status_code not in (200, 303, 401, 404, 500)]
        found = {row.code for row in altered(office)}
        faults += [(what, found)] if found != {f"{code}.altered"} else []
        office.store.close()
        shutil.copy(whole, database)
        office.forget()

    assert faults == []
    assert [(answer.request.path, answer.status_code) for answer in (ask() for ask in asked)] == before
    assert {status for _path, status in before} == {200}, before


def test_one_damaged_line_leaves_the_others_and_counts_nowhere(
    office: Engine, app: APIFlask, case: dict[str, Any]
) -> None:
    with office.store.transaction() as tx:
        ordinal = registers.take(tx, SERIES, 2026)
        numbers.note(tx, series=SERIES, year=2026, ordinal=ordinal, text="华远发〔2026〕2号", at=office.now())
    change(office, "UPDATE taken_number SET text = '华沅发〔2026〕1号' WHERE ordinal = 1")
    change(office, "UPDATE archive SET pieces = 77")
    change(office, "UPDATE definition SET title = '发丈' WHERE key = 'document_issue'")
    clerk, caller = Person(app.test_client(), CLERK), Caller(app.test_client(), "auditor")

    book, line = clerk.open(f"/numbers/{SERIES}/2026").text, caller.get("/archives").get_json()
    begun = Caller(app.test_client(), DRAFTER).post("/instances", {"process": "document_issue", "data": {}})

    assert "华远发〔2026〕2号" in book
    assert HIDDEN in book
    assert (line["counts"]["lines"], line["counts"]["total"], line["counts"]["pieces"]) == (1, 0, 0)
    assert (line["lines"][0]["number"], line["lines"][0]["state"]) == (case["n"], "数据与写入时不一致")
    assert begun.status_code in (201, 422)  # a version without a name goes on working
    assert caller.get(f"/instances/{case['n']}").status_code == 200


def test_from_an_altered_epoch_nobody_is_let_in(office: Engine, app: APIFlask, case: dict[str, Any]) -> None:
    ended, caller = Person(app.test_client(), DRAFTER), Caller(app.test_client(), DRAFTER)
    with office.store.transaction() as tx:
        accounts.end_sessions(tx, people.actor(office, DRAFTER).id)
    was = ended.open("/inbox").status_code
    change(office, f"UPDATE person SET session_epoch = session_epoch - 1 WHERE login = '{DRAFTER}'")

    page, call = ended.open("/inbox"), caller.get("/inbox")
    again = app.test_client().post("/api/v1/tokens", json={"login": DRAFTER, "password": "sanban-demo"})

    assert (was, page.status_code) == (303, 303)
    assert call.status_code == 401
    assert (again.status_code, again.get_json()["code"]) == (500, "people.altered")


def test_a_request_that_is_repeated_is_not_told_an_answer_that_decayed(office: Engine) -> None:
    drafter = people.actor(office, DRAFTER)
    answered = cases.start(office, "document_issue", DOCUMENT, drafter, key="once")
    change(office, "UPDATE idempotency SET answer = replace(answer, '冬季', '夏季') WHERE key LIKE '%once'")

    with pytest.raises(Altered) as refused:
        cases.start(office, "document_issue", DOCUMENT, drafter, key="once")

    assert "冬季" in answered.title
    assert refused.value.reason == "answer.altered"
    assert "answer.altered" in {finding.code for finding in doctor.examine(office).violations}

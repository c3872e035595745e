"""Who administers the system runs cases and reads none: no page, call, list, search, file or export tells (094)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from engine.store import archives, house, instances, jobs, notices, numbers, pauses, registers
from engine.verbs import files, inbox, moving, notifications, people, work
from engine.verbs import instances as cases
from engine.verbs.registers import names
from tests.browser.office import DOCUMENT, SEAL
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.matters import hand_over
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.shared_office import copied_office
from tests.web.test_companies import LENDING, MARK, SAID, Theirs, shown_to
from web import create_app

ADMINISTRATORS = {"admin": "sanban-demo", "keeper_of_rights": SAID}


@pytest.fixture(scope="module")
def office(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One office for all of them."""
    yield from copied_office(furnished_home, tmp_path_factory.mktemp("caretakers"))


@pytest.fixture(scope="module")
def app(office: Engine, theirs: Theirs) -> APIFlask:
    return create_app(office)


@pytest.fixture(scope="module")
def theirs(office: Engine) -> Theirs:
    """Cases with the mark wherever somebody writes: form, opinion, attachment, paper, pause, reason, letter, job."""
    passwords.add_person(office, "keeper_of_rights", "某人", SAID, roles=("user", "security"))
    number, item = _document(office)
    file_id = files.put(office, f"{MARK}.pdf", [b"%PDF-1.4"], people.actor(office, "rlb1"), instance=number).id
    over = cases.start(office, "archive_lending", LENDING, people.actor(office, "cb_zhuren")).number
    cases.void(office, over, people.actor(office, "admin"), reason=f"{MARK}停办")
    away = cases.start(office, "seal_use", SEAL | {"file_name": MARK, "purpose": MARK}, people.actor(office, "rlb1"))
    tomorrow = office.now() + timedelta(days=1)
    leave = people.take_leave(office, _holder(office, away.number, "rlb1"), None, since=office.now(), until=tomorrow)
    left = cases.start(office, "archive_lending", LENDING, people.actor(office, "cb_zhuren"))
    slip = people.deactivate(office, _holder(office, left.number, "cb_zhuren"), None, to="cb_wenshu")
    assert slip is not None
    matter = hand_over(office, f"{MARK}督办", lead="cb", due="2026-03-20 12:00")
    with office.store.transaction() as tx:
        found = _rows(office, tx, number, over, file_id)
    inbox.catch_up(office)
    parameters = {"number": number, "item": item, "file_id": file_id, "login": "rlb1", "matter": matter}
    return Theirs({"leave": leave, "slip": slip.id, "row": leave, **parameters, **found}, item)


def _holder(office: Engine, number: str, by: str) -> str:
    """Login of whoever has it now."""
    at = cases.get(office, number, people.actor(office, by)).items
    holder = people.directory(office).person(next(i.performer_id for i in at if i.state == "open"))
    assert holder is not None
    return holder.login


def _document(office: Engine) -> tuple[str, int]:
    """A document that its head has agreed to in words, chased in words; number and the item that is open."""
    clock, drafter = cast(FakeClock, office.now), people.actor(office, "rlb1")
    marked = DOCUMENT | {"title": f"关于{MARK}的通知", "body": f"各公司：\n{MARK}一事照办。"}
    number = cases.start(office, "document_issue", marked, drafter).number
    head = people.actor(office, "rlb_head")
    clock.advance(timedelta(seconds=30))
    mine = work.mine(office, number, head)
    assert mine is not None
    work.decide(office, mine, "approve", head, opinion=f"{MARK}，同意。")
    clock.advance(timedelta(seconds=30))
    cases.urge(office, number, drafter, text=f"请快办{MARK}")
    item = next(i.id for i in cases.get(office, number, drafter).items if i.state == "open")
    work.save_draft(office, f"item:{item}", {"body": MARK}, drafter, title=MARK)
    return number, item


def _rows(office: Engine, tx: Any, number: str, over: str, file_id: str) -> dict[str, Any]:
    """Lines of registers, a number, incidents, a pause, a job and an archive of these cases."""
    case, ended, at = instances.by_number(tx, number), instances.by_number(tx, over), office.now()
    record = 0
    for name, _title in names(office):
        data = {"unit": "rlb", "title": MARK, "topic": MARK, "due": "2026-03-01T09:00:00+08:00", "seal": MARK}
        line = registers.NewLine(label=f"{MARK}{name}", state="", data=data, instance_id=case.id, at=at, by=1)
        added = registers.add(tx, name, line)
        record = added if name == "archive_lending" else record
    numbers.note(
        tx, series="华远函", year=2026, ordinal=900, text="华远函〔2026〕900号", at=at, reason=MARK,
        instance_id=case.id, person_id=case.initiator_id,
    )  # fmt: skip
    incident = house.open_incident(tx, kind="oral", message=f"异议：{MARK}", at=at, instance_id=case.id)
    house.open_incident(tx, kind="file", message=f"附件“{MARK}.pdf”查出病毒", at=at)
    activity = instances.activities(tx, case.id)[-1]
    pause = pauses.add(
        tx, instance_id=case.id, activity_id=activity.id, code="P1", basis=MARK, days=3, state="asked",
        asked_by=case.initiator_id, asked_at=at,
    )  # fmt: skip
    parts = [jobs.Part(MARK, {})]
    job = jobs.add(tx, parts, kind="decide", title="批量办理 1 件", person_id=case.initiator_id, asked_at=at, facts={})
    notice = next(notice for notice, _login in notices.of_instance(tx, case.id))
    archives.ask(tx, ended.id, ended_at=at, retention="永久", next_try=at, digest="0" * 64)
    archive = archives.of_instance(tx, ended.id)[0].id
    archives.change(tx, archive, state="made")
    return {
        "record": record, "incident": incident, "job": job, "notice": notice.id, "archive": archive, "pause": pause,
    }  # fmt: skip


ASKED = ("", "?q=光伏", "?everybody=1&standing=1&state=all&light=all")


@pytest.mark.parametrize("login", sorted(ADMINISTRATORS))
def test_no_route_shows_an_administrator_what_people_wrote_in_a_case(app: APIFlask, theirs: Theirs, login: str) -> None:
    shown, failed = shown_to(app, theirs, login, ADMINISTRATORS[login], ASKED)

    assert shown == []
    assert failed == []


def test_whoever_may_read_finds_the_mark_in_all_these_places(app: APIFlask, theirs: Theirs) -> None:
    shown, _failed = shown_to(app, theirs, "ducha_a", "sanban-demo", ASKED)

    assert {
        "instances.overview", "instances.history", "instances.attachments", "instances.print_sheet", "api.get_instance",
        "api.get_item", "api.explain", "inbox.search", "api.search", "notifications.log", "notifications.ledger",
        "api.pauses_of", "supervision.overview", "archives.index", "archives.export", "registers.sheet",
        "registers.table", "registers.line", "seals.register",
    } <= {endpoint for endpoint, _path in shown}  # fmt: skip


def test_an_administrator_sees_what_it_takes_to_run_a_case(app: APIFlask, office: Engine, theirs: Theirs) -> None:
    number = theirs.given["number"]
    person, program = Person(app.test_client(), "admin"), Caller(app.test_client(), "admin")
    whole = cases.get(office, number, people.actor(office, "rlb1"))
    held = next(item for item in whole.items if item.state == "open")

    page, told = person.open(f"/d/{number}").text, program.get(f"/instances/{number}").get_json()

    assert all(word in page for word in (number, whole.process_title, held.performer, held.name, "表单、意见、文件"))
    assert f"/d/{number}/act/move" in page
    assert f"/d/{number}/print" not in page
    assert (told["contents"], told["data"], told["title"]) == (False, {}, whole.process_title)
    assert told["activities"][0]["items"][0]["performer"] == held.performer
    assert [line["verb"] for line in told["history"]] == [entry.verb for entry in whole.history]
    assert {line["opinion"] for line in told["history"]} == {""}
    assert person.open(f"/search?q={number}").location.endswith(f"/d/{number}")
    for path in (f"/d/{number}/files", f"/d/{number}/print", f"/d/{number}/why", f"/files/{theirs.given['file_id']}"):
        assert person.open(path).status_code == 404


def test_an_administrator_reads_of_a_notice_what_kind_it_is_and_no_code(app: APIFlask, theirs: Theirs) -> None:
    person, number = Person(app.test_client(), "admin"), theirs.given["number"]

    log = person.open(f"/notifications/log/{number}").text

    assert ">新待办</a>" in log
    assert "T-NEW" not in log
    one = re.search(r'href="(/notifications/\d+)">新待办', log)
    assert one
    assert '<h2 class="notice-head">新待办</h2>' in person.open(one[1]).text


def test_an_administrator_with_a_part_or_an_office_that_reads_reads(
    app: APIFlask, office: Engine, theirs: Theirs
) -> None:
    passwords.add_person(office, "both", "双职", SAID, roles=("user", "admin", "supervisor"))
    own = cases.start(
        office, "document_issue", DOCUMENT | {"title": f"关于{MARK}的通知"}, people.actor(office, "admin")
    ).number

    assert MARK in Person(app.test_client(), "both", SAID).open(f"/d/{theirs.given['number']}").text
    assert MARK in Person(app.test_client(), "admin").open(f"/d/{own}").text


def test_what_administrators_are_told_of_a_case_is_told_without_its_words(office: Engine, theirs: Theirs) -> None:
    number, admin = theirs.given["number"], people.actor(office, "admin")
    people.add_person(office, "second", "第二管理员", None, roles=["user", "admin"])

    moving.ask_move(office, number, admin, enter=["FW10"], reason="走错。")

    (letter,) = notifications.centre(office, people.actor(office, "second"))
    assert number in letter.title + letter.body or letter.number == number
    assert MARK not in letter.title + letter.body

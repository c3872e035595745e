"""The page that takes a roster over: nothing before it is applied, faults by row and column, and only what was seen."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from engine.runtime import Engine
from engine.settings import Settings
from engine.store import house_record
from engine.verbs import people
from tests.support.clock import FakeClock
from tests.support.directory import running_directory
from tests.support.rosters import HEAD, as_csv, as_workbook, roster_of
from tests.web.cases import HEAD as OF_THE_DEPARTMENT
from tests.web.cases import document
from tests.web.pages import Person

PAGE = "/admin/org/import"
ROW_FAULTS = (
    ("没有姓名", "No name"),
    ("没有这个单位；新单位请写名称", "No such unit; a new one needs a name"),
    ("应为 否、0、是、1", "Has to be one of 否, 0, 是, 1"),
)


@pytest.fixture
def admin(app: APIFlask) -> Person:
    return Person(app.test_client(), "admin")


def looked_at(person: Person, content: bytes, name: str = "花名册.xlsx") -> TestResponse:
    upload = FileStorage(io.BytesIO(content), name)
    return person.send(f"{PAGE}/preview", {"table": upload}, page=PAGE, content_type="multipart/form-data")


def applied(person: Person, page: str) -> TestResponse:
    fields = dict(part.split('" value="') for part in page.split('<input type="hidden" name="')[1:] if '"' in part)
    told = {name: fields[name].split('"')[0] for name in ("file", "seen", "csrf_token")}
    return person.client.post(PAGE, data=told)


def test_a_roster_is_previewed_with_the_work_of_leavers_and_then_applied(
    office: Engine, admin: Person, clock: FakeClock
) -> None:
    number = document(office, clock)
    clock.advance(timedelta(minutes=1))
    rows = [row for row in roster_of(office) if row[0] != OF_THE_DEPARTMENT]

    page = looked_at(admin, as_workbook(rows)).text

    assert number in page
    assert '<b data-figure="离岗">1</b>' in page
    still = people.directory(office).person(OF_THE_DEPARTMENT)
    assert still is not None
    assert still.active
    answer = applied(admin, page)
    assert (answer.status_code, answer.location) == (303, "/admin/org")
    gone = people.directory(office).person(OF_THE_DEPARTMENT)
    assert gone is not None
    assert not gone.active
    with office.store.reading() as tx:
        assert [entry.verb for entry in house_record.entries(tx)] == ["roster"]
    assert "没有变化" in looked_at(admin, as_workbook(rows)).text


def test_three_bad_rows_among_many_are_listed_and_nothing_is_taken(office: Engine, admin: Person) -> None:
    """Acceptance point 63 of the pages."""
    rows = roster_of(office)
    for n in range(500):
        bad = n in (7, 250, 499)
        rows.append([f"new{n}", "" if bad else f"新人{n}", "cwb", "", "", "", "staff", "", "", "是", "", ""])
    lines = [len(rows) - 500 + n + 1 for n in (7, 250, 499)]

    answer = looked_at(admin, as_csv(rows), "花名册.csv")

    assert answer.status_code == 422
    assert '<b data-figure="faults">3</b>' in answer.text
    for line in lines:
        assert f'<th scope="row" class="r">{line}</th><td class="nowrap">姓名</td>' in answer.text
    assert people.directory(office).person("new1") is None


def test_what_is_wrong_is_said_in_the_language_of_the_page(office: Engine, admin: Person) -> None:
    wrong = (
        ["n1", "", "cwb", "staff", ""],
        ["n2", "新人", "nowhere", "xx", ""],
        ["n3", "新人", "cwb", "staff", "maybe"],
    )
    rows = [
        *roster_of(office),
        *([a, b, unit, "", "", "", post, "", "", main, "", ""] for a, b, unit, post, main in wrong),
    ]

    chinese = looked_at(admin, as_csv(rows), "a.csv").text
    admin.send("/settings/language", {"language": "en"})
    english = looked_at(admin, as_csv(rows), "a.csv").text

    for zh, en in ROW_FAULTS:
        assert (zh in chinese, en in chinese) == (True, False)
        assert (zh in english, en in english) == (False, True)


def test_what_changed_after_the_preview_is_looked_at_again(office: Engine, admin: Person) -> None:
    rows = roster_of(office)
    rows.append(["neu", "新人", "cwb", "", "", "", "staff", "", "", "是", "", ""])
    page = looked_at(admin, as_csv(rows), "a.csv").text
    people.add_person(office, "late", "后来的人", None)

    answer = applied(admin, page)

    assert (answer.status_code, "请重新预览" in answer.text) == (422, True)
    assert people.directory(office).person("neu") is None


def test_half_a_roster_is_held_back_on_the_page(office: Engine, admin: Person) -> None:
    rows = roster_of(office)

    page = looked_at(admin, as_csv(rows[: len(rows) // 2]), "a.csv").text

    assert "已暂缓" in page
    assert 'name="seen"' not in page


@pytest.mark.parametrize(("content", "name"), [(b"", "a.csv"), (b"%PDF-1.4", "a.xlsx"), (b"a,b\n1,2", "a.csv")])
def test_a_file_that_is_no_roster_is_refused_in_words(admin: Person, content: bytes, name: str) -> None:
    answer = looked_at(admin, content, name)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_directory_is_compared_and_taken_over_on_the_page(
    office: Engine, app: APIFlask, admin: Person, tmp_path: Path
) -> None:
    token = admin.hidden(PAGE)
    unset = admin.client.post(f"{PAGE}/directory", data=token)
    assert (unset.status_code, "没有设置目录服务" in unset.text) == (422, True)

    with running_directory(tmp_path) as directory:
        office.settings = Settings(**{**directory.settings(), "home": office.settings.home})  # type: ignore[arg-type]
        assert "与目录服务比较" in admin.open(PAGE).text
        page = admin.client.post(f"{PAGE}/directory", data=token).text
        assert '<b data-figure="新增">2</b>' in page
        assert applied(admin, page).status_code == 303
    assert people.directory(office).person("stranger") is not None
    down = admin.client.post(f"{PAGE}/directory", data=token)
    assert (down.status_code, "目录服务暂时不能访问" in down.text) == (422, True)


def test_the_template_and_the_page_are_for_administrators(app: APIFlask, admin: Person) -> None:
    template = admin.open(f"{PAGE}/template")

    assert template.data.decode("utf-8-sig").startswith("登录名,姓名,单位代码")
    assert set(HEAD) <= set(template.data.decode("utf-8-sig").splitlines()[0].split(","))
    assert Person(app.test_client(), OF_THE_DEPARTMENT).open(PAGE).status_code == 403

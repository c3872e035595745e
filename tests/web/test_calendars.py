"""``/admin/calendars`` without scripts: the year, a day, office hours, the notice previewed and applied, progress."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import calendars
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in

YEAR = "/admin/calendars?year=2026"
IMPORT = "/admin/calendars/import"


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """The administrator looks."""
    return sign_in(client, "admin")


def figure(page: str, name: str) -> int:
    found = re.search(rf'data-figure="{name}">(\d+)<', page)
    assert found, f"no figure {name}"
    return int(found[1])


def test_the_year_names_every_kind_of_day(admin: FlaskClient) -> None:
    page = admin.get(YEAR).text

    assert figure(page, "working") == 248
    assert 'aria-label="2 月 17 日 周二 休（放假） 春节"' in page
    assert 'aria-label="2 月 14 日 周六 班（调休上班） 春节"' in page
    assert page.count("<td class=") == 365
    assert "暂定" not in page
    assert "放假安排还没有导入" in admin.get("/admin/calendars?year=2027").text


def test_a_day_is_set_from_its_form_and_leads_to_the_progress(
    admin: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    form = f"{YEAR}&day=2026-03-10"
    assert "现在：工作日" in admin.get(form).text

    answer = post(admin, "/admin/calendars/day", page=form, day="2026-03-10", kind="off", name="停电检修", scope="")

    assert answer.status_code == 303
    waiting = admin.get(answer.location).text
    assert "等待重算" in waiting
    assert 'http-equiv="refresh"' in waiting
    clock.advance(timedelta(seconds=3))
    calendars.work_off(office)
    done = admin.get(answer.location).text
    assert "已重算全部未办结件" in done
    assert 'http-equiv="refresh"' not in done
    assert 'aria-label="3 月 10 日 周二 休（放假） 停电检修"' in admin.get(YEAR).text


def test_hours_of_a_unit_show_only_there_and_can_be_dropped(admin: FlaskClient) -> None:
    answer = post(
        admin, "/admin/calendars/hours", page=YEAR, scope="rlb", name="夏令作息", hours="08:00-12:00、14:00-18:00",
        first="2026-06-01", last="2026-08-31",
    )  # fmt: skip

    assert answer.status_code == 303
    page = admin.get(f"{YEAR}&scope=rlb").text
    assert "夏令作息 2026-06-01 至 2026-08-31" in page
    assert "夏令作息 2026" not in admin.get(YEAR).text.split("最近变更")[0]
    row = re.search(r'name="id" value="(\d+)"', page)
    assert row
    assert post(admin, "/admin/calendars/hours/drop", page=YEAR, id=row[1]).status_code == 303
    assert "夏令作息 2026" not in admin.get(f"{YEAR}&scope=rlb").text.split("最近变更")[0]


@pytest.mark.parametrize("as_file", [False, True])
def test_a_notice_is_previewed_before_it_is_applied(admin: FlaskClient, as_file: bool) -> None:
    text = "国务院办公厅关于2032年部分节假日安排的通知\n一、春节：2月10日至18日放假调休。2月21日（周六）上班。"
    sent = {"file": (io.BytesIO(text.encode("gb18030")), "通知.txt")} if as_file else {"text": text}

    seen = post(admin, IMPORT, page=IMPORT, **sent)

    assert seen.status_code == 200
    assert figure(seen.text, "days") == 10
    assert 0 < figure(seen.text, "changed") < 10, "weekends within the holiday do not change"
    assert "导入后 2032 年不再是暂定" in seen.text
    assert "放假安排还没有导入" in admin.get("/admin/calendars?year=2032").text
    answer = post(admin, "/admin/calendars/apply", page=IMPORT, text=text)
    assert answer.status_code == 303
    assert "放假安排还没有导入" not in admin.get("/admin/calendars?year=2032").text


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (IMPORT, {"text": "今天放假"}, "节假日安排认不出来"),
        (IMPORT, {"file": (io.BytesIO(b"PK\x00\x03"), "a.xlsx")}, "文件不是文字"),
        (IMPORT, {"file": (io.BytesIO(b"PK\x03\x04"), "a.xlsx")}, "不是 Excel 文件"),
        ("/admin/calendars/day", {"day": "2026-13-01", "kind": "off"}, "日期“2026-13-01”不对"),
        ("/admin/calendars/day", {"day": "2026-03-10", "kind": "half", "hours": "上午"}, "办公时段“上午”认不出来"),
        ("/admin/calendars/hours", {"hours": "08:30-12:00", "first": "2026-06-01"}, "起止日期须成对"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(
    admin: FlaskClient, path: str, fields: dict[str, Any], said: str
) -> None:
    answer = post(admin, path, page=IMPORT, **fields)

    assert answer.status_code == 422
    assert said in answer.text


def test_a_workbook_is_previewed_and_its_wrong_lines_are_listed(admin: FlaskClient) -> None:
    def sent(*lines: tuple[str, ...]) -> dict[str, Any]:
        kept = io.BytesIO()
        book = xlsxwriter.Workbook(kept, {"strings_to_formulas": False})
        sheet = book.add_worksheet()
        for n, line in enumerate((("日期", "类型", "名称"), *lines)):
            sheet.write_row(n, 0, line)
        book.close()
        return {"file": (io.BytesIO(kept.getvalue()), "放假安排.xlsx")}

    good = post(admin, IMPORT, page=IMPORT, **sent(("2033-01-03", "休", "元旦"), ("2033-01-08", "班", "元旦调休")))
    bad = post(admin, IMPORT, page=IMPORT, **sent(("2033-01-03", "休", "元旦"), ("2033-01-38", "休", "=1+1")))

    assert good.status_code == 200
    assert (figure(good.text, "days"), figure(good.text, "changed")) == (2, 2)
    assert re.search(r'name="text" value="[^"]*2033-01-08,班,元旦调休', good.text)
    assert bad.status_code == 422
    assert '<th scope="row">3</th><td>日期</td><td>2033-01-38</td>' in bad.text
    assert "data:text/csv" in bad.text


def test_administrators_see_a_banner_from_november_and_others_never(
    client: FlaskClient, clock: FakeClock, admin: FlaskClient
) -> None:
    banner = "2027 年工作日历未导入"
    assert banner not in admin.get("/inbox").text

    clock.at("2026-11-05 09:00")
    sign_in(client, "admin")
    assert banner in client.get("/inbox").text
    assert banner not in sign_in(client.application.test_client(), "rlb1").get("/inbox").text


def test_nobody_else_sees_the_calendar(client: FlaskClient) -> None:
    other = sign_in(client, "zhuren")

    assert other.get(YEAR).status_code == 403
    assert other.get("/admin/calendars/changes/1").status_code == 403
    assert "/admin/calendars" not in other.get("/inbox").text


def test_pages_carry_no_inline_style_or_script(admin: FlaskClient) -> None:
    for path in (YEAR, f"{YEAR}&day=2026-03-10", IMPORT):
        assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]+src=)|\son\w+=", admin.get(path).text), path

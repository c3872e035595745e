"""Acceptance points 50, 51 and 62 in a real Chromium, and 64 and 67 for the pages of time."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import calendars, pauses
from tests.browser.barriers import violations
from tests.browser.office import document, open_item
from tests.support.live import Live

pytestmark = pytest.mark.browser

NOTICE = (
    "国务院办公厅关于2027年部分节假日安排的通知\n"
    "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    "二、春节：2月5日至11日放假调休，共7天。2月14日（周日）上班。\n"
)


def try_out(page: Page, live: Live, start: str, limit: str) -> str:
    """What the tester says."""
    page.goto(f"{live.url}/sla")
    page.locator("#start").fill(start)
    page.locator("#limit").fill(limit)
    page.get_by_role("button", name="试算").click()
    return page.locator('[data-figure="due"]').inner_text()


def test_point_50_four_working_hours_on_friday_are_due_on_monday_and_a_working_saturday_counts(
    live: Live, desktop: Page
) -> None:
    live.sign_in(desktop, "admin", "/sla")

    assert try_out(desktop, live, "2026-11-13T16:30", "4WH") == "2026-11-16 11:30"
    expect(desktop.locator(".stretches")).to_contain_text("跳过：周末")
    assert try_out(desktop, live, "2026-02-13T16:00", "1WD") == "2026-02-14 17:30"
    expect(desktop.locator(".stretches")).to_contain_text("调休上班")


def test_point_51_pause_stops_the_clock_resume_continues_both_in_the_record(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, "rlb_head", f"/t/{number}")
    bar = desktop.locator(".act-bar")
    bar.locator("summary", has_text="更多").click()
    bar.get_by_role("link", name="停表").click()
    dialog = desktop.locator("form[data-dialog]")
    dialog.get_by_label("P2 等上级批复").check()
    dialog.get_by_label("依据").fill("已报市国资委")
    dialog.get_by_role("button", name="提交申请").click()
    expect(desktop.locator("#toast")).to_contain_text("停表申请已提交")
    asked = pauses.of_instance(live.engine, number, live.actor("auditor"))[0]

    pauses.approve(live.engine, asked.id, live.actor("admin"), words="同意")
    live.clock.advance(timedelta(minutes=15))
    desktop.goto(f"{live.url}/inbox")
    expect(desktop.locator(".lamp.grey").first).to_be_visible()
    desktop.goto(f"{live.url}/d/{number}")
    desktop.get_by_role("button", name="恢复计时").click()

    expect(desktop.locator("#toast")).to_contain_text("已恢复计时")
    desktop.goto(f"{live.url}/d/{number}/history")
    record = desktop.locator(".timeline").first
    expect(record).to_contain_text("已报市国资委")
    expect(record).to_contain_text("恢复计时")
    assert open_item(live, number, "rlb_head")


def test_point_62_the_pasted_notice_is_previewed_applied_and_the_tester_changes(live: Live, desktop: Page) -> None:
    live.clock.at("2026-11-09 09:00")
    live.sign_in(desktop, "admin", "/sla")
    assert try_out(desktop, live, "2027-02-04T10:00", "1WD") == "2027-02-05 17:30"

    desktop.goto(f"{live.url}/admin/calendars/import")
    desktop.locator("#text").fill(NOTICE)
    desktop.get_by_role("button", name="预览变化").click()
    expect(desktop.locator('[data-figure="days"]')).to_have_text("11")
    expect(desktop.get_by_role("row", name=re.compile("2027-02-14.*班"))).to_be_visible()
    desktop.get_by_role("button", name="确认并重算时限").click()
    expect(desktop.get_by_role("progressbar")).to_be_visible()
    live.clock.advance(timedelta(seconds=3))
    calendars.work_off(live.engine)

    expect(desktop.get_by_text("已重算全部未办结件")).to_be_visible()
    assert try_out(desktop, live, "2027-02-04T10:00", "1WD") == "2027-02-12 17:30"
    desktop.goto(f"{live.url}/admin/calendars?year=2027")
    expect(desktop.get_by_role("link", name="2 月 14 日 周日 班（调休上班） 春节")).to_be_visible()


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_point_64_axe_finds_nothing_on_the_pages_of_time(
    live: Live, device: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(device)
    number = document(live)
    pauses.ask(
        live.engine, open_item(live, number, "rlb_head"), "P2", live.actor("rlb_head"), basis="已报市国资委", days=3
    )
    live.sign_in(page, "admin", "/sla")
    paths = (
        "/admin/calendars?year=2026",
        "/admin/calendars/import",
        "/sla?limit=4WH&start=2026-11-13T16:30",
        "/sla/document_issue",
        "/sla/document_issue/set?element=FW20",
        "/sla/document_issue/ladders/ESC-DOC",
        f"/d/{number}",
    )
    for theme in ("light", "dark"):
        for path in paths:
            page.goto(live.url + path)
            page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
            assert violations(page) == [], theme
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

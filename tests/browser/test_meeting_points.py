"""Acceptance points 42 and 43 in a real Chromium: a meeting that moves, its board, the rooms, and its template."""

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import meetings, people
from tests.support.clock import shanghai
from tests.support.gatherings import propose, suggest_revision
from tests.support.live import Live

pytestmark = pytest.mark.browser


@pytest.fixture
def meeting(live: Live) -> str:
    """Address of the board of a meeting whose checklist has just been handed out."""
    live.clock.at("2026-03-03 10:00")
    number = propose(live.engine, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    return f"/meetings/{number}"


def test_point_42_meeting_moved_by_three_working_days_previews_and_then_moves_its_entries(
    live: Live, meeting: str, desktop: Page
) -> None:
    live.sign_in(desktop, "zhuren", meeting)
    desktop.get_by_role("link", name="变更", exact=True).click()
    desktop.get_by_label("开始时间").fill("2026-03-31T14:30")
    desktop.get_by_label("结束时间").fill("2026-03-31T17:00")
    desktop.get_by_label("变更原因").fill("领导行程调整。")

    desktop.get_by_role("button", name="看差异清单").click()
    shown = desktop.locator('#difference [data-entry="B13"]')
    expect(shown).to_contain_text("2026-03-25 15:30")
    expect(shown).to_contain_text("2026-03-30 15:30")
    desktop.get_by_role("button", name="确认变更").click()
    expect(desktop.get_by_role("heading", name="变更记录")).to_be_visible()

    board = meetings.board(live.engine, meeting.rpartition("/")[2], people.actor(live.engine, "zhuren"))
    due = {e.code: e.deadline for phase in board.phases for e in phase.entries}
    assert due["A05"] == shanghai("2026-03-17 17:30")
    assert due["B13"] == shanghai("2026-03-30 15:30")


def test_point_43_board_needs_no_drag_an_entry_is_ticked_by_keyboard(live: Live, meeting: str, desktop: Page) -> None:
    live.sign_in(desktop, "zhuren", meeting)
    expect(desktop.locator("[draggable=true]")).to_have_count(0)

    desktop.locator("#e-A05").get_by_role("link", name="备注、不适用").focus()
    desktop.keyboard.press("Enter")

    expect(desktop.get_by_role("button", name="不适用")).to_be_visible()


def test_board_shows_the_same_entries_by_phase_by_owner_and_by_day(live: Live, meeting: str, desktop: Page) -> None:
    live.sign_in(desktop, "zhuren", meeting)
    every = desktop.locator(".entry-c").count()

    expect(desktop.get_by_role("heading", name="会前 筹备")).to_be_visible()
    desktop.get_by_role("link", name="按责任人").click()
    expect(desktop.get_by_role("link", name="按责任人")).to_have_attribute("aria-current", "true")
    expect(desktop.locator(".entry-c")).to_have_count(every)
    expect(desktop.locator(".lane-h h2").first).to_have_text(live.actor("zhuren").name)  # one's own first
    desktop.get_by_role("link", name="时间轴").click()
    expect(desktop.locator(".lane-h h2").first).to_contain_text("3 月 5 日")
    expect(desktop.locator(".entry-c")).to_have_count(every)
    assert desktop.url.endswith("view=line")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_rooms_show_what_is_taken_and_lead_to_it(live: Live, request: pytest.FixtureRequest, device: str) -> None:
    page: Page = request.getfixturevalue(device)
    live.clock.at("2026-03-03 10:00")
    number = propose(live.engine, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00", room="第一会议室")
    live.sign_in(page, "zhuren", "/rooms?day=2026-03-26")

    row = (
        page.get_by_role("row", name="第一会议室") if device == "desktop" else page.locator("tr", has_text="第一会议室")
    )
    expect(row).to_contain_text("14:30–17:00")
    page.get_by_role("link", name="上一周").click()
    expect(page.get_by_text("安全生产调度会")).to_have_count(0)
    page.get_by_role("link", name="下一周").click()
    page.get_by_role("link", name="安全生产调度会").click()
    expect(page).to_have_url(f"{live.url}/d/{number}")


def test_a_proposal_of_a_review_is_seen_accepted_and_followed_by_the_next_meeting(live: Live, desktop: Page) -> None:
    live.clock.at("2026-03-03 10:00")
    suggest_revision(live.engine, "B04", due="T-3")
    suggest_revision(live.engine, "A07", change="drop")
    old = propose(live.engine, "早立项的会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    live.clock.at("2026-03-03 10:30")
    live.sign_in(desktop, "ducha_a", "/meetings/template")

    desktop.get_by_label("修改 B04").check()
    desktop.get_by_role("button", name="看新版本的变化").click()
    expect(desktop.locator('#difference [data-entry="B04"]')).to_contain_text("截止：T-2 → T-3")
    desktop.get_by_label("采纳依据").fill("三月复盘会。")
    desktop.get_by_role("button", name="采纳，成为新版本").click()
    expect(desktop.get_by_role("heading", name="第 1 版")).to_be_visible()
    desktop.locator('[data-proposal="A07"] summary').click()
    desktop.get_by_label("不采纳 A07 的理由").fill("协调会仍要开。")
    desktop.get_by_role("button", name="确定不采纳").click()
    expect(desktop.get_by_text("没有待定的建议")).to_be_visible()

    live.clock.at("2026-03-03 11:00")
    new = propose(live.engine, "后立项的会", start="2026-03-26 14:30", end="2026-03-26 17:00", host="gm")
    live.open(desktop, f"/meetings/{new}")
    expect(desktop.locator(".board-facts")).to_contain_text("清单模板 第 1 版")
    expect(desktop.locator("#e-B04")).to_contain_text("T-3")
    live.open(desktop, f"/meetings/{old}")
    expect(desktop.locator(".board-facts")).to_contain_text("出厂版")
    expect(desktop.locator("#e-B04")).to_contain_text("T-2")

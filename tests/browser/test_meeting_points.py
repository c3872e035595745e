"""Acceptance points 42 and 43 in a real Chromium: a meeting that moves, and its board without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import meetings, people
from tests.support.clock import shanghai
from tests.support.gatherings import propose
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

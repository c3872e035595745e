"""Acceptance point 76: in English no page speaks Chinese but in what people wrote, and every label has its room."""

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import inbox
from tests.browser.barriers import await_drawn
from tests.browser.foreign_words import Written, clipped
from tests.browser.office import HEAD, document
from tests.support.browser import DESKTOP, PHONE
from tests.support.gatherings import propose
from tests.support.live import Live
from tests.support.matters import hand_over, wait_until

pytestmark = pytest.mark.browser

PAGES = {
    HEAD: ("/inbox", "/t/{number}", "/t/{number}/return", "/settings", "/settings/look"),
    "zhuren": (
        "/start", "/start/document_issue", "/d/{number}", "/d/{number}/history", "/d/{number}/diagram",
        "/d/{number}/why", "/supervision", "/meetings", "{board}",
        "/reports", "/registers", "/notifications",
    ),
    "designer": ("/processes", "/processes/document_issue"),
    "admin": ("/admin/users", "/admin/org", "/sla", "/incidents"),
}  # fmt: skip


def enter(live: Live, page: Page, login: str) -> None:
    """Choose English at the door, and go in."""
    page.context.clear_cookies()
    live.open(page, "/login")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_be_attached()
    live.sign_in(page, login)


def test_point_76_pages_in_english_speak_no_chinese_of_their_own_and_clip_no_label(live: Live, desktop: Page) -> None:
    live.clock.at("2026-03-03 10:00")
    hand_over(live.engine, "消防验收", lead="ahb", due="2026-03-06 17:30")
    board = propose(live.engine, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    number = document(live)
    wait_until(live.engine, live.clock, "2026-03-11 10:00")
    inbox.catch_up(live.engine)
    written = Written(live.engine)
    found: list[str] = []

    for login, paths in PAGES.items():
        enter(live, desktop, login)
        for path in paths:
            live.open(desktop, path.format(number=number, board=f"/meetings/{board}"))
            await_drawn(desktop)
            found += [*written.foreign(desktop), *clipped(desktop)]
            desktop.set_viewport_size(PHONE)
            found += clipped(desktop)
            desktop.set_viewport_size(DESKTOP)

    assert found == [], "\n".join(found)

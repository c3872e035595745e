"""Reading a lent file in a real browser: pages are pictures, nothing is printed, and it closes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import violations
from tests.support.lendings import opened
from tests.support.live import Live

pytestmark = pytest.mark.browser
BORROWER = "rlb2"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_the_borrower_reads_marked_pages_until_the_lending_closes(
    live: Live, request: pytest.FixtureRequest, device: str
) -> None:
    page: Page = request.getfixturevalue(device)
    number = opened(live.engine, live.clock, BORROWER)
    live.sign_in(page, BORROWER, f"/d/{number}")

    page.get_by_role("link", name="在线阅览（到").click()
    page.get_by_role("link", name="报告.pdf").click()
    first = page.get_by_role("img", name="报告.pdf 第 1 页")
    expect(first).to_be_visible()
    for one in (first, page.get_by_role("img", name="报告.pdf 第 2 页")):
        expect(one).to_have_js_property("naturalWidth", 1240)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    assert violations(page) == []
    page.emulate_media(media="print")
    expect(first).to_be_hidden()
    expect(page.get_by_text("在线阅览件不得打印。")).to_be_visible()
    page.emulate_media(media="screen")

    live.clock.set("2026-03-21T00:00:00+08:00")
    live.sign_in(page, BORROWER, f"/reading/{number}/2")
    expect(page.get_by_text("在线阅览已于 2026-03-20 23:59 到期关闭")).to_be_visible()
    expect(page.get_by_role("img", name="报告.pdf 第 1 页")).to_have_count(0)

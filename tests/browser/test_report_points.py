"""Acceptance point 54 in a real Chromium on a desk and a phone; 64, 67 and 68 for the pages of reports."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from engine.examples import play
from engine.settings import SHIPPED
from engine.verbs import reports
from tests.browser.barriers import violations
from tests.support.live import Live

pytestmark = pytest.mark.browser

EXAMPLE = SHIPPED / "document_issue" / "examples" / "returned-again.toml"
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)


def frozen_month(live: Live) -> str:
    """A document that was returned and issued; its month is frozen."""

    def go(at: datetime) -> None:
        live.clock.set(at.isoformat())

    assert play(live.engine, go, EXAMPLE.read_text(encoding="utf-8")).faults == []
    month = f"{live.clock():%Y-%m}"
    year, number = int(month[:4]), int(month[5:]) + 1
    live.clock.at(f"{year + number // 13}-{(number - 1) % 12 + 1:02}-12 10:00")
    assert reports.freeze_due(live.engine)
    return month


def test_point_54_numbers_equal_their_lists_and_the_snapshot_is_printed(live: Live, desktop: Page) -> None:
    month = frozen_month(live)
    live.sign_in(desktop, "ducha_a", f"/reports/timeliness/{month}")

    for size in (DESK, PHONE):
        desktop.set_viewport_size(size)
        for path in (f"/reports/timeliness/{month}", f"/reports/timeliness/{month}/list/done", "/reports/forecast"):
            desktop.goto(live.url + path)
            assert violations(desktop) == [], (path, size)
            assert desktop.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)

    desktop.set_viewport_size(DESK)
    desktop.goto(f"{live.url}/reports/timeliness/{month}")
    expect(desktop.locator('[data-figure="snapshot"]')).to_contain_text(f"S{month.replace('-', '')}-")
    for kind in ("due", "done", "returned"):
        desktop.goto(f"{live.url}/reports/timeliness/{month}")
        number = desktop.locator(f'[data-figure="{kind}"] a')
        told = number.inner_text()
        number.click()
        expect(desktop.locator('[data-figure="total"]')).to_have_text(told)
        assert desktop.locator(".report-grid tbody tr").count() == int(told)
    desktop.goto(f"{live.url}/reports/timeliness/{month}")
    desktop.locator("#formulas summary").click()
    expect(desktop.locator("#formulas")).to_contain_text("因未交接造成的超期")
    with desktop.expect_download() as file:
        desktop.get_by_role("link", name="导出 Excel").click()
    assert file.value.suggested_filename == f"timeliness-{month}.xlsx"


def test_charts_draw_the_tables_beside_them_and_lead_to_the_same_lists(live: Live, desktop: Page) -> None:
    said: list[str] = []
    desktop.on("console", lambda message: said.append(message.text))
    desktop.on("pageerror", lambda error: said.append(str(error)))
    month = frozen_month(live)
    live.sign_in(desktop, "ducha_a", f"/reports/timeliness/{month}")

    units = desktop.locator('[data-table="units-table"]')
    expect(units.locator("svg")).to_be_visible()
    for name in desktop.locator("#units-table tbody th").all_inner_texts():
        expect(units).to_contain_text(name)
    assert desktop.locator('[data-table="returns-table"] svg').count() == 1
    assert desktop.locator('[data-chart][role="img"][aria-label]').count() == desktop.locator("[data-chart]").count()
    shown = desktop.locator('#units-table td[data-series="按时"] a').first
    told, leads = shown.inner_text(), shown.get_attribute("href") or ""
    units.get_by_text(told, exact=True).last.click()  # the bar's own; the first one is the axis's
    expect(desktop.locator('[data-figure="total"]')).to_have_text(told)
    assert desktop.url.endswith(leads)
    assert said == []  # the policy of the pages forbids nothing that the charts want

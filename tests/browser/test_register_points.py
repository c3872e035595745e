"""Acceptance points 45, 46, 63 (import), 64 and 68 for registers in a real Chromium."""

from datetime import datetime

import pytest
from playwright.sync_api import FilePayload, Page, expect

from engine.examples import play
from engine.settings import SHIPPED
from engine.verbs import registers
from tests.browser.barriers import choose_theme, violations
from tests.support.live import Live

pytestmark = pytest.mark.browser

HEAD = "证照名称,类别,持证单位,有效期至\n"


def table(text: str) -> FilePayload:
    return FilePayload(name="licences.csv", mimeType="text/csv", buffer=(HEAD + text).encode("utf-8-sig"))


@pytest.fixture
def out(live: Live) -> None:
    """The official seal was taken out on 2026-03-11, is due at 17:30, and is not back at 18:00."""

    def go(at: datetime) -> None:
        live.clock.set(at.isoformat())

    script = (SHIPPED / "seal_use" / "examples" / "off-site.toml").read_text(encoding="utf-8")
    assert play(live.engine, go, script[: script.index('[[do]]\nat = "2026-03-11 16:50"')]).faults == []
    live.clock.at("2026-03-11 18:00")


def test_point_46_a_seal_that_is_not_back_shows_red_and_appears_in_supervision(
    live: Live, out: None, desktop: Page
) -> None:
    live.sign_in(desktop, "ducha_a", "/supervision")

    late = desktop.get_by_role("region", name="外带、借出未还")
    expect(late.locator(".due.red")).to_contain_text("超期未还")
    expect(late).to_contain_text("公章外带-2026-1")
    late.get_by_role("link", name="公章外带-2026-1").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("公章外带-2026-1")
    expect(desktop.locator(".title-line .due.red")).to_contain_text("超期未还")
    expect(desktop.get_by_text("市公共资源交易中心")).to_be_visible()


def test_a_start_form_says_who_approves_and_why_and_that_the_seal_is_out(live: Live, out: None, desktop: Page) -> None:
    live.sign_in(desktop, "rlb1", "/start/seal_use")

    desktop.get_by_label("用印文件名称").fill("授权委托书（劳动仲裁）")
    desktop.get_by_label("文件类型").select_option("授权委托书")

    expect(desktop.locator("#way [data-why]").first).to_contain_text("授权、承诺、投标、诉讼文书必须法务审核")
    picker = desktop.get_by_role("combobox", name="印章", exact=True)
    picker.click()
    desktop.get_by_role("button", name="去掉 公章").click()
    picker.fill("公章")
    expect(desktop.locator(".picker-list [role=option]").first).to_contain_text("外带，预计归还 2026-03-11 17:30")


def test_point_63_an_import_with_bad_rows_applies_nothing_and_lists_them(live: Live, desktop: Page) -> None:
    live.clock.at("2026-03-11 09:00")
    live.sign_in(desktop, "wenshu_a", "/registers/licence/import")
    choose = desktop.get_by_label("表格（.xlsx 或 .csv")

    bad = "".join(f"资质证书{n},{'许可类' if n % 10 else '别类'},group,2027-06-30\n" for n in range(1, 31))
    choose.set_input_files(table(bad))
    desktop.get_by_role("button", name="预览").click()

    expect(desktop.get_by_role("alert")).to_contain_text("有 3 处问题，还没有导入任何一行")
    expect(desktop.get_by_role("rowheader")).to_have_text(["11", "21", "31"])
    choose.set_input_files(table(bad.replace("别类", "许可类")))
    desktop.get_by_role("button", name="预览").click()
    desktop.get_by_role("button", name="全部导入").click()
    expect(desktop.locator('[data-figure="total"]')).to_have_text("34")


def test_point_45_a_change_links_both_lines_and_nothing_can_be_deleted(live: Live, desktop: Page) -> None:
    live.clock.at("2026-03-11 09:00")
    live.sign_in(desktop, "wenshu_a", "/registers/licence?q=供热")
    desktop.get_by_role("link", name="供热经营许可证").click()
    desktop.get_by_role("link", name="变更").click()
    desktop.get_by_label("有效期至").fill("2028-03-31")
    desktop.get_by_label("变更原因").fill("已延续三年。")
    desktop.get_by_role("button", name="登记变更").click()

    chain = desktop.locator(".chain li")
    expect(chain).to_have_count(2)
    expect(chain.first).to_contain_text("有效期至：2027-03-31 2028-03-31")
    expect(desktop.get_by_role("button", name="删除")).to_have_count(0)
    chain.last.get_by_role("link").first.click()
    expect(desktop.locator(".notice.warn")).to_contain_text("以后来的为准")


@pytest.mark.parametrize(("device", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_point_64_and_68_the_pages_of_registers_are_accessible_and_not_wider_than_the_screen(
    live: Live, out: None, request: pytest.FixtureRequest, device: str, theme: str
) -> None:
    page: Page = request.getfixturevalue(device)
    record = registers.rows(live.engine, "seal", live.actor("admin"), standing=True).lines[0].id
    live.sign_in(page, "admin", "/settings/look")
    choose_theme(page, theme)

    found: list[str] = []
    for path in (
        "/registers", "/registers/seal", "/registers/seal_out", "/registers/licence", f"/registers/seal/{record}",
        "/registers/seal/new", f"/registers/seal/{record}/change", "/registers/seal/import", "/supervision",
    ):  # fmt: skip
        live.open(page, path)
        found += violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{path} is wider than the screen"] if wide else []
    assert found == [], "\n".join(found)

"""Acceptance points 64 and 67: no accessibility violation in any theme and width, and work goes on without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.barriers import await_drawn, choose_theme, violations, violations_in_both_themes
from tests.browser.office import DRAFTER, HEAD, document, holder, open_steps, seal_use, to_step
from tests.support.browser import DESKTOP
from tests.support.live import Live

pytestmark = pytest.mark.browser

OURS = (
    "/inbox", "/done", "/mine", "/cc", "/drafts", "/search?q=通知", "/t/{number}", "/t/{number}/return",
    "/t/{number}/ask/transfer", "/d/{number}", "/d/{number}/history", "/d/{number}/diagram", "/d/{number}/files",
    "/d/{number}/print", "/following", "/start", "/start/document_issue", "/settings", "/settings/phrases",
    "/settings/look", "/settings/shortcuts", "/settings/tokens", "/notifications", "/notifications?kind=todo",
    "/no-such-page",
)  # fmt: skip


ALWAYS_LIGHT = ("/print", "/no-such-page")  # paper, and what must show when nothing else does


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_point_64_axe_finds_nothing_on_any_of_our_pages_in_either_theme(
    live: Live, request: pytest.FixtureRequest, device: str
) -> None:
    page: Page = request.getfixturevalue(device)
    number = document(live)
    document(live, "关于开展春季植树活动的通知", urgency="特急")
    seal_use(live)
    live.clock.at("2026-03-10 10:00")
    live.open(page, "/login")
    found = violations(page)
    live.sign_in(page, HEAD, "/settings/look")
    for theme in ("light", "dark"):
        choose_theme(page, theme)

    for path in OURS:
        live.open(page, path.format(number=number))
        await_drawn(page)
        found += violations_in_both_themes(page, always_light=path.endswith(ALWAYS_LIGHT))

    assert found == [], "\n".join(found)


def test_point_64_axe_finds_nothing_in_dialogs_toast_and_refused_forms(live: Live, desktop: Page) -> None:
    document(live)
    document(live, "关于开展春季植树活动的通知")
    live.sign_in(desktop, HEAD, "/inbox")
    desktop.keyboard.press("r")
    expect(desktop.get_by_role("dialog", name="退回")).to_be_visible()
    desktop.get_by_role("dialog").get_by_role("button", name="退回").click()
    found = violations(desktop)
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("?")
    found += violations(desktop)
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("x")
    desktop.get_by_role("button", name="批量同意").click()
    expect(desktop.get_by_role("alertdialog")).to_be_visible()
    found += violations(desktop)
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("a")
    expect(desktop.locator("#toast")).to_be_visible()
    found += violations(desktop)
    live.open(desktop, "/start/document_issue")
    desktop.get_by_role("button", name="提交").click()
    expect(desktop.locator(".notice.bad")).to_be_visible()
    found += violations(desktop)

    assert found == [], "\n".join(found)


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    """A page of a browser in which scripts are switched off."""
    context: BrowserContext = browser.new_context(
        viewport=DESKTOP, java_script_enabled=False, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context.new_page()
    context.close()


def test_point_67_without_a_script_list_task_approval_and_undo_work(live: Live, scriptless: Page) -> None:
    first, second = document(live), document(live, "关于开展春季植树活动的通知")
    live.sign_in(scriptless, HEAD, "/inbox")
    expect(scriptless.locator("#rows .row-i")).to_have_count(2)
    scriptless.locator("#preview .b.ok").click()
    expect(scriptless.locator("#rows .row-i")).to_have_count(1)
    expect(scriptless.locator("#toast")).to_contain_text("已同意")
    assert open_steps(live, first) == ["FW40"]

    scriptless.locator("#toast").get_by_role("button", name=re.compile("撤销")).click()
    expect(scriptless.locator("#rows .row-i")).to_have_count(2)
    scriptless.locator("#rows .name", has_text="植树").click()
    expect(scriptless.locator(".paper-title")).to_be_visible()
    expect(scriptless.locator("#record .entry").first).to_be_visible()
    scriptless.locator("#opinion").fill("同意，请抓好落实。")
    scriptless.locator(".act-bar .b.ok").click()

    expect(scriptless.locator("#rows .row-i")).to_have_count(1)
    assert open_steps(live, second) == ["FW40"]


def test_point_67_without_a_script_a_document_is_returned(live: Live, scriptless: Page) -> None:
    number = document(live)
    live.sign_in(scriptless, HEAD, f"/t/{number}")
    scriptless.locator(".act-bar").get_by_role("link", name="退回").click()
    scriptless.get_by_role("button", name="退回").click()
    expect(scriptless.locator("#why-wrong")).to_be_visible()
    assert open_steps(live, number) == ["FW20"]
    scriptless.locator("#why").fill("请补充依据。")
    scriptless.get_by_label("主旨不清").check()

    scriptless.get_by_role("button", name="退回").click()

    expect(scriptless.locator("#toast")).to_contain_text("已退回")
    assert holder(live, number) == DRAFTER


def test_point_67_without_a_script_a_document_is_started_and_printed(live: Live, scriptless: Page) -> None:
    live.sign_in(scriptless, DRAFTER, "/start/document_issue")
    scriptless.get_by_label("文件标题").fill("关于开展春季植树活动的通知")
    scriptless.locator("select[name=main_to]").select_option(["ca", "cb"])
    scriptless.locator("textarea[name=body]").fill("各公司：\n现将有关事项通知如下。")
    scriptless.get_by_label("拟稿人电话").fill("0531-68120101")
    scriptless.get_by_role("button", name="提交").click()
    scriptless.wait_for_url(re.compile("/d/FW-2026-0001"))

    scriptless.get_by_role("link", name="打印审批单").click()

    expect(scriptless.get_by_role("heading", name=re.compile("发文审批单"))).to_be_visible()
    expect(scriptless.locator(".print-form")).to_contain_text("关于开展春季植树活动的通知")


def test_point_67_without_a_script_bulk_approval_works(live: Live, scriptless: Page) -> None:
    numbers = [document(live), document(live, "关于开展春季植树活动的通知")]
    live.sign_in(scriptless, HEAD, "/inbox")
    for box in scriptless.locator("#rows input[type=checkbox]").all():
        box.check()
    scriptless.get_by_role("button", name="批量同意").click()

    scriptless.get_by_role("button", name="同意 2 件").click()

    expect(scriptless.locator("#toast")).to_contain_text("已同意 2 件")
    assert [open_steps(live, number) for number in numbers] == [["FW40"], ["FW40"]]


@pytest.mark.parametrize("size", ["m", "xl"])
def test_no_page_scrolls_sideways_at_320_pixels_and_the_largest_letters(
    live: Live, browser: Browser, size: str
) -> None:
    number = document(live)
    to_step(live, number, "FW50")
    context = browser.new_context(viewport={"width": 320, "height": 720}, is_mobile=True, has_touch=True)
    page = context.new_page()
    live.sign_in(page, "zhuren", "/inbox")
    wide = []
    for path in (
        "/inbox",
        "/mine",
        f"/t/{number}",
        f"/d/{number}",
        "/start",
        "/start/document_issue",
        "/settings/phrases",
    ):
        live.open(page, path)
        page.evaluate(f"document.documentElement.dataset.size = '{size}'")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"):
            wide.append(path)
    context.close()

    assert wide == []


def test_on_a_phone_the_open_one_of_a_strip_of_tabs_is_seen(live: Live, phone: Page) -> None:
    live.sign_in(phone, HEAD, "/settings/tokens")

    strip, shown = phone.locator(".tabs"), phone.locator(".tabs [aria-current='page']")
    expect(shown).to_have_text("访问令牌")
    assert strip.evaluate("it => it.scrollWidth > it.clientWidth")
    expect(shown).to_be_in_viewport(ratio=1)

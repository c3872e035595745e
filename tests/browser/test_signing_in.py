"""Signing in as people see it: a first password, a second factor on a telephone, and what a logout leaves behind."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.demo import PASSWORD
from engine.verbs import instances, people
from tests.browser.barriers import violations
from tests.browser.office import HEAD, document
from tests.support.live import Live
from tests.support.telephone import code_at, enrol

pytestmark = pytest.mark.browser

OWN = "石狮子路口第七盏灯"
KEPT = "() => Object.keys(sessionStorage).length + Object.keys(localStorage).length"


def say(page: Page, live: Live, login: str, password: str) -> None:
    page.goto(f"{live.url}/login?next=/inbox")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile("/login/further$"))


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_first_password_is_changed_before_anything_opens(live: Live, screen: Page) -> None:
    first = people.issue_password(live.engine, "cwb1", None)
    say(screen, live, "cwb1", first.text)

    expect(screen.get_by_role("heading", name="设置自己的密码")).to_be_visible()
    assert violations(screen) == []
    assert fits(screen)
    screen.get_by_label("新密码").fill("12345678")
    screen.get_by_role("button", name="保存并登录").click()
    expect(screen.get_by_role("alert").first).to_contain_text("太容易猜到")
    screen.get_by_label("新密码").fill(OWN)
    screen.get_by_role("button", name="保存并登录").click()

    screen.wait_for_url(re.compile("/inbox"))
    assert people.sign_in(live.engine, "cwb1", OWN).login == "cwb1"


def test_a_second_factor_is_set_up_on_a_telephone_without_a_script(live: Live, browser: Browser) -> None:
    live.engine.settings = live.engine.settings.model_copy(update={"factor_for": "user"})
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    say(page, live, "cwb1", PASSWORD)
    page.get_by_role("button", name="开始设置").click()
    expect(page.locator(".qr-box svg")).to_be_visible()
    secret = page.locator("code.secret").inner_text().replace(" ", "")

    page.get_by_label("动态验证码").fill(code_at(secret, live.clock()))
    page.get_by_role("button", name="确认").click()

    expect(page.locator(".codes li")).to_have_count(8)
    page.get_by_role("link", name=re.compile("继续")).click()
    page.wait_for_url(re.compile("/inbox"))
    context.close()
    assert people.factor_of(live.engine, live.actor("cwb1")).codes_left == 8


def test_ones_own_page_sets_it_up_and_nothing_stands_in_the_way(live: Live, screen: Page) -> None:
    live.sign_in(screen, "cwb1", "/settings/security")
    screen.locator("summary", has_text="启用动态验证码").click()
    screen.locator("#again-begin").fill(PASSWORD)
    screen.get_by_role("button", name="开始设置").click()
    expect(screen.locator(".qr-box svg")).to_be_visible()
    assert violations(screen) == []
    assert fits(screen)
    secret = screen.locator("code.secret").inner_text().replace(" ", "")

    screen.locator("#code").fill(code_at(secret, live.clock()))
    screen.get_by_role("button", name="确认").click()

    expect(screen.locator(".codes li")).to_have_count(8)
    assert violations(screen) == []
    assert fits(screen)


def test_a_session_that_expires_while_typing_is_renewed_with_the_code(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    secret, _codes = enrol(live.engine, HEAD)
    live.clock.advance(timedelta(minutes=1))
    screen.locator("#opinion").fill("同意，请抓好落实。")
    screen.context.clear_cookies()

    screen.locator(".act-bar .b.ok").click()
    dialog = screen.get_by_role("dialog", name=re.compile("登录已过期"))
    dialog.locator("input[name=login]").fill(HEAD)
    dialog.locator("input[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    dialog.locator("input[name=code]").fill(code_at(secret, live.clock()))
    dialog.get_by_role("button", name="继续").click()

    screen.wait_for_url(re.compile("/inbox"))
    entry = instances.get(live.engine, number, live.actor("auditor")).history[0]
    assert (entry.verb, entry.opinion) == ("decide", "同意，请抓好落实。")


def test_a_logout_leaves_nothing_in_the_browser(live: Live, desktop: Page) -> None:
    document(live)
    live.sign_in(desktop, HEAD, "/inbox?q=geheim")
    desktop.goto(f"{live.url}/settings/security")
    assert desktop.evaluate(KEPT) > 0  # the place in the list

    desktop.goto(f"{live.url}/inbox")
    desktop.locator("form[action='/logout'] button").first.evaluate("(button) => button.form.submit()")
    desktop.wait_for_url(re.compile("/login"))

    expect(desktop.get_by_role("button", name="登录")).to_be_visible()
    assert desktop.evaluate(KEPT) == 0

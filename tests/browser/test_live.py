"""The instruments of the browser tests: a person signs in to the running office, and broken pages do not go unseen."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import watch
from tests.support.live import Live

pytestmark = pytest.mark.browser


def test_a_person_of_the_demo_signs_in_through_the_login_page(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, "zhuren", "/inbox")

    expect(desktop).to_have_url(f"{live.url}/inbox")
    expect(desktop.locator("body")).to_contain_text(live.actor("zhuren").name)


def test_what_the_policy_refuses_does_not_go_unseen(live: Live, browser: Browser) -> None:
    page = browser.new_page()
    errors = watch(page)
    live.open(page, "/login")
    assert errors == []

    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.close()

    assert any("Content Security Policy" in error for error in errors)

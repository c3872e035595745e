"""A real Chromium: one browser a session, one clean context a test, and no page error goes unseen."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome")
# a root container has no sandbox; the rest keeps the browser from calling home
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
PATIENCE = 60_000  # ms; a busy build server is slow, and being slow is no fault
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Path of the installed browser; a machine without one fails the test and is told what to do."""
    for name in (os.environ.get("SANBAN_CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        if path:
            return path
    pytest.fail("no Chromium on this machine: run `make test`, or set SANBAN_CHROMIUM")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this session or xdist worker."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    """A page of 1366 × 768, as on most office desks."""
    with _page(browser, "desktop") as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page of 390 × 844 with touch."""
    with _page(browser, "phone") as page:
        yield page


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest) -> Page:
    """Both sizes in turn."""
    page: Page = request.getfixturevalue(request.param)
    return page


def watch(page: Page) -> list[str]:
    """Collect what must never happen on a page: script errors, and what the content security policy refused."""
    found: list[str] = []

    def on_error(error: Error) -> None:
        found.append(f"{page.url}: {error}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            found.append(f"{page.url}: {message.text}")

    page.on("pageerror", on_error)
    page.on("console", on_console)
    return found


@contextmanager
def _page(browser: Browser, kind: str) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport=PHONE if kind == "phone" else DESKTOP,
        has_touch=kind == "phone",
        is_mobile=kind == "phone",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors = watch(page)
    yield page
    context.close()
    assert not errors, "\n".join(errors)

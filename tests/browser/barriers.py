"""What axe finds on a page (acceptance point 64), in one theme or in both."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# the rest would be a megabyte of what is well, and take most of the time
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
GROUND = "(root) => getComputedStyle(root.querySelector('body')).backgroundColor"


def violations(page: Page) -> list[str]:
    """What axe finds, in one line each."""
    return [
        f"{page.url} {one['id']}: {one['help']} — {node['html'][:160]}"
        for one in Axe().run(page, options=OPTIONS).response["violations"]
        for node in one["nodes"][:3]
    ]


def await_drawn(page: Page) -> None:
    """Wait until the scripts have run and each drawing stands: its buttons are the last that comes to life."""
    if page.locator("script[src]").count():
        expect(page.locator("html.scripted")).to_be_attached()
    for button in page.locator("[data-diagram-frame] [data-diagram-fit]").all():
        expect(button).to_have_attribute("aria-pressed", re.compile("true|false"))


def choose_theme(page: Page, theme: str) -> None:
    """On the page of settings, save ``light`` or ``dark``."""
    page.get_by_role("radio", name="深色" if theme == "dark" else "浅色").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(f"html[data-theme={theme}]")).to_be_attached()


def violations_in_both_themes(page: Page, *, always_light: bool = False) -> list[str]:
    """The page that was drawn dark, and the same in light, as the switch of the shell shows it without asking."""
    root, found = page.locator("html"), violations(page)
    if always_light:
        expect(root).to_have_attribute("data-theme", "light")
        return found
    expect(root).to_have_attribute("data-theme", "dark")
    dark = root.evaluate(GROUND)
    root.evaluate("(root) => { root.dataset.theme = root.dataset.bsTheme = 'light'; }")
    assert root.evaluate(GROUND) != dark
    return found + violations(page)

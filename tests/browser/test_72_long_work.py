"""Acceptance point 72 and the pages of notices, jobs and incidents in a real Chromium; 64 for these pages."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from engine import jobs as runner
from engine.errors import BadInput
from engine.jobs import Kind, table
from engine.model import Actor
from engine.progress.queue import ask
from engine.runtime import Engine
from engine.store import house
from engine.store.jobs import JobItem, Part
from engine.verbs import notifications
from tests.browser.barriers import choose_theme, violations_in_both_themes
from tests.browser.office import HEAD, document
from tests.support.live import Live

pytestmark = pytest.mark.browser

REASONS = {17: "附件“清单.xlsx”打不开。", 99: "这件已由 钱卫东 办理。", 160: "下一环节无人任职。"}


class Counting:
    """A job of many parts, three of which fail until they are mended; it waits where it is told to."""

    def __init__(self) -> None:
        self.mended = False
        self.done: list[int] = []
        self.may_go_on = threading.Event()
        self.half = threading.Event()

    def perform(self, engine: Engine, part: JobItem, actor: Actor | None) -> str:
        number = part.facts["n"]
        if number == 100 and not self.mended:
            self.half.set()
            assert self.may_go_on.wait(300)
        if number in REASONS and not self.mended:
            raise BadInput(REASONS[number])
        self.done.append(number)
        return ""


@pytest.fixture
def counting() -> Iterator[Counting]:
    found = Counting()
    yield found
    found.may_go_on.set()


def asked(live: Live, count: int) -> int:
    parts = [Part(f"HY-FW-2026-{n:04}", {"n": n}) for n in range(1, count + 1)]
    with live.engine.store.transaction() as tx:
        return ask(live.engine, tx, "count", f"批量办理 {count} 件", parts, live.actor(HEAD), link="/done")


def test_point_72_a_job_of_200_with_3_failures_ends_partly_done_and_only_these_are_tried_again(
    live: Live, counting: Counting, desktop: Page
) -> None:
    number = asked(live, 200)
    kinds = table(Kind("count", counting.perform))
    live.sign_in(desktop, HEAD, f"/jobs/{number}")
    expect(desktop.locator("[data-figure=total]")).to_have_text("200 件")
    worker = threading.Thread(target=runner.perform, args=(live.engine, number, kinds))
    worker.start()
    assert counting.half.wait(300)
    expect(desktop.locator("[data-figure=done]")).to_have_text("97 件")
    expect(desktop.get_by_text("进行中")).to_be_visible()
    counting.may_go_on.set()
    worker.join(300)

    expect(desktop.get_by_text("部分完成", exact=True)).to_be_visible()
    expect(desktop.locator("[data-figure=done]")).to_have_text("197 件")
    expect(desktop.locator("[data-failure]")).to_have_count(3)
    for n, why in REASONS.items():
        expect(desktop.locator("[data-failure]", has_text=f"HY-FW-2026-{n:04}")).to_contain_text(why)
    counting.mended, counting.done = True, []
    desktop.get_by_role("button", name="重试失败项").click()
    runner.perform(live.engine, number, kinds)
    expect(desktop.locator(".page-head .chip", has_text="完成")).to_be_visible()
    expect(desktop.locator("[data-figure=done]")).to_have_text("200 件")
    assert counting.done == sorted(REASONS)
    desktop.get_by_role("link", name="消息").click()
    expect(desktop.get_by_text("【完成】批量办理 200 件")).to_be_visible()


def test_point_72_stopping_says_what_stays_done(live: Live, counting: Counting, phone: Page) -> None:
    number = asked(live, 60)
    live.sign_in(phone, HEAD, f"/jobs/{number}")
    phone.get_by_role("button", name="取消其余 60 件").click()

    expect(phone.get_by_text("已取消，已完成的 0 件保留。")).to_be_visible()
    expect(phone.locator(".page-head .chip", has_text="已取消")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def told(live: Live) -> int:
    """A notice that left by mail, and one that did not; its id."""
    live.engine.settings = live.engine.settings.model_copy(
        update={"smtp_url": SecretStr("smtp://127.0.0.1:9"), "robots": "wecom,dingtalk"}
    )
    document(live)
    for wait in (13, 13, 73, 721, 4321):  # the waits between attempts and a fifth, by which they vary
        live.clock.advance(timedelta(seconds=wait))
        notifications.send_due(live.engine)
    return notifications.centre(live.engine, live.actor(HEAD))[0].id


def test_a_person_chooses_channels_and_an_administrator_tries_again(live: Live, told: int, desktop: Page) -> None:
    live.sign_in(desktop, HEAD, "/settings/notify")
    desktop.get_by_role("checkbox", name="抄送与传阅走邮件").uncheck()
    desktop.get_by_label("钉钉群机器人地址").fill("乱写的地址")
    desktop.get_by_role("button", name="保存", exact=True).click()
    expect(desktop.get_by_role("alert")).to_contain_text("钉钉机器人的地址不正确")
    expect(desktop.get_by_role("checkbox", name="抄送与传阅走邮件")).not_to_be_checked()
    desktop.get_by_label("钉钉群机器人地址").fill("")
    desktop.get_by_role("button", name="保存", exact=True).click()
    expect(desktop.locator("#toast")).to_contain_text("通知设置已保存")
    desktop.context.clear_cookies()

    live.sign_in(desktop, "admin", "/incidents")
    expect(desktop.get_by_text("有通知没有经邮件发出")).to_be_visible()
    desktop.get_by_role("button", name="重试").click()
    expect(desktop.locator("#toast")).to_contain_text("项正在重试")
    expect(desktop.get_by_text("没有待处理的异常。")).to_be_visible()


PAGES = (
    "/settings/notify", "/jobs", "/jobs/{job}", "/notifications", "/notifications/{notice}", "/notifications/texts",
    "/notifications/texts/T-NEW", "/incidents", "/incidents?resolved=1",
)  # fmt: skip


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_point_64_axe_finds_nothing_on_these_pages_in_either_theme(
    live: Live, told: int, counting: Counting, request: pytest.FixtureRequest, device: str
) -> None:
    page: Page = request.getfixturevalue(device)
    job = asked(live, 30)
    runner.perform(live.engine, job, table(Kind("count", counting.perform)))
    with live.engine.store.transaction() as tx:
        house.open_incident(tx, kind="stuck", message="流程走不下去", at=live.clock(), facts={})
    live.sign_in(page, "admin", "/settings/look")
    choose_theme(page, "dark")
    found = []
    for path in PAGES:
        live.open(page, path.format(job=job, notice=told))
        found += violations_in_both_themes(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{page.url} scrolls sideways")

    assert found == [], "\n".join(found)

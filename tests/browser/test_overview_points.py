"""Acceptance points 44, 45, 47, 48, 49 and 52 in a real Chromium, and 64 and 67 for these pages."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from engine.examples import play
from engine.settings import SHIPPED
from engine.verbs import files, instances, notifications, supervision, timers, work
from tests.browser.barriers import choose_theme, violations, violations_in_both_themes
from tests.browser.office import decide, seal_use, to_step
from tests.processes.test_forecasts import script_of
from tests.support.browser import DESKTOP
from tests.support.gatherings import propose, propose_board, suggest_revision
from tests.support.live import Live
from tests.support.matters import hand_over, wait_until

pytestmark = pytest.mark.browser

LATE = {
    "隐患整改": "ahb", "消防验收": "ahb", "等保测评": "xxb", "物资盘活": "cgb", "防火堤整改": "cb",
    "分红款催收": "tzb", "轮岗方案": "rlb",
}  # fmt: skip
PROOF = FilePayload(name="立项单.txt", mimeType="text/plain", buffer="已领受。".encode())


@pytest.fixture
def matters(live: Live) -> None:
    """Seven late matters of six holders, and one that has time; Wednesday 2026-03-11, 10:00."""
    live.clock.at("2026-03-02 09:00")
    for title, unit in LATE.items():
        hand_over(live.engine, title, lead=unit, due="2026-03-06 17:30")
    hand_over(live.engine, "热力改造", lead="ca", due="2026-04-30 17:30")
    wait_until(live.engine, live.clock, "2026-03-11 10:00")


@pytest.fixture
def meeting(live: Live) -> str:
    """Address of the board of a meeting whose checklist has just been handed out."""
    live.clock.at("2026-03-03 10:00")
    number = propose(live.engine, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    return f"/meetings/{number}"


@pytest.fixture
def contract(live: Live) -> None:
    """A contract sealed and registered in March; it is April."""

    def go(at: datetime) -> None:
        live.clock.set(at.isoformat())

    script = (SHIPPED / "seal_use" / "examples" / "yy-1.toml").read_text(encoding="utf-8")
    assert play(live.engine, go, script).faults == []
    live.clock.at("2026-04-01 09:00")


def figure(page: Page, name: str) -> int:
    return int(re.findall(r"\d+", page.locator(f'[data-figure="{name}"]').inner_text())[0])


def test_point_44_entry_that_needs_evidence_says_so_and_takes_a_file_in_one_go(
    live: Live, meeting: str, desktop: Page
) -> None:
    live.sign_in(desktop, "zhuren", meeting)
    entry = desktop.locator("#e-A01")

    entry.get_by_role("button", name="完成 A01").click()

    expect(entry.get_by_role("alert")).to_contain_text("需要佐证：立项单。请上传文件后再打勾。")
    expect(entry).to_have_class(re.compile("is-open"))
    entry.locator('input[type="file"]').set_input_files(PROOF)
    expect(desktop.locator("#e-A01")).to_have_class(re.compile("is-done"))
    expect(desktop.locator("#toast")).to_contain_text("已完成 A01")


def test_point_45_difference_of_copies_blocks_with_a_text_until_it_is_explained(live: Live, desktop: Page) -> None:
    number = seal_use(live)
    to_step(live, number, "YY60")
    watcher = live.actor("auditor")
    item = next(i for i in instances.get(live.engine, number, watcher).items if i.state == "open")
    every = ["审批手续完备", "内容与电子版一致", "无空白、填写完整", "印章与落款一致", "份数页数一致"]
    decide(live, item, {"checks": every})
    live.sign_in(desktop, "yinzhang_a", f"/t/{number}")
    desktop.locator('[name="actual_copies"]').fill("5")
    desktop.locator('[name="actual_places"]').fill("1")

    desktop.get_by_role("button", name=re.compile("已用印")).first.click()

    expect(desktop.locator("main")).to_contain_text("份数或处数与申请不一致")
    keeper = live.actor("yinzhang_a")
    assert work.mine(live.engine, number, keeper) is not None, "it was registered all the same"


def test_point_45_register_has_no_delete_and_a_correction_links_both_lines(
    live: Live, contract: None, desktop: Page
) -> None:
    live.sign_in(desktop, "yinzhang_a", "/seals?month=2026-03")
    expect(desktop.get_by_role("button", name=re.compile("删除"))).to_have_count(0)
    desktop.get_by_role("link", name="印-合同专用章-2026-1").click()
    expect(desktop.get_by_role("button", name=re.compile("删除"))).to_have_count(0)
    first = desktop.url

    desktop.get_by_role("link", name="更正", exact=True).click()
    dialog = desktop.get_by_role("dialog")
    dialog.get_by_label("份数", exact=True).fill("3")
    dialog.get_by_role("button", name="登记更正").click()
    expect(dialog.get_by_text("请填写更正原因。")).to_be_visible()
    dialog.get_by_label("更正原因").fill("份数误记。")
    dialog.get_by_role("button", name="登记更正").click()

    desktop.get_by_role("link", name="原登记").click()
    assert desktop.url == first
    desktop.get_by_role("link", name="更正后的登记").click()
    expect(desktop.locator("ins")).to_have_text("3")


def test_point_47_reds_by_department_are_seen_without_scrolling(live: Live, matters: None, desktop: Page) -> None:
    live.sign_in(desktop, "ducha_a", "/supervision")

    late = desktop.locator("#units .due.red")
    expect(late).to_have_count(6)
    for place in range(6):
        expect(late.nth(place)).to_be_in_viewport(ratio=1)
    expect(desktop.locator("#matters")).to_be_in_viewport()


def test_point_48_one_click_chases_all_reds_one_message_a_person_and_skips_what_was_chased_today(
    live: Live, matters: None, desktop: Page
) -> None:
    ducha = live.actor("ducha_a")
    numbers = {m.title: m.number for m in supervision.overview_of(live.engine, ducha, light="red").matters}
    supervision.chase(live.engine, [numbers["轮岗方案"]], ducha)
    before = {login: len(notifications.centre(live.engine, live.actor(login))) for login in holders()}
    live.sign_in(desktop, "ducha_a", "/supervision")
    expect(desktop.locator("[data-chase-sum]")).to_have_text("已选 6 件，合并为 5 条提醒")
    expect(desktop.get_by_text("今日已催的 1 件自动跳过")).to_be_visible()

    desktop.get_by_role("button", name=re.compile("催办所选 6 件")).click()

    expect(desktop.locator("#toast")).to_contain_text("已催办 6 件，合并为 5 条提醒")
    expect(desktop.get_by_text("今日已催 10:00")).to_have_count(7)
    after = {login: len(notifications.centre(live.engine, live.actor(login))) for login in holders()}
    assert {login: after[login] - before[login] for login in after} == dict.fromkeys(holders(), 1) | {"rlb_liaison": 0}


def holders() -> list[str]:
    return sorted({f"{unit}_liaison" for unit in LATE.values()})


def test_point_48_sum_follows_the_choice(live: Live, matters: None, desktop: Page) -> None:
    live.sign_in(desktop, "ducha_a", "/supervision")

    desktop.get_by_label("选择 隐患整改").uncheck()

    # the other matter of the same person still becomes a reminder
    expect(desktop.locator("[data-chase-sum]")).to_have_text("已选 6 件，合并为 6 条提醒")


def test_point_49_lights_make_up_what_is_under_way_and_each_number_leads_to_that_many(
    live: Live, matters: None, desktop: Page
) -> None:
    live.sign_in(desktop, "ducha_a", "/supervision")

    counts = {light: figure(desktop, light) for light in ("green", "amber", "red")}
    assert sum(counts.values()) == figure(desktop, "all") == 8
    for light, count in counts.items():
        desktop.locator(f".tile-x.{light}").click()
        expect(desktop.locator(".matter")).to_have_count(count)
    levels = desktop.locator(".notches a").count()
    for place in range(levels):
        notch = desktop.locator(".notches a").nth(place)
        stands = int(re.findall(r"\d+", notch.locator("strong").inner_text())[0])
        notch.click()
        expect(desktop.locator(".matter")).to_have_count(stands)


def test_point_52_threshold_shows_one_escalation_though_the_clockwork_runs_twice(
    live: Live, matters: None, desktop: Page
) -> None:
    timers.fire_due(live.engine)
    timers.fire_due(live.engine)
    live.sign_in(desktop, "ducha_a", "/supervision")

    desktop.get_by_role("link", name="等保测评").click()

    whole = desktop.locator(".card-x", has_text="整件办结时限")
    slip = whole.locator("tr", has_text="红色督办单")
    expect(slip).to_have_count(1)
    expect(slip).to_contain_text("已触发 03-09 08:30")
    for login in ("xxb_liaison", "xxb_head"):
        told = notifications.centre(live.engine, live.actor(login), limit=200)
        assert [n.event for n in told if n.title.startswith("【红色督办单】《等保测评")] == ["T-RED"], login


def test_point_53_the_notice_prints_on_one_a4_with_band_text_number_and_deadline(
    live: Live, matters: None, desktop: Page
) -> None:
    live.sign_in(desktop, "ducha_a", "/supervision")
    desktop.get_by_role("link", name="等保测评").click()
    desktop.goto(f"{desktop.url}/notice?slip=red")
    expect(desktop.locator(".notice-band")).to_have_text("红色督办单")
    desktop.get_by_role("link", name="督办通知书", exact=True).click()

    expect(desktop.locator(".notice-band")).to_have_text("督办通知书")
    expect(desktop.get_by_text("督办〔2026〕3号").first).to_be_visible()
    expect(desktop.locator(".notice-due")).to_have_text("2026-03-06 17:30")
    assert violations(desktop) == []
    signed, slip = desktop.locator(".notice-signed").bounding_box(), desktop.locator(".notice-slip").bounding_box()
    assert signed is not None
    assert slip is not None
    assert signed["width"] > 400, "the office and the date stand on lines of their own"
    assert signed["y"] + signed["height"] < slip["y"], "and above the receipt"
    desktop.emulate_media(media="print")
    expect(desktop.locator(".print-tools")).to_be_hidden()
    band = desktop.locator(".notice-band").evaluate("(b) => getComputedStyle(b).backgroundColor")
    assert band == "rgb(166, 27, 20)"
    pdf = desktop.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_point_64_axe_finds_nothing_on_these_pages_in_either_theme(
    live: Live, matters: None, request: pytest.FixtureRequest, device: str
) -> None:
    page: Page = request.getfixturevalue(device)
    number = propose(
        live.engine, "工作会议", start="2026-03-26 09:00", end="2026-03-26 17:00", level="大型", room="第一会议室"
    )
    board = propose_board(live.engine, "董事会会议", start="2026-04-13 09:00", end="2026-04-13 11:00")
    topic = script_of("agenda_topic/party-first")["start"]["data"] | {"sitting": "董事会2026年第1次"}
    drafter = live.actor("tzb1")
    instances.start(live.engine, "agenda_topic", files.handed_in(live.engine, topic, drafter, "议题"), drafter)
    suggest_revision(live.engine, "B04", due="T-3")
    live.sign_in(page, "zhuren", "/settings/look")
    choose_theme(page, "dark")

    found: list[str] = []
    for path in (
        "/supervision", "/supervision?light=all", "/supervision?light=idle", "/supervision/DB-2026-0001", "/meetings",
        f"/meetings/{number}", f"/meetings/{number}?view=owner", f"/meetings/{number}?view=line",
        f"/meetings/{number}?show=late", f"/meetings/{number}/print", "/seals", "/seals/list", "/seals/print",
        "/rooms?day=2026-03-26", "/meetings/template", f"/meetings/{board}/agenda", "/diaries?day=2026-03-26",
        "/diaries/print", "/meetings/plan",
    ):  # fmt: skip
        live.open(page, path)
        found += violations_in_both_themes(page, always_light=path.endswith("/print"))
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{path} is wider than the screen"] if wide else []
    assert found == [], "\n".join(found)


def test_point_67_chase_and_tick_work_without_a_script(live: Live, matters: None, browser: Browser) -> None:
    number = propose(live.engine, "工作会议", start="2026-03-30 09:00", end="2026-03-30 17:00")
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    live.sign_in(page, "zhuren", "/supervision")

    page.get_by_role("button", name=re.compile("催办所选 7 件")).click()
    expect(page.locator("#toast")).to_contain_text("已催办 7 件，合并为 6 条提醒")
    live.open(page, f"/meetings/{number}")
    entry = page.locator("#e-A01")
    entry.locator('input[type="file"]').set_input_files(PROOF)
    entry.get_by_role("button", name="完成 A01").click()
    expect(page.locator("#e-A01")).to_have_class(re.compile("is-done"))
    context.close()

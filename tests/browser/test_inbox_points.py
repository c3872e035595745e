"""Acceptance points 1 to 12, 14, 15 and 17 of the inbox in a real Chromium; numbers are those of the points."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.store import history
from engine.store import instances as instance_rows
from engine.verbs import inbox, instances, work
from tests.browser.office import DRAFTER, HEAD, document, holder, open_item, open_steps, seal_use, to_step
from tests.support.live import Live

pytestmark = pytest.mark.browser

TITLES = ("关于开展春季植树活动的通知", "关于调整办公用房的通知", "关于组织年度体检的通知")


@pytest.fixture
def desk(live: Live) -> list[str]:
    """Three documents on the head's desk, due on different days; their numbers, the nearest deadline first."""
    numbers = []
    for title in TITLES:
        numbers.append(document(live, title))
        live.clock.advance(timedelta(days=1))
    return numbers


def rows(page: Page) -> Locator:
    return page.locator("#rows .row-i")


def chosen(page: Page) -> Locator:
    return page.locator("#rows .row-i.on .name")


def names(page: Page) -> list[str]:
    return [text.replace("未读", "").strip() for text in page.locator("#rows .row-i .name").all_inner_texts()]


def test_point_01_first_item_is_selected_previewed_and_can_be_approved_without_scrolling(
    live: Live, desk: list[str], desktop: Page
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")

    expect(chosen(desktop)).to_contain_text(TITLES[0])
    expect(desktop.locator("#preview h2")).to_have_text(TITLES[0])
    button = desktop.locator("#preview .b.ok")  # not one of the phrases, which begin with the same word
    expect(button).to_contain_text("同意")
    expect(button).to_be_in_viewport(ratio=1)


def test_point_02_one_click_approves_selects_the_next_and_names_who_has_it(
    live: Live, desk: list[str], desktop: Page
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")

    desktop.locator("#preview .b.ok").click()

    toast = desktop.locator("#toast")
    expect(toast).to_contain_text(TITLES[0])
    expect(toast).to_contain_text(f"{live.actor('hegao_a').name} 办公室核稿")
    expect(toast.get_by_role("button", name=re.compile("撤销"))).to_be_visible()
    expect(rows(desktop)).to_have_count(2)
    expect(chosen(desktop)).to_contain_text(TITLES[1])
    expect(desktop.locator("#preview h2")).to_have_text(TITLES[1])


def test_point_03_undo_puts_the_item_back_selected_and_leaves_no_line_in_the_record(
    live: Live, desk: list[str], desktop: Page
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")
    before = len(instances.get(live.engine, desk[0], live.actor(HEAD)).history)
    desktop.locator("#preview .b.ok").click()
    expect(rows(desktop)).to_have_count(2)

    desktop.locator("#toast").get_by_role("button", name=re.compile("撤销")).click()

    expect(rows(desktop)).to_have_count(3)
    expect(rows(desktop).first).to_contain_text(TITLES[0])
    expect(chosen(desktop)).to_contain_text(TITLES[0])
    assert open_steps(live, desk[0]) == ["FW20"]
    assert len(instances.get(live.engine, desk[0], live.actor(HEAD)).history) == before
    live.open(desktop, f"/d/{desk[0]}/history")
    expect(desktop.locator(".timeline")).to_contain_text("提交")
    expect(desktop.locator(".timeline")).not_to_contain_text(re.compile("同意|撤回|撤销"))
    with live.engine.store.reading() as tx:
        kept = [row.verb for row in history.of_instance(tx, instance_rows.by_number(tx, desk[0]).id)]
    assert kept[-2:] == ["decide", "retract"]  # the audit log keeps both


def test_point_04_the_next_person_sees_it_only_after_the_undo_window(
    live: Live, desk: list[str], desktop: Page, browser: Browser
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")
    desktop.locator("#preview .b.ok").click()
    expect(rows(desktop)).to_have_count(2)
    next_page = browser.new_page()
    live.sign_in(next_page, "hegao_a", "/inbox")
    expect(next_page.locator("#rows")).to_have_count(0)

    live.clock.advance(timedelta(seconds=live.engine.settings.undo_seconds + 1))
    next_page.reload()

    expect(rows(next_page)).to_have_count(1)
    expect(rows(next_page)).to_contain_text(TITLES[0])
    next_page.close()


def test_point_05_keys_do_what_the_help_says(live: Live, desk: list[str], desktop: Page) -> None:
    live.sign_in(desktop, HEAD, "/inbox")

    desktop.keyboard.press("j")
    expect(chosen(desktop)).to_contain_text(TITLES[1])
    expect(chosen(desktop)).to_be_focused()
    desktop.keyboard.press("k")
    expect(chosen(desktop)).to_contain_text(TITLES[0])
    desktop.keyboard.press("x")
    expect(rows(desktop).first.locator("input[type=checkbox]")).to_be_checked()
    desktop.keyboard.press("x")
    desktop.keyboard.press("r")
    expect(desktop.get_by_role("dialog", name="退回")).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("dialog", name="退回")).to_have_count(0)
    desktop.keyboard.press("?")
    expect(desktop.locator("#help")).to_be_visible()
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("a")
    expect(rows(desktop)).to_have_count(2)
    desktop.keyboard.press("z")
    expect(rows(desktop)).to_have_count(3)
    desktop.keyboard.press("/")
    expect(desktop.locator("#find")).to_be_focused()
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("o")
    expect(desktop).to_have_url(re.compile(f"/t/{desk[0]}"))


def test_point_05_the_same_keys_type_letters_in_the_search_box(live: Live, desk: list[str], desktop: Page) -> None:
    live.sign_in(desktop, HEAD, "/inbox")

    desktop.locator("#find").click()
    desktop.keyboard.type("jkxaroz/?")

    expect(desktop.locator("#find")).to_have_value("jkxaroz/?")
    expect(rows(desktop)).to_have_count(3)
    expect(chosen(desktop)).to_contain_text(TITLES[0])


def test_point_05_keys_can_be_switched_off(live: Live, desk: list[str], desktop: Page) -> None:
    live.sign_in(desktop, HEAD, "/settings/shortcuts")
    desktop.get_by_role("checkbox", name="使用单键快捷键").uncheck()
    desktop.get_by_role("button", name="保存").click()
    live.open(desktop, "/inbox")

    desktop.keyboard.press("a")
    desktop.keyboard.press("j")

    expect(chosen(desktop)).to_contain_text(TITLES[0])
    expect(rows(desktop)).to_have_count(3)


@pytest.mark.parametrize("event", ["isComposing: true, key: 'a'", "keyCode: 229, key: 'a'", "key: 'Process'"])
def test_point_06_no_key_acts_while_chinese_is_being_composed(
    live: Live, desk: list[str], desktop: Page, event: str
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")
    expect(desktop.locator("#preview .b.ok")).to_be_visible()

    desktop.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{{event}, bubbles: true}}))")
    desktop.wait_for_timeout(400)

    expect(rows(desktop)).to_have_count(3)
    assert open_steps(live, desk[0]) == ["FW20"]


def test_point_07_filters_live_in_the_address(live: Live, desk: list[str], desktop: Page, browser: Browser) -> None:
    seal_use(live)
    live.clock.at("2026-03-13 10:00")  # the first two documents are late by now
    live.sign_in(desktop, HEAD, "/inbox")
    whole = names(desktop)
    desktop.get_by_role("link", name=re.compile("^超期")).click()
    desktop.locator("#process").select_option("document_issue")
    expect(desktop).to_have_url(re.compile("due=overdue.*process=document_issue"))
    filtered = names(desktop)
    assert 0 < len(filtered) < len(whole)

    desktop.reload()
    assert names(desktop) == filtered
    address = desktop.url
    other = browser.new_page()
    live.sign_in(other, HEAD, "/inbox")
    other.goto(address)
    assert names(other) == filtered
    other.close()


def test_point_07_coming_back_from_a_task_keeps_filter_and_scroll(live: Live, desktop: Page) -> None:
    for n in range(14):
        document(live, f"关于第 {n + 1:02} 项工作的通知")
    live.sign_in(desktop, HEAD, "/inbox?process=document_issue")
    desktop.locator("#rows").evaluate("list => list.scrollTop = 300")
    desktop.locator("#rows .row-i", has_text="第 08 项").locator(".name").click()
    desktop.wait_for_url(re.compile(r"/t/FW-2026-\d+\?process=document_issue"))

    desktop.locator(".act-bar .b.ok").click()

    desktop.wait_for_url(re.compile(r"/inbox\?process=document_issue"))
    expect(rows(desktop)).to_have_count(13)
    expect(chosen(desktop)).to_contain_text("第 09 项")
    assert desktop.locator("#rows").evaluate("list => list.scrollTop") > 200


def sums(page: Page) -> tuple[int, int, int]:
    """Rows in the groups, number in the side bar, number in the title of the page."""
    badge = page.locator('.menu [data-count="todo"]')
    side = re.sub(r"\D", "", badge.inner_text()) if badge.is_visible() else "0"
    titled = re.search(r"（(\d+)）", page.title())
    return rows(page).count(), int(side), int(titled[1]) if titled else -1


def settled(page: Page, count: int) -> None:
    """Waits for the title: it is the last of the three to follow, a few milliseconds after the rows."""
    expect(page).to_have_title(re.compile(f"（{count}）"))


def test_point_08_groups_badge_and_title_agree_after_every_action_and_in_two_tabs(
    live: Live, desk: list[str], desktop: Page
) -> None:
    live.sign_in(desktop, HEAD, "/inbox")
    second = desktop.context.new_page()
    second.clock.install()
    second.goto(f"{live.url}/inbox")
    assert sums(desktop) == sums(second) == (3, 3, 3)

    desktop.locator("#preview .b.ok").click()
    settled(desktop, 2)
    assert sums(desktop) == (2, 2, 2)
    second.clock.fast_forward(61_000)

    settled(second, 2)
    assert sums(second) == (2, 2, 2)
    second.close()


def test_point_09_order_is_by_remaining_time_with_overdue_first(live: Live, screen: Page) -> None:
    calm, urgent, extra = (f"关于{word}工作的通知" for word in ("平常", "加急", "特急"))
    document(live, calm)
    document(live, extra, urgency="特急")
    live.clock.at("2026-03-09 15:00")
    document(live, urgent, urgency="加急")
    live.sign_in(screen, HEAD, "/inbox")

    assert names(screen) == [extra, urgent, calm]
    assert screen.locator("#rows .group").first.inner_text() == "已超期"


def test_point_10_a_row_says_what_it_is_from_whom_and_how_long(live: Live, desk: list[str], screen: Page) -> None:
    live.sign_in(screen, HEAD, "/inbox")

    row = rows(screen).first
    drafter = live.actor(DRAFTER)
    for words in (TITLES[0], "发文", "部门审核", "人力资源部", drafter.name, "到"):
        expect(row).to_contain_text(words)
    expect(row.locator(".due")).to_contain_text(re.compile("剩|超期"))
    expect(row.locator(".due .sr")).to_contain_text(re.compile("灯"))
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", screen.locator("body").inner_text())


def test_point_11_a_seal_must_be_opened_and_the_key_only_opens_it(live: Live, desktop: Page) -> None:
    number = seal_use(live)
    to_step(live, number, "YY60")
    keeper = "yinzhang_a"
    live.sign_in(desktop, keeper, "/inbox")
    pane = desktop.locator("#preview")
    expect(pane.get_by_role("link", name=re.compile("打开办理"))).to_be_visible()
    expect(pane).to_contain_text("本件须打开办理：")
    expect(pane.locator(".b.ok")).to_have_count(0)

    desktop.keyboard.press("a")

    desktop.wait_for_url(re.compile(f"/t/{number}"))
    assert open_item(live, number, keeper)


def test_point_12_bulk_guard_names_what_will_be_done_and_what_stays(live: Live, desktop: Page) -> None:
    important = [document(live, title, important=True) for title in TITLES[:2]]
    plain = document(live, TITLES[2])
    for number in important:
        to_step(live, number, "FW60")
    to_step(live, plain, "FW70")
    live.sign_in(desktop, holder(live, plain), "/inbox")
    for n in range(3):
        rows(desktop).nth(n).locator("input[type=checkbox]").check()

    desktop.get_by_role("button", name="批量同意").click()

    guard = desktop.get_by_role("alertdialog")
    for title in TITLES[:2]:
        expect(guard.locator(".guard-list")).to_contain_text(title)
    expect(guard.locator(".guard-list")).to_contain_text("签发")
    for number in important:
        view = work.view(live.engine, open_item(live, number, holder(live, number)), live.actor(holder(live, number)))
        for person in view.next_steps["approve"][0].people:
            expect(guard.locator(".guard-list")).to_contain_text(person)
    expect(guard.locator(".notice")).to_contain_text(f"{TITLES[2]}（这一步须打开核对后再办）")
    guard.get_by_role("button", name="同意 2 件").click()
    expect(rows(desktop)).to_have_count(1)
    expect(desktop.locator("#toast")).to_contain_text("已同意 2 件")
    assert [open_steps(live, number) for number in (*important, plain)] == [["FW70"], ["FW70"], ["FW70"]]


def test_point_15_unread_is_bold_dotted_and_said_and_opening_clears_it_in_both_tabs(
    live: Live, desk: list[str], screen: Page
) -> None:
    live.sign_in(screen, HEAD, "/inbox")
    second = screen.context.new_page()
    second.clock.install()
    second.goto(f"{live.url}/inbox")
    row = rows(screen).nth(1)
    assert row.locator(".name").evaluate("link => getComputedStyle(link).fontWeight") == "700"
    dot = row.locator(".line").first.evaluate("line => getComputedStyle(line, '::before').width")
    assert dot == "7px"
    expect(row.locator(".name .sr")).to_have_text(re.compile("未读"))

    with screen.expect_response(re.compile("/opened")):  # the row changes at once, the server hears of it after
        screen.keyboard.press("j")

    expect(rows(screen).nth(1)).not_to_have_class(re.compile("unread"))
    expect(rows(screen).nth(1).locator(".name .sr")).to_have_count(0)
    second.clock.fast_forward(61_000)
    expect(rows(second).nth(1)).not_to_have_class(re.compile("unread"))
    expect(rows(second).nth(2)).to_have_class(re.compile("unread"))
    second.close()


def test_point_14_new_items_are_announced_and_never_move_the_list(live: Live, desk: list[str], screen: Page) -> None:
    live.sign_in(screen, HEAD, "/login")
    screen.clock.install()
    live.open(screen, "/inbox")
    document(live, "关于刚到事项的通知")

    screen.clock.fast_forward(61_000)

    expect(screen.locator("#arrivals")).to_have_text("有 1 件新到，点击显示")
    expect(rows(screen)).to_have_count(3)
    screen.locator("#arrivals").click()
    expect(rows(screen)).to_have_count(4)


def test_point_17_on_a_phone_two_taps_approve_and_nothing_scrolls_sideways(
    live: Live, desk: list[str], phone: Page
) -> None:
    live.sign_in(phone, HEAD, "/inbox")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    rows(phone).first.tap()
    phone.wait_for_url(re.compile(f"/t/{desk[0]}"))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator(".act-bar .b.ok").tap()

    phone.wait_for_url(re.compile("/inbox"))
    expect(rows(phone)).to_have_count(2)
    assert inbox.counts(live.engine, live.actor(HEAD))["todo"] == 2

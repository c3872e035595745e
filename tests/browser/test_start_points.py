"""Acceptance points 35 to 39: starting a process, and what the starter sees of it afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import inbox, instances, work
from tests.browser.office import DOCUMENT, DRAFTER, HEAD, TITLE, document, open_item
from tests.support.live import Live

pytestmark = pytest.mark.browser


def fill(page: Page) -> None:
    """What the form of a document asks for and does not know."""
    page.get_by_label("文件标题").fill(TITLE)
    recipients = page.get_by_role("combobox", name=re.compile("主送"))
    recipients.fill("cj")
    page.get_by_role("option", name=re.compile("城建")).click()
    page.get_by_label("正文", exact=False).last.fill(str(DOCUMENT["body"]))
    page.get_by_label("拟稿人电话").fill("0531-68120101")


def test_point_35_a_frequent_process_is_two_actions_away(live: Live, desktop: Page) -> None:
    document(live)
    live.sign_in(desktop, DRAFTER, "/inbox")

    desktop.get_by_role("banner").get_by_role("link", name="发起").click()
    desktop.locator(".frequent").get_by_role("link", name=re.compile("^发文|发文")).first.click()

    expect(desktop.get_by_role("heading", name="发文", level=1)).to_be_visible()
    expect(desktop.get_by_label("文件标题")).to_be_editable()


@pytest.mark.parametrize("words", ["fw", "发文", "fawen"])
def test_point_35_search_finds_by_initials_code_and_title(live: Live, desktop: Page, words: str) -> None:
    live.sign_in(desktop, DRAFTER, "/start")

    desktop.get_by_label("搜索流程").fill(words)

    expect(desktop.locator(".process-card:visible b")).to_have_text(["发文"])


def test_a_picker_says_that_the_one_looked_for_is_chosen_already(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, DRAFTER, "/start/document_issue")
    recipients = desktop.get_by_role("combobox", name=re.compile("主送"))
    recipients.fill("华远城建")
    desktop.get_by_role("option", name=re.compile("城建")).click()

    recipients.fill("华远城建")
    expect(desktop.locator(".picker-list .none:visible")).to_have_text("已经选上了")
    recipients.fill("没有这家")
    expect(desktop.locator(".picker-list .none:visible")).to_have_text("没有找到")


def test_point_36_the_way_is_told_with_names_and_an_expected_end_before_submitting(live: Live, screen: Page) -> None:
    live.sign_in(screen, DRAFTER, "/start/document_issue")
    way = screen.get_by_role("complementary", name="预计路径")

    for login in (HEAD, "hegao_a", "zhuren"):
        expect(way).to_contain_text(live.actor(login).name)
    expect(way).to_contain_text(re.compile(r"预计 \d\d-\d\d \d\d:\d\d 前办结"))


def test_point_37_pressing_submit_twice_starts_one_instance(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, DRAFTER, "/start/document_issue")
    fill(desktop)

    desktop.get_by_role("button", name="提交").dblclick()

    desktop.wait_for_url(re.compile(r"/d/FW-2026-0001"))
    expect(desktop.locator("#toast")).to_contain_text(live.actor(HEAD).name)
    assert inbox.page(live.engine, live.actor(DRAFTER), box="mine").total == 1


def test_point_37_the_same_form_sent_twice_without_a_script_starts_one_instance(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, DRAFTER, "/start/document_issue")
    fill(desktop)

    answers = desktop.locator("#start").evaluate(
        """async form => {
            const body = () => fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))});
            return (await Promise.all([body(), body()])).map(answer => answer.url);
        }"""
    )

    assert len(set(answers)) == 1
    assert "/d/FW-2026-0001" in answers[0]
    assert inbox.page(live.engine, live.actor(DRAFTER), box="mine").total == 1


def test_missing_fields_are_listed_with_links_and_marked_in_place(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, DRAFTER, "/start/document_issue")

    desktop.get_by_role("button", name="提交").click()

    summary = desktop.get_by_role("alert").filter(has_text="处需要修改")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="文件标题").click()
    field = desktop.get_by_label("文件标题")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(desktop.locator("#f-title-wrong")).to_be_visible()
    assert inbox.page(live.engine, live.actor(DRAFTER), box="mine").total == 0


def test_a_field_appears_when_another_asks_for_it(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, DRAFTER, "/start/document_issue")
    reason = desktop.get_by_label("紧急原因")
    expect(reason).to_be_hidden()

    desktop.get_by_label("紧急程度").select_option("特急")

    expect(reason).to_be_visible()


def test_point_38_rows_of_what_i_started_name_holder_and_light_and_can_be_chased_once(
    live: Live, desktop: Page
) -> None:
    document(live)
    live.sign_in(desktop, DRAFTER, "/mine")
    row = desktop.locator("#rows .row-i").first
    expect(row).to_contain_text(f"在 {live.actor(HEAD).name} 手里，今天 09:00 起")
    expect(row.locator(".due")).to_contain_text(re.compile("剩|超期"))

    row.get_by_role("button", name=re.compile("催办")).click()

    chased = row.get_by_role("button")
    expect(chased).to_have_text(re.compile(r"已催 09:0\d"))
    expect(chased).to_be_disabled()
    live.clock.at("2026-03-10 08:40")
    live.sign_in(desktop, DRAFTER, "/mine")  # the session is over by then
    expect(row.get_by_role("button", name=re.compile("催办"))).to_be_enabled()


def test_point_39_an_ended_instance_keeps_diagram_and_record_with_outcome_and_durations(
    live: Live, screen: Page
) -> None:
    number = document(live)
    item = open_item(live, number, HEAD)
    work.decide(live.engine, item, "refuse", live.actor(HEAD), opinion="不需行文，会上布置。", reasons=["R-NEED"])
    live.sign_in(screen, DRAFTER, f"/d/{number}/history")

    ended = instances.get(live.engine, number, live.actor(DRAFTER)).state_label
    expect(screen.locator(".title-line .chip", has_text=ended)).to_be_visible()
    expect(screen.locator(".timeline")).to_contain_text("不予发文")
    expect(screen.locator(".timeline")).to_contain_text("不需行文，会上布置。")
    expect(screen.locator(".timeline")).to_contain_text("用时")
    live.open(screen, f"/d/{number}/diagram")
    expect(screen.locator('[data-element-id="FW20"].is-done')).to_be_visible()


def test_point_40_taking_back_is_possible_until_the_next_person_opens_it(live: Live, screen: Page) -> None:
    first, second = document(live), document(live, "关于另一件事的通知")
    for number in (first, second):
        work.decide(live.engine, open_item(live, number, HEAD), "approve", live.actor(HEAD), opinion="同意。")
    live.clock.at("2026-03-09 10:00")
    live.sign_in(screen, HEAD, f"/d/{first}")
    screen.get_by_role("button", name="撤回").click()
    screen.wait_for_url(re.compile(f"/t/{first}"))
    live.open(screen, f"/d/{second}")
    expect(screen.get_by_role("button", name="撤回")).to_be_visible()
    work.opened(live.engine, open_item(live, second, "hegao_a"), live.actor("hegao_a"))

    screen.get_by_role("button", name="撤回").click()  # the page is from before it was opened

    expect(screen.locator("#toast")).to_contain_text("方致远 已于 10:00 打开这件，不能撤回。可发消息请其退回。")
    expect(screen.get_by_role("button", name="撤回")).to_have_count(0)
    assert open_item(live, second, "hegao_a")


def test_point_40_the_row_in_done_offers_it_as_long(live: Live, screen: Page) -> None:
    first, second = document(live), document(live, "关于另一件事的通知")
    for number in (first, second):
        work.decide(live.engine, open_item(live, number, HEAD), "approve", live.actor(HEAD), opinion="同意。")
    live.clock.at("2026-03-09 10:00")
    work.opened(live.engine, open_item(live, second, "hegao_a"), live.actor("hegao_a"))
    live.sign_in(screen, HEAD, "/done")
    expect(screen.locator("#rows .row-i")).to_have_count(2)

    screen.get_by_role("button", name="撤回").click()  # there is one only

    screen.wait_for_url(re.compile(f"/t/{first}"))
    assert open_item(live, first, HEAD)

"""Acceptance points 13, 16, 21, 25 to 28, 33, 70, 71 and 74 in a real Chromium, those of a phone on both sizes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from engine.demo import PASSWORD
from engine.verbs import definitions, instances, people, work
from tests.browser.office import BREATH, DRAFTER, HEAD, decide, document, holder, open_item, open_steps, to_step
from tests.support.joint import JOINT, at, began
from tests.support.live import Live

pytestmark = pytest.mark.browser


def record(live: Live, number: str) -> list[tuple[str, str, str]]:
    """Verb, who, for whom; newest first."""
    found = instances.get(live.engine, number, live.actor("auditor"))
    return [(e.verb, e.actor, e.on_behalf_of) for e in found.history]


def way(page: Page, title: str) -> None:
    """Open the dialog of a way, under 更多 where the screen has no room for it."""
    bar = page.locator(".act-bar")
    own = bar.locator(".acts > a", has_text=title)
    if not own.is_visible():
        bar.locator("summary", has_text="更多").click()
        own = bar.locator(".drop a:visible", has_text=title)
    own.click()


def choose(page: Page, *logins: str) -> None:
    """Choose people in an open dialog, as the picker leaves them."""
    page.locator("dialog select[name=_to]").evaluate(
        """(box, logins) => {
          for (const login of logins) {
            if (![...box.options].some((o) => o.value === login)) box.add(new Option(login, login));
            [...box.options].find((o) => o.value === login).selected = true;
          }
        }""",
        list(logins),
    )


def test_point_13_with_a_hundred_and_one_selected_the_button_is_off_and_says_why(live: Live, desktop: Page) -> None:
    document(live)
    live.sign_in(desktop, HEAD, "/inbox")
    desktop.locator("#rows .pick").first.evaluate(
        "(pick) => { for (let n = 0; n < 100; n += 1) pick.after(pick.cloneNode(true)); }"
    )
    boxes = desktop.locator("#rows .pick input")
    boxes.evaluate_all("(all) => { for (const box of all) box.checked = true; }")
    boxes.first.dispatch_event("change")

    button = desktop.get_by_role("button", name="批量同意")
    expect(button).to_be_disabled()
    expect(desktop.locator("[data-bulk-bar]")).to_contain_text("一次最多批量办理 100 件，请减少选择。")
    boxes.first.evaluate("(box) => { box.checked = false; }")
    boxes.first.dispatch_event("change")
    expect(button).to_be_enabled()


def test_point_16_what_is_held_for_somebody_says_so_and_the_record_names_both(live: Live, screen: Page) -> None:
    now = live.clock()
    people.substitute(live.engine, HEAD, "rlb2", live.actor("admin"), since=now, until=now + timedelta(days=5))
    number = document(live, by=DRAFTER)
    substitute = holder(live, number)
    assert substitute != HEAD
    head, actor = live.actor(HEAD), live.actor(substitute)
    live.sign_in(screen, substitute, f"/t/{number}")
    expect(screen.locator(".task-head")).to_contain_text(f"您代 {head.name} 办理这件")

    screen.locator(".act-bar .b.ok").click()

    screen.wait_for_url(re.compile("/inbox"))
    assert record(live, number)[0] == ("decide", actor.name, head.name)
    live.open(screen, f"/d/{number}/history")
    expect(screen.locator("#main")).to_contain_text(re.compile(f"{actor.name}.*代 {head.name}"))


def test_point_21_a_button_that_leads_to_nobody_cannot_be_pressed_and_says_who_is_missing(
    live: Live, screen: Page
) -> None:
    number = document(live)
    to_step(live, number, "FW40")
    admin = live.actor("admin")
    for login in ("zhuren", "fuzhuren"):
        people.deactivate(live.engine, login, admin)
    expected = work.view(live.engine, open_item(live, number, "hegao_a"), live.actor("hegao_a")).next_steps["pass"][0]

    live.sign_in(screen, "hegao_a", f"/t/{number}")

    button = screen.locator(".act-bar .b.ok")
    if expected.people:  # the chain of substitutes went on to somebody: then the button names them
        expect(button).to_be_enabled()
        expect(screen.locator("#next")).to_contain_text(expected.people[0])
    else:
        expect(button).to_be_disabled()
        expect(screen.locator("#next")).to_contain_text(expected.problem)


def test_point_25_two_signers_beside_me_are_counted_and_a_return_leaves_one_open_step(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")

    way(screen, "加签")
    choose(screen, "cwb_head", "ahb_head")
    screen.get_by_role("dialog").get_by_role("button", name="加签").click()
    expect(screen.locator("#toast")).to_contain_text("已加签")
    live.clock.advance(BREATH)

    assert open_steps(live, number) == ["FW20"] * 3
    added = screen.locator(".timeline .entry", has_text="加签")
    live.open(screen, f"/d/{number}/history")
    expect(added).to_contain_text("0/2 已签")
    decide(live, _item(live, number, "cwb_head"))
    live.open(screen, f"/d/{number}/history")
    expect(added).to_contain_text("1/2 已签")
    assert open_steps(live, number) == ["FW20"] * 2
    item = open_item(live, number, "ahb_head")
    work.return_to(live.engine, item, live.actor("ahb_head"), opinion="请修改。", reasons=("R-TEXT",))
    assert open_steps(live, number) == ["FW10"]
    live.open(screen, f"/d/{number}/history")
    expect(added).to_contain_text("2/2 已签")  # the second has answered too, by returning it
    for name in ("cwb_head", "ahb_head"):
        expect(screen.locator("#main")).to_contain_text(live.actor(name).name)


def _item(live: Live, number: str, login: str) -> Any:
    found = instances.get(live.engine, number, live.actor("auditor")).items
    wanted = open_item(live, number, login)
    return next(item for item in found if item.id == wanted)


def test_point_26_asking_for_an_opinion_leaves_the_task_mine_and_the_answer_stands_in_the_record(
    live: Live, screen: Page
) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    way(screen, "征求意见")
    choose(screen, "cwb_head")
    dialog = screen.get_by_role("dialog")
    dialog.locator("#why").fill("经费是否落实？")
    dialog.get_by_role("button", name="征求意见").click()
    expect(screen.locator("#toast")).to_contain_text("已征求意见")
    live.clock.advance(BREATH)
    asked = open_item(live, number, "cwb_head")
    work.give_opinion(live.engine, asked, live.actor("cwb_head"), opinion="已列入预算。")

    live.open(screen, f"/t/{number}")

    answered = screen.locator("#record .entry", has_text="已列入预算。").first
    expect(answered).to_contain_text("已列入预算。", use_inner_text=False)
    expect(answered.locator("time").first).to_have_text(re.compile(r"09:0\d"), use_inner_text=False)
    expect(screen.locator(".act-bar .b.ok")).to_be_enabled()
    assert open_item(live, number, HEAD)


def test_point_27_who_comes_second_at_a_pool_is_told_who_was_first_and_keeps_the_opinion(
    live: Live, screen: Page
) -> None:
    definitions.deploy(live.engine, JOINT)
    number = began(live.engine, live.actor)
    for login, element in (("hegao_a", "One"), ("cwb_head", "All"), ("ahb_head", "All")):
        item = at(live.engine, live.actor, number, element, login)
        work.decide(live.engine, item.id, "agree" if element == "All" else "approve", live.actor(login))
    live.clock.advance(BREATH)
    pooled, first = at(live.engine, live.actor, number, "File"), live.actor("wenshu_a")
    live.sign_in(screen, "wenshu_b", f"/t/{number}?item={pooled.id}")
    screen.locator("#opinion").fill("我来登记。")
    work.decide(live.engine, pooled.id, "approve", first, opinion="已登记。")

    screen.locator(".act-bar .b.ok").click()

    expect(screen.locator("#main")).to_contain_text(re.compile(f"已由 {first.name} 于 \\d\\d:\\d\\d 办理"))
    expect(screen.locator("#main")).to_contain_text("我来登记。", use_inner_text=False)


def test_point_28_a_phrase_is_inserted_with_one_click_and_own_ones_come_first(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, "/settings/phrases")
    box = screen.locator("textarea").first
    box.fill("请抓紧办理。\n同意，按程序报批。")
    screen.locator("#main form").get_by_role("button", name=re.compile("保存")).first.click()

    live.open(screen, f"/t/{number}")
    phrases = screen.locator(".act-bar [data-phrases] button")
    expect(phrases.first).to_have_text("请抓紧办理。")
    phrases.nth(1).click()

    expect(screen.locator("#opinion")).to_have_value("同意，按程序报批。")


def test_point_33_the_pager_moves_through_the_filtered_list_only(live: Live, desktop: Page) -> None:
    urgent = [document(live, f"关于第 {n} 批检查的通知", urgency="特急", urgency_reason="供热在即") for n in range(2)]
    document(live, "关于开展春季植树活动的通知")
    live.sign_in(desktop, HEAD, "/inbox?urgency=特急")
    item = open_item(live, urgent[0], HEAD)
    live.open(desktop, f"/t/{urgent[0]}?item={item}&urgency=特急")
    expect(desktop.locator(".pager")).to_contain_text("1 / 2")

    desktop.get_by_role("link", name=re.compile("下一件")).click()

    desktop.wait_for_url(re.compile(urgent[1]))
    expect(desktop.locator(".pager")).to_contain_text("2 / 2")
    expect(desktop.get_by_role("link", name=re.compile("下一件"))).to_have_count(0)


def test_point_70_a_session_that_expires_while_typing_is_renewed_over_the_page(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    screen.locator("#opinion").fill("同意，请抓好落实。")
    screen.context.clear_cookies()

    screen.locator(".act-bar .b.ok").click()
    dialog = screen.get_by_role("dialog", name=re.compile("登录已过期"))
    expect(screen.locator("#opinion")).to_have_value("同意，请抓好落实。")
    dialog.locator("input[name=login]").fill(HEAD)
    dialog.locator("input[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()

    screen.wait_for_url(re.compile("/inbox"))
    entry = instances.get(live.engine, number, live.actor("auditor")).history[0]
    assert (entry.verb, entry.opinion) == ("decide", "同意，请抓好落实。")


def test_point_71_without_a_network_one_approval_happens_and_the_person_is_told(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    screen.context.set_offline(True)

    screen.locator(".act-bar .b.ok").click()
    expect(screen.locator("#toast")).to_contain_text("网络断开，尚未提交")
    screen.locator(".act-bar .b.ok").click()
    assert open_steps(live, number) == ["FW20"]
    screen.context.set_offline(False)

    screen.wait_for_url(re.compile("/inbox"))
    assert [verb for verb, _who, _for in record(live, number)].count("decide") == 1


def test_point_71_in_the_inbox_a_lost_request_is_said_and_can_be_sent_again(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, "/inbox")

    def drop(route: Route) -> None:
        route.abort("internetdisconnected")

    desktop.route("**/decide*", drop)
    desktop.locator("#preview .b.ok").click()
    expect(desktop.locator("#toast")).to_contain_text("没有提交成功")
    desktop.unroute("**/decide*", drop)
    desktop.locator("#preview .b.ok").click()

    expect(desktop.locator("#toast")).to_contain_text("已同意")
    assert [verb for verb, _who, _for in record(live, number)].count("decide") == 1


def test_point_74_the_printed_sheet_has_four_borders_no_controls_and_opinions_in_order(
    live: Live, desktop: Page
) -> None:
    number = document(live)
    to_step(live, number, "FW70")
    live.sign_in(desktop, HEAD, f"/d/{number}/print")
    desktop.emulate_media(media="print")

    steps = desktop.locator(".print-form th").all_inner_texts()
    assert steps.index("办公室主任审核") < steps.index("办公室核稿") < steps.index("部门审核")
    assert desktop.locator("main input, main textarea, main select").count() == 0
    expect(desktop.locator(".print-tools")).to_be_hidden()
    drawn = desktop.locator(".print-form").evaluate(
        """(table) => {
          const box = table.getBoundingClientRect();
          const near = { Top: 0, Right: 0, Bottom: 0, Left: 0 };
          for (const one of [table, ...table.querySelectorAll('th, td')]) {
            const at = one.getBoundingClientRect(), style = getComputedStyle(one);
            for (const side of Object.keys(near)) {
              const edge = side.toLowerCase();
              if (Math.abs(at[edge] - box[edge]) < 2)
                near[side] = Math.max(near[side], parseFloat(style[`border${side}Width`]));
            }
          }
          return near;
        }"""
    )
    assert all(width > 0 for width in drawn.values()), drawn  # each of the four sides is drawn
    assert desktop.locator(".print-steps thead").evaluate("(h) => getComputedStyle(h).display") == "table-header-group"
    pdf = desktop.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1

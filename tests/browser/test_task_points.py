"""Acceptance points 18 to 23, 29 to 32, 34 and 41 of the task page in a real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine.store import work as work_rows
from engine.verbs import instances, work
from tests.browser.office import BREATH, DRAFTER, ENTERED, HEAD, document, holder, open_item, open_steps, to_step
from tests.support.live import Live

pytestmark = pytest.mark.browser


def test_point_18_document_opinions_diagram_and_buttons_are_seen_at_once(live: Live, desktop: Page) -> None:
    number = document(live)
    to_step(live, number, "FW50")
    live.sign_in(desktop, "zhuren", f"/t/{number}")

    for part in (
        ".paper-title",
        "#record .entry.now",
        "#record .said >> nth=0",
        "[data-diagram] svg",
        ".act-bar .b.ok",
    ):
        expect(desktop.locator(part).first).to_be_in_viewport()
    assert desktop.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_point_19_only_fields_of_this_step_are_controls_and_marked(live: Live, screen: Page) -> None:
    number = document(live)
    to_step(live, number, "FW40")
    live.sign_in(screen, "hegao_a", f"/t/{number}")

    controls = screen.locator(
        ".form-column [name]:not([type=hidden]), .form-column input[type=hidden][name]:not([value=''])"
    )
    names = {str(name).split("-")[0] for name in controls.evaluate_all("all => all.map(one => one.name)")}
    view = work.view(live.engine, open_item(live, number, "hegao_a"), live.actor("hegao_a"))
    assert names == {id for id, right in view.permissions.items() if right == "write"}
    expect(screen.locator(".facts", has_text="文件标题")).to_be_visible()


def test_point_19_a_field_of_another_step_is_refused_and_shown(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    screen.locator("#task").evaluate(
        "form => form.insertAdjacentHTML('beforeend', '<input type=hidden name=title value=\"关于别的事的通知\">')"
    )

    with screen.expect_response(re.compile("/decide")) as answer:
        screen.locator(".act-bar .b.ok").click()

    assert answer.value.status == 422
    expect(screen.get_by_role("alert")).to_contain_text("文件标题")
    assert open_steps(live, number) == ["FW20"]
    assert instances.get(live.engine, number, live.actor(HEAD)).title != "关于别的事的通知"


def test_point_20_the_button_names_the_next_person_and_follows_a_routing_field(live: Live, screen: Page) -> None:
    number = document(live)
    to_step(live, number, "FW40")
    live.sign_in(screen, "hegao_a", f"/t/{number}")
    chief = live.actor("zhuren").name
    expect(screen.locator("#next")).to_contain_text(chief)

    screen.get_by_role("group", name=re.compile("法律合规")).get_by_role("checkbox").check()

    expect(screen.locator("#next")).not_to_contain_text(chief)
    expect(screen.locator("#next")).to_contain_text("法律合规审核")


def test_point_22_a_typed_opinion_survives_closing_the_tab(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, f"/t/{number}")
    desktop.locator("#opinion").fill("原则同意，附件二请再核对。")
    second = desktop.context.new_page()
    desktop.close(run_before_unload=True)
    while not _typed(live, HEAD):  # the browser sends it after the tab is gone, and tells no page when
        second.wait_for_timeout(100)

    second.goto(f"{live.url}/t/{number}")

    expect(second.locator("#opinion")).to_have_value("原则同意，附件二请再核对。")
    expect(second.locator(".restored")).to_contain_text(re.compile(r"已恢复您 今天 \d\d:\d\d 保存的内容"))


def _typed(live: Live, login: str) -> bool:
    """Whether a draft of this person has reached the server."""
    with live.engine.store.reading() as tx:
        return bool(work_rows.drafts(tx, live.actor(login).id))


def test_drafts_are_saved_while_typing_and_can_be_thrown_away(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, f"/t/{number}")
    desktop.locator("#opinion").press_sequentially("请补充依据。")
    expect(desktop.locator("[data-saved]")).to_have_text(re.compile(r"已于 \d\d:\d\d 保存"))
    desktop.reload()

    desktop.get_by_role("button", name="不要草稿，重新填写").click()

    expect(desktop.locator("#opinion")).to_have_value(re.compile("^同意"))
    expect(desktop.locator(".restored")).to_have_count(0)


def test_point_23_returning_without_a_reason_says_so_and_sends_nothing(live: Live, screen: Page) -> None:
    number = document(live)
    live.sign_in(screen, HEAD, f"/t/{number}")
    posts: list[str] = []
    screen.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    screen.locator(".act-bar").get_by_role("link", name="退回").click()
    dialog = screen.get_by_role("dialog", name="退回")

    dialog.get_by_role("button", name="退回").click()

    expect(dialog.locator("#why-wrong")).to_have_text("请填写退回理由，说明需要改什么。")
    expect(dialog.locator("#why")).to_be_focused()
    expect(dialog.locator("#why")).to_have_attribute("aria-invalid", "true")
    assert [url for url in posts if "/return" in url] == []
    assert open_steps(live, number) == ["FW20"]


def test_point_24_returned_to_come_straight_back_it_comes_straight_back(live: Live, screen: Page) -> None:
    number = document(live)
    to_step(live, number, "FW50")
    live.sign_in(screen, "zhuren", f"/t/{number}")
    screen.locator(".act-bar").get_by_role("link", name="退回").click()
    dialog = screen.get_by_role("dialog", name="退回")
    expect(dialog.get_by_label("附件问题")).to_be_attached()
    expect(dialog.get_by_role("button", name="退回", exact=True)).to_be_in_viewport(ratio=1)
    dialog.get_by_role("radio", name=re.compile("拟稿")).check()
    dialog.get_by_role("radio", name="直接送回我").check()
    dialog.get_by_role("button", name="请补充附件。").click()
    dialog.get_by_label("附件问题").check()
    dialog.get_by_role("button", name="退回", exact=True).click()
    screen.wait_for_url(re.compile("/inbox"))
    assert holder(live, number) == DRAFTER
    live.clock.advance(BREATH)

    item = open_item(live, number, DRAFTER)
    work.decide(live.engine, item, "submit", live.actor(DRAFTER), data={})

    assert holder(live, number) == "zhuren"


def test_point_29_taken_flows_are_green_a_return_never_taken_is_not_and_visits_are_counted(
    live: Live, desktop: Page
) -> None:
    number = document(live)
    to_step(live, number, "FW50")
    chief = live.actor("zhuren")
    work.return_to(
        live.engine,
        open_item(live, number, "zhuren"),
        chief,
        to="FW40",
        opinion="请再核一次文字。",
        reasons=("R-TEXT",),
    )
    item = open_item(live, number, "hegao_a")
    work.decide(live.engine, item, "pass", live.actor("hegao_a"), data=ENTERED["FW40"])
    live.clock.at("2026-03-09 11:00")
    live.sign_in(desktop, "zhuren", f"/d/{number}/diagram")
    expect(desktop.locator('[data-element-id="FW50"].is-open')).to_be_visible()

    seen = instances.get(live.engine, number, chief)
    taken = {id for id in seen.visits if desktop.locator(f'[data-element-id="{id}"].djs-connection').count()}
    flows = set(
        desktop.locator(".djs-connection[data-element-id]").evaluate_all("all => all.map(a => a.dataset.elementId)")
    )
    green = set(
        desktop.locator(".djs-connection.is-done[data-element-id]").evaluate_all(
            "all => all.map(a => a.dataset.elementId)"
        )
    )
    assert green == taken
    assert flows - green
    expect(desktop.locator(".diagram-visits").filter(has_text="2 次").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_point_30_the_mark_of_bpmn_io_is_fully_visible(
    live: Live, request: pytest.FixtureRequest, device: str, theme: str
) -> None:
    page: Page = request.getfixturevalue(device)
    number = document(live)
    live.sign_in(page, HEAD, f"/t/{number}")
    if device == "phone":
        page.get_by_role("link", name="流程图").tap()
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    mark = page.locator("a.bjs-powered-by")
    expect(mark).to_be_in_viewport(ratio=1)

    on_top = mark.evaluate(
        """link => { const box = link.getBoundingClientRect();
        return [[.1, .1], [.9, .1], [.5, .5], [.1, .9], [.9, .9]].every(([x, y]) =>
          link.contains(document.elementFromPoint(box.x + box.width * x, box.y + box.height * y))) }"""
    )

    assert on_top
    paper = page.locator("[data-diagram]").evaluate("box => getComputedStyle(box).backgroundColor")
    assert paper == "rgb(248, 249, 251)"  # dark letters need a light ground in every theme


def test_point_31_the_table_says_what_the_diagram_shows(live: Live, desktop: Page) -> None:
    number = document(live)
    to_step(live, number, "FW50")
    live.sign_in(desktop, "zhuren", f"/d/{number}/diagram")
    desktop.get_by_role("link", name="表", exact=True).click()

    table = desktop.get_by_role("table")
    for step in instances.get(live.engine, number, live.actor("zhuren")).steps:
        line = table.get_by_role("row").filter(has=desktop.get_by_role("cell", name=step.name, exact=True))
        expect(line).to_have_count(1)
        for person in step.people:
            expect(line).to_contain_text(person)
        if step.finished:
            expect(line).to_contain_text(step.used)
            expect(line).to_contain_text(step.outcome)


def test_point_32_labels_stay_inside_their_boxes_at_three_sizes(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, f"/d/{number}/diagram")
    expect(desktop.locator('[data-element-id="FW20"].is-open')).to_be_visible()
    outside = """() => [...document.querySelectorAll('.djs-shape')].filter(shape => {
        const label = shape.querySelector('.djs-visual text.djs-label');
        const box = shape.querySelector('.djs-visual > rect');
        if (!label || !box) return false;
        const [a, b] = [label.getBoundingClientRect(), box.getBoundingClientRect()];
        return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
    }).map(shape => shape.dataset.elementId)"""

    for button in (None, "全图", "放大"):
        if button:
            desktop.get_by_role("button", name=button).click()
        assert desktop.evaluate("document.querySelectorAll('.djs-shape text.djs-label').length") > 5
        assert desktop.evaluate(outside) == []


def test_point_34_a_phone_has_four_tabs_and_the_bar_hides_no_last_line(live: Live, phone: Page) -> None:
    number = document(live)
    live.sign_in(phone, HEAD, f"/t/{number}")
    tabs = phone.locator("[data-sections] a")
    expect(tabs).to_have_text([re.compile("正文"), re.compile("审批单"), re.compile("意见"), re.compile("流程图")])

    phone.locator("#main").evaluate("main => { main.scrollTop = main.scrollHeight }")

    last = phone.locator(".paper > :last-child").bounding_box()
    bar = phone.locator(".act-bar").bounding_box()
    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= bar["y"]


def test_point_41_a_finished_task_leads_to_the_instance_with_a_notice(live: Live, screen: Page) -> None:
    number = document(live)
    to_step(live, number, "FW40")
    live.sign_in(screen, HEAD, f"/t/{number}")

    expect(screen).to_have_url(f"{live.url}/d/{number}")
    expect(screen.locator("#toast")).to_contain_text(
        re.compile(f"这件已由 {live.actor(HEAD).name} 于 \\d\\d:\\d\\d 办理")
    )


def test_somebody_was_faster_and_the_typed_opinion_is_kept(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, f"/t/{number}")
    desktop.locator("#opinion").fill("同意，请注意保密。")
    work.decide(live.engine, open_item(live, number, HEAD), "approve", live.actor(HEAD), opinion="同意。")

    desktop.locator(".act-bar .b.ok").click()

    expect(desktop.get_by_role("alert")).to_contain_text(f"这件已由 {live.actor(HEAD).name}")
    expect(desktop.get_by_label("您写的意见")).to_have_value("同意，请注意保密。")

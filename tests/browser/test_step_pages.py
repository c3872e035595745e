"""What a person finds without searching: the duty of a step, why it came back, what to fill in, whole tables."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.model import Json
from engine.verbs import instances, work
from tests.browser.office import BREATH, decide, document, open_item, seal_use, to_step
from tests.support.diagrams import LEAVE
from tests.support.live import Live

pytestmark = pytest.mark.browser


def cut_off(page: Page, region: Locator) -> bool:
    """Whether something in a region lies outside it, or the region outside the page."""
    inside = region.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
    right = region.evaluate("one => one.getBoundingClientRect().right <= innerWidth + 1")
    return not (inside and right)


@pytest.mark.parametrize(
    ("element", "login", "field"), [("FW40", "hegao_a", "g_route"), ("FW80", "hegao_a", "review_items")]
)
def test_what_a_step_wants_is_seen_without_scrolling_and_so_is_its_duty(
    live: Live, desktop: Page, element: str, login: str, field: str
) -> None:
    number = document(live)
    to_step(live, number, element)
    live.sign_in(desktop, login, f"/t/{number}")

    expect(desktop.locator(f"#form [name={field}]:not([type=hidden])").first).to_be_in_viewport()
    expect(desktop.locator(".duty-line")).to_be_in_viewport()
    view = work.view(live.engine, open_item(live, number, login), live.actor(login))
    expect(desktop.locator(".duty-line")).to_contain_text(view.duty)


def test_a_table_to_fill_in_is_whole_on_the_page(live: Live, desktop: Page) -> None:
    number = document(live, cosign_depts=["cwb", "ahb"])
    to_step(live, number, "FW30")
    for login, outcome in (("cwb_head", "agree"), ("ahb_head", "comment")):
        item = open_item(live, number, login)
        work.decide(live.engine, item, outcome, live.actor(login), opinion="请补充物资保障。")
        live.clock.advance(BREATH)
    live.sign_in(desktop, "rlb1", f"/t/{number}")

    table = desktop.locator("#f-adoption")
    expect(table.locator("[name=adoption-0-reason]")).to_be_in_viewport()
    assert not cut_off(desktop, table)


def test_who_gets_a_document_back_reads_why_at_the_top(live: Live, desktop: Page) -> None:
    number = document(live)
    to_step(live, number, "FW40")
    item = open_item(live, number, "hegao_a")
    work.return_to(live.engine, item, live.actor("hegao_a"), to="FW10", opinion="值班日期没有写明。", mode="direct",
        reasons=["R-UNCLEAR"],
    )  # fmt: skip
    live.clock.advance(BREATH)
    live.sign_in(desktop, "rlb1", f"/t/{number}")

    expect(desktop.locator(".sent-back")).to_be_in_viewport()
    expect(desktop.locator(".sent-back")).to_contain_text("方致远 办公室核稿 退回：值班日期没有写明。")


def test_words_of_the_first_button_are_asked_for_again_under_another(live: Live, desktop: Page) -> None:
    number = document(live, cosign_depts=["cwb", "ahb"])
    to_step(live, number, "FW30")
    live.sign_in(desktop, "ahb_head", f"/t/{number}")

    desktop.get_by_role("button", name="有修改意见").click()

    expect(desktop.locator("#opinion-wrong")).to_be_visible()
    assert "comment" not in {i.outcome for i in instances.get(live.engine, number, live.actor("auditor")).items}


def test_notices_are_whole_on_a_phone(live: Live, phone: Page) -> None:
    document(live, "关于做好集团公司二〇二六年度冬季安全生产专项检查和隐患排查治理工作的通知")
    live.sign_in(phone, "rlb_head", "/notifications")

    for group in phone.locator(".notice-group").all():
        assert not cut_off(phone, group)
    expect(phone.get_by_role("button", name=re.compile("查看")).first).to_be_in_viewport()


def test_the_register_of_seal_use_is_whole_on_a_desk(live: Live, desktop: Page) -> None:
    fields = {
        "seal": "合同专用章",
        "file_kind": "合同",
        "ref_no": "CG-1",
        "counterparty": "某公司",
        "business_unit": "rlb",
    }
    number = seal_use(live, amount="100000.00", **fields)
    sealed: dict[str, Json] = {"actual_copies": 2, "actual_places": 1}
    checked: dict[str, Json] = {
        "checks": ["审批手续完备", "内容与电子版一致", "无空白、填写完整", "印章与落款一致", "份数页数一致"]
    }
    for _ in range(12):
        waiting = [i for i in instances.get(live.engine, number, live.actor("auditor")).items if i.state == "open"]
        if any(i.element == "YY100" for i in waiting):
            break
        decide(live, waiting[0], {"YY70": sealed, "YY60": checked}.get(waiting[0].element, {}))
    live.sign_in(desktop, "fwb_liaison", "/seals")

    region = desktop.get_by_role("region", name="用印登记簿")
    expect(region).to_contain_text(number)
    assert not cut_off(desktop, region)


def test_a_name_nobody_has_is_marked_on_its_element_before_publishing(
    live: Live, desktop: Page, tmp_path: Path
) -> None:
    file = tmp_path / "leave.bpmn"
    file.write_text(LEAVE.replace('name="部门审批" camunda:assignee="${initiator}"',
                                  'name="部门审批" camunda:assignee="zhangsan"'), encoding="utf-8")  # fmt: skip
    live.sign_in(desktop, "designer", "/processes")
    desktop.set_input_files("#file", str(file))
    desktop.get_by_role("button", name="检查").click()

    expect(desktop.locator('[data-finding="approve"]', has_text="zhangsan")).to_contain_text("在组织里不存在")
    expect(desktop.locator('[data-designer] [data-element-id="approve"].has-warning')).to_have_count(1)


def test_the_whole_diagram_lies_inside_its_frame(live: Live, desktop: Page) -> None:
    live.sign_in(desktop, "designer", "/processes/document_issue")
    shapes = desktop.locator("[data-designer] .djs-shape .djs-visual, [data-diagram] .djs-shape .djs-visual")
    expect(shapes.first).to_be_visible()

    frame = desktop.locator("[data-designer] svg, [data-diagram] svg").first.bounding_box()
    assert frame is not None
    for box in shapes.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())"):
        assert frame["x"] <= box["left"] < box["right"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["top"] < box["bottom"] <= frame["y"] + frame["height"]

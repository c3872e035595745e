"""Acceptance points 55 to 58 (and 64, 68 for these pages): what a designer sees of an upload in a real browser."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.verbs import definitions, instances
from tests.browser.barriers import await_drawn
from tests.support.diagrams import BROKEN, CHANGED, ENTITY, LEAVE
from tests.support.live import Live
from tests.support.releases import release_all

pytestmark = pytest.mark.browser


# cells that are narrower than three characters and higher than three lines
SQUEEZED = """(bodies) => bodies.flatMap((body) => [...body.querySelectorAll('th, td')])
    .filter((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      const [box, size] = [range.getBoundingClientRect(), parseFloat(getComputedStyle(cell).fontSize)];
      return box.width && box.width < 3 * size && box.height > 3 * size;
    })
    .map((cell) => cell.innerText)"""


def check(page: Page, live: Live, folder: Path, content: str, *, at: str = "/processes") -> None:
    """Upload a diagram through the card of a page."""
    file = folder / "leave.bpmn"
    file.write_text(content, encoding="utf-8")
    page.goto(live.url + at)
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="检查").click()


def publish(page: Page, live: Live, folder: Path, content: str, note: str) -> None:
    check(page, live, folder, content)
    page.get_by_label("发布说明").fill(note)
    page.get_by_role("button", name="提交第").click()
    expect(page).to_have_url(re.compile(r"/d/FB-"))
    release_all(live.engine)
    page.goto(f"{live.url}/processes/leave")


@pytest.fixture
def designer(live: Live, desktop: Page) -> Page:
    live.sign_in(desktop, "designer", "/processes")
    return desktop


def test_55_an_unsupported_element_is_named_located_and_cannot_be_published(
    designer: Page, live: Live, tmp_path: Path
) -> None:
    check(designer, live, tmp_path, BROKEN)

    canvas = designer.locator("[data-designer]")
    expect(canvas.locator('[data-element-id="approve"].has-error')).to_have_count(1)
    expect(canvas.locator('[data-element-id="f3"].has-error')).to_have_count(1)
    problem = designer.locator('[data-finding="approve"]')
    expect(problem).to_contain_text("不支持的元素 complexGateway")
    expect(designer.get_by_role("button", name="发布", exact=True)).to_be_disabled()

    problem.get_by_role("link", name="复杂判断").click()
    expect(canvas.locator('[data-element-id="approve"].is-shown')).to_have_count(1)
    canvas.get_by_role("button", name="不支持的元素").click()
    expect(problem).to_be_focused()


def test_56_what_is_no_bpmn_or_reads_files_is_refused_and_nothing_is_stored(
    designer: Page, live: Live, tmp_path: Path
) -> None:
    before = definitions.all_current(live.engine)
    stored = sorted((live.engine.settings.home / "files").rglob("*"))

    for content, words in ((ENTITY, "DOCTYPE"), ("%PDF-1.7 nonsense", "不是有效的 BPMN 2.0 文件")):
        check(designer, live, tmp_path, content)

        expect(designer.locator("main")).to_contain_text(words)
        expect(designer.locator("main")).to_contain_text("没有保存")
        expect(designer.locator("[data-designer]")).to_have_count(0)
        expect(designer.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    assert definitions.all_current(live.engine) == before
    assert sorted((live.engine.settings.home / "files").rglob("*")) == stored


def test_57_list_and_colours_of_a_comparison_agree(designer: Page, live: Live, tmp_path: Path) -> None:
    publish(designer, live, tmp_path, LEAVE, "试行")
    publish(designer, live, tmp_path, CHANGED, "增加核对")

    designer.get_by_role("link", name="与第 1 版比较").click()

    old, new = designer.locator("[data-designer]").nth(0), designer.locator("[data-designer]").nth(1)
    expect(new.locator('[data-element-id="check"].has-added')).to_have_count(1)
    listed = {
        (line.get_attribute("data-finding"), line.locator(".chip").inner_text())
        for line in designer.locator("[data-finding]").all()
    }
    assert listed == {("check", "新增"), ("f4", "新增"), ("approve", "修改"), ("f2", "修改")}
    for element, word in listed:
        kind = {"新增": "added", "修改": "changed"}[word]
        expect(new.locator(f'.has-{kind}[data-element-id="{element}"]')).to_have_count(1)
    expect(old.locator(".has-changed")).to_have_count(2)
    expect(old.locator(".has-added")).to_have_count(0)


def test_57_an_unchanged_file_cannot_be_published(designer: Page, live: Live, tmp_path: Path) -> None:
    publish(designer, live, tmp_path, LEAVE, "试行")

    check(designer, live, tmp_path, LEAVE)

    expect(designer.get_by_role("button", name="与第 1 版相同")).to_be_disabled()
    expect(designer.get_by_role("button", name="提交第")).to_have_count(0)


def test_58_publishing_states_what_runs_and_it_keeps_its_version(designer: Page, live: Live, tmp_path: Path) -> None:
    publish(designer, live, tmp_path, LEAVE, "试行")
    applicant = live.actor("cwb1")
    number = instances.start(live.engine, "leave", {"title": "请假三天"}, applicant).number

    check(designer, live, tmp_path, CHANGED)
    expect(designer.locator(".publish")).to_contain_text(
        "1 件在办继续按原来的版本办理（第 1 版 1 件）；新发起的用第 2 版"
    )
    designer.get_by_label("发布说明").fill("增加核对")
    designer.get_by_role("button", name="提交第 2 版").click()

    expect(designer.locator("#toast")).to_contain_text("已提交“请假”第 2 版")
    expect(designer.locator("#toast")).to_contain_text("等待苏文博审核发布")
    release_all(live.engine)
    assert definitions.package(live.engine, "leave").manifest.key == "leave"
    assert [one.running for one in definitions.versions(live.engine, "leave")] == [0, 1]
    assert instances.get(live.engine, number, applicant).version == 1


def test_the_drawing_of_a_shipped_process_is_shown_with_its_steps(designer: Page, live: Live) -> None:
    designer.goto(f"{live.url}/processes/document_issue")

    expect(designer.locator('[data-designer] [data-element-id="FW70"]')).to_have_count(1)
    designer.get_by_role("link", name="拟稿").click()
    expect(designer.locator('[data-element-id="FW10"].is-shown')).to_have_count(1)


def test_64_the_designers_pages_have_no_barriers(designer: Page, live: Live, tmp_path: Path) -> None:
    publish(designer, live, tmp_path, LEAVE, "试行")
    publish(designer, live, tmp_path, CHANGED, "增加核对")
    paths = ("/processes", "/processes/leave", "/processes/leave/diff/1...2", "/notifications")

    found = []
    for theme in ("light", "dark"):
        for path in paths:
            designer.goto(live.url + path)
            designer.evaluate(
                "t => { document.documentElement.dataset.theme = t; document.documentElement.dataset.bsTheme = t }",
                theme,
            )
            found += barriers(designer, f"{path} {theme}")
        check(designer, live, tmp_path, BROKEN)
        designer.evaluate(
            "t => { document.documentElement.dataset.theme = t; document.documentElement.dataset.bsTheme = t }", theme
        )
        found += barriers(designer, f"report {theme}")
    assert found == []


def test_68_no_page_of_the_designer_scrolls_sideways(live: Live, phone: Page, tmp_path: Path) -> None:
    live.sign_in(phone, "designer", "/processes")
    phone.set_viewport_size({"width": 320, "height": 700})

    check(phone, live, tmp_path, BROKEN)
    widths = [phone.evaluate("document.documentElement.scrollWidth")]
    for path in ("/processes", "/processes/document_issue", "/notifications"):
        phone.goto(live.url + path)
        widths.append(phone.evaluate("document.documentElement.scrollWidth"))

    assert max(widths) <= 320


def test_68_no_column_of_words_is_one_character_wide_on_a_phone(live: Live, phone: Page) -> None:
    live.sign_in(phone, "designer", "/processes")

    squeezed = []
    for path in ("/processes", "/processes/document_issue", "/sla/document_issue"):
        live.open(phone, path)
        squeezed += phone.locator(".grid tbody").evaluate_all(SQUEEZED)

    assert squeezed == []


def barriers(page: Page, where: str) -> list[str]:
    """What axe finds, without the drawing itself, whose text equivalent is the list beside it."""
    await_drawn(page)
    context = {"exclude": [[".djs-container"], [".bjs-container"]]}
    results = Axe().run(page, context=context).response["violations"]
    return [f"{where}: {one['id']} {[node['target'] for node in one['nodes']]}" for one in results]

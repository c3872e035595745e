"""Acceptance points 16, 21, 60, 61 and 63: what is about people, and the pages about them."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.verbs import inbox, people
from tests.browser.barriers import violations
from tests.browser.office import HEAD, document, holder
from tests.support.clock import shanghai
from tests.support.live import Live
from tests.support.rosters import as_csv, roster_of

pytestmark = pytest.mark.browser

FRIDAY = shanghai("2026-03-13 17:30")


def choose(page: Page, field: str, login: str) -> None:
    """Put a person into a search field as its list does."""
    page.locator(field).evaluate(
        "(one, login) => { one.append(new Option(login, login, true, true)); one.value = login; }", login
    )


def test_point_16_an_item_held_on_behalf_says_for_whom_and_so_does_the_record(live: Live, desktop: Page) -> None:
    number = document(live)
    people.take_leave(live.engine, HEAD, None, since=live.clock(), until=FRIDAY, by="rlb_liaison", reason="出差")
    deputy = people.actor(live.engine, holder(live, number))
    live.sign_in(desktop, deputy.login, "/inbox")

    expect(desktop.locator("#rows .row-i").first).to_contain_text("代 周建业")
    expect(desktop.locator(".banner")).to_contain_text("您正在代 周建业 办理")

    desktop.locator("#preview .b.ok").click()
    expect(desktop.locator("#toast")).to_contain_text("撤销")
    desktop.goto(f"{live.url}/d/{number}/history")
    expect(desktop.locator(".timeline")).to_contain_text(f"{deputy.name} 代 周建业")


def test_point_21_with_nobody_to_send_it_to_the_button_is_disabled_and_names_the_cause(
    live: Live, screen: Page
) -> None:
    number = document(live)
    wanted = ("hegao_a", "wenshu_a", "zhuren", "fuzhuren", "vp_a", "gm", "chairman", "admin")
    for login in wanted:
        people.deactivate(live.engine, login, None, to="cwb1")
    for admin in people.directory(live.engine).admins:
        people.deactivate(live.engine, admin.login, None, to="cwb1")
    live.sign_in(screen, HEAD, f"/t/{number}")

    button = screen.locator(".act-bar .b.ok")
    expect(button).to_be_disabled()
    expect(screen.locator("#next")).to_contain_text("没有在岗的流程管理员")


def test_point_60_a_user_with_twelve_open_items_is_let_go_only_to_a_receiver(live: Live, screen: Page) -> None:
    for n in range(12):
        document(live, f"关于第{n + 1}件事项的通知")
    live.sign_in(screen, "admin", f"/admin/users?q={HEAD}")
    row = screen.locator("tbody tr", has_text="周建业").first
    expect(row).to_contain_text("12 件")
    row.get_by_role("link", name="停用").click()
    expect(screen.locator("h3")).to_contain_text("名下待办 12 件")

    screen.get_by_role("button", name="移交 12 件并停用").click()
    expect(screen.get_by_role("alert")).to_contain_text("请先选择接收人")

    choose(screen, "select[name=to]", "cwb_head")
    screen.get_by_role("button", name="移交 12 件并停用").click()

    expect(screen.locator("tbody tr")).to_have_count(12)
    assert inbox.page(live.engine, live.actor("cwb_head")).total == 12
    screen.goto(f"{live.url}/admin/users?q={HEAD}")
    expect(screen.locator("tbody tr").first).to_contain_text("0 件")
    expect(screen.locator("tbody tr").first).to_contain_text("已停用")


def test_point_61_a_circle_is_refused_with_its_text_and_both_people_see_the_banner(
    live: Live, desktop: Page, phone: Page
) -> None:
    people.substitute(live.engine, "hegao_a", "dangan_a", None, since=live.clock(), until=FRIDAY, reason="学习")
    for page, login, words in (
        (desktop, "hegao_a", "您的工作由 孟庆华 代办"),
        (phone, "dangan_a", "您正在代 方致远 办理"),
    ):
        live.sign_in(page, login, "/settings/substitution")
        expect(page.locator(".banner")).to_contain_text(words)

    choose(phone, "select[name=by] >> nth=1", "hegao_a")
    phone.get_by_role("button", name="登记代理").click()

    expect(phone.get_by_role("alert")).to_contain_text("方致远在此期间已由孟庆华代理，不能互相代理。")


def test_point_63_three_bad_rows_among_five_hundred_are_listed_and_a_good_table_is_taken(
    live: Live, desktop: Page, tmp_path: Path
) -> None:
    def table(name: str, bad: tuple[int, ...]) -> Path:
        people_ = [
            ["" if n in bad else f"新人{n}", "cwb", "", "", "", "staff", "", "", "是", "", ""] for n in range(500)
        ]
        file = tmp_path / name
        file.write_bytes(as_csv([*roster_of(live.engine), *([f"new{n}", *row] for n, row in enumerate(people_))]))
        return file

    first = len(roster_of(live.engine)) + 1
    live.sign_in(desktop, "admin", "/admin/org/import")
    desktop.locator("#table").set_input_files(table("bad.csv", (7, 250, 499)))
    desktop.get_by_role("button", name="预览", exact=True).click()
    expect(desktop.get_by_role("alert")).to_contain_text("有 3 处问题，没有导入任何内容")
    rows = desktop.locator("tbody tr")
    expect(rows).to_have_count(3)
    for row, n in zip(rows.all(), (7, 250, 499), strict=True):
        expect(row).to_contain_text(f"{first + n}")
        expect(row).to_contain_text("没有姓名")

    desktop.locator("#table").set_input_files(table("good.csv", ()))
    desktop.get_by_role("button", name="预览", exact=True).click()
    expect(desktop.locator("[data-figure=新增]")).to_have_text("500")
    assert violations(desktop) == []
    with desktop.expect_response(lambda answer: answer.request.method == "POST"):
        desktop.get_by_role("button", name="全部导入").click()
    expect(desktop.locator("#toast")).to_contain_text("新增 500 人")


def test_a_leave_is_taken_in_six_actions_and_its_list_is_read(live: Live, desktop: Page) -> None:
    number = document(live)
    live.sign_in(desktop, HEAD, "/settings/substitution")
    desktop.locator("#f-l-until").fill("2026-03-13T17:30")
    desktop.get_by_role("button", name="看看会移交什么").click()
    expect(desktop.locator("table")).to_contain_text(number)
    desktop.get_by_role("button", name="确认请假").click()

    expect(desktop.locator("main h2").first).to_contain_text("不在岗")
    assert holder(live, number) != HEAD
    desktop.get_by_role("button", name="销假，收回未办的件").click()
    expect(desktop.locator("main h2").first).to_contain_text("已返岗")
    assert holder(live, number) == HEAD


def test_why_it_is_with_me_is_one_press_away(live: Live, desktop: Page) -> None:
    number = document(live)
    live.clock.advance(timedelta(minutes=1))
    live.sign_in(desktop, HEAD, f"/t/{number}")

    desktop.get_by_role("link", name="为什么在我这里").click()

    dialog = desktop.get_by_role("dialog", name="为什么在我这里")
    expect(dialog).to_contain_text("所在部门负责人")
    expect(dialog).to_contain_text("郝宁")


PAGES = ("/admin/users", "/admin/org", "/admin/org/import", "/admin/substitution", "/admin/handovers",
         "/settings/substitution", "/search?q=通知", "/d/{number}/why")  # fmt: skip


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_points_64_and_68_pages_about_people_have_no_barriers_and_never_scroll_sideways(
    live: Live, request: pytest.FixtureRequest, device: str
) -> None:
    page: Page = request.getfixturevalue(device)
    number = document(live)
    people.take_leave(live.engine, "hegao_a", None, since=live.clock(), until=FRIDAY)
    people.substitute(live.engine, "dangan_a", "huiwu_a", None, since=live.clock(), until=FRIDAY)
    inbox.catch_up(live.engine)
    found: list[str] = []
    live.sign_in(page, "admin")
    for path in PAGES:
        page.goto(live.url + path.format(number=number))
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} scrolls sideways")
    assert found == []

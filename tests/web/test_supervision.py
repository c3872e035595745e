"""``/supervision`` as a browser without scripts sees it: figures lead to lists of their length; many are chased."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import notifications, people
from tests.support.clock import FakeClock
from tests.support.matters import hand_over, register, wait_until
from tests.web.browsing import post, sign_in


@pytest.fixture
def ducha(office: Engine, clock: FakeClock, client: FlaskClient) -> FlaskClient:
    """Three matters of two departments, two of them late; the supervisor looks."""
    clock.at("2026-03-02 09:00")
    hand_over(office, "隐患整改", lead="ahb", due="2026-03-06 17:30")
    hand_over(office, "等保测评", lead="xxb", due="2026-03-09 17:30")
    hand_over(office, "热力改造", lead="ca", due="2026-04-30 17:30")
    wait_until(office, clock, "2026-03-11 10:00")
    return sign_in(client, "ducha_a")


def figure(page: str, name: str) -> int:
    found = re.search(rf'data-figure="{name}">(\d+)', page)
    assert found, f"no figure {name}"
    return int(found[1])


def listed(page: str) -> list[str]:
    return re.findall(r'class="name cut"[^>]*>([^<]+)<', page)


def test_overview_begins_with_the_reds_all_chosen(ducha: FlaskClient) -> None:
    page = ducha.get("/supervision").text

    assert listed(page) == ["隐患整改", "等保测评"]
    assert len(re.findall(r'name="number"[^>]* checked', page)) == 2
    assert "已选 <b>2</b> 件，合并为 <b>2</b> 条提醒" in page


def test_green_amber_and_red_make_up_what_is_under_way_and_each_leads_to_that_many(ducha: FlaskClient) -> None:
    page = ducha.get("/supervision").text

    parts = {light: figure(page, light) for light in ("green", "amber", "red")}
    assert sum(parts.values()) == figure(page, "all") == 3
    for light, count in (parts | {"all": 3}).items():
        there = ducha.get(f"/supervision?light={light}").text
        assert (len(listed(there)), figure(there, "list")) == (count, count)


def test_every_link_with_a_figure_keeps_its_word(ducha: FlaskClient) -> None:
    page = ducha.get("/supervision").text

    links = re.findall(r'href="(/supervision\?[^"]+)"[^>]*aria-label="[^"]*? (\d+) 件"', page)
    links += re.findall(r'<a href="(/supervision\?[^"]+)"[^>]*>[^<]*<span class="soft" data-figure="\w+">(\d+)<', page)
    assert len(links) >= 6
    for address, count in links:
        assert len(listed(ducha.get(unescape(address)).text)) == int(count), address


def test_chase_of_a_department_tells_its_holder_once_and_says_what_it_did(ducha: FlaskClient, office: Engine) -> None:
    holder = people.actor(office, "ahb_liaison")
    before = len(notifications.centre(office, holder))

    answer = post(ducha, "/supervision/chase", page="/supervision", dept="ahb", next="/supervision?light=red")

    assert (answer.status_code, answer.location) == (303, "/supervision?light=red")
    page = ducha.get(answer.location).text
    assert "已催办 1 件，合并为 1 条提醒。" in page
    assert "今日已催 10:00" in page
    assert len(re.findall(r'name="number"[^>]* disabled', page)) == 1
    assert len(notifications.centre(office, holder)) == before + 1


def test_chase_without_a_choice_says_so_and_chases_nobody(ducha: FlaskClient) -> None:
    post(ducha, "/supervision/chase", page="/supervision")

    assert "请选择 1 到 100 件" in ducha.get("/supervision").text


def test_chase_never_leads_out_of_the_house(ducha: FlaskClient) -> None:
    answer = post(ducha, "/supervision/chase", page="/supervision", dept="ahb", next="//evil.example/")

    assert answer.location == "/"


def test_leader_looks_and_has_no_button_to_chase(ducha: FlaskClient, client: FlaskClient) -> None:
    leader = sign_in(client.application.test_client(), "gm")

    page = leader.get("/supervision").text

    assert listed(page) == ["隐患整改", "等保测评"]
    assert "data-chase-send" not in page
    assert 'name="dept"' not in page


def test_ladder_of_a_matter_says_when_why_to_whom_and_what_happened(ducha: FlaskClient, office: Engine) -> None:
    number = re.findall(r'href="/supervision/(DB-[^"]+)"', ducha.get("/supervision").text)[0]

    page = ducha.get(f"/supervision/{number}").text

    assert "红色督办单" in page
    assert "承办人、联络员、主办单位负责人" in page
    assert f"已告知 {people.actor(office, 'ahb_liaison').name}" in re.sub(r"已告知 [^<]*、", "已告知 ", page)
    assert "待触发" in page


def test_ladder_is_not_shown_to_those_who_may_not_read_the_matter(ducha: FlaskClient, client: FlaskClient) -> None:
    number = re.findall(r'href="/supervision/(DB-[^"]+)"', ducha.get("/supervision").text)[0]
    stranger = sign_in(client.application.test_client(), "jjb1")

    answer = stranger.get(f"/supervision/{number}")

    assert answer.status_code == 404
    assert "隐患整改" not in answer.text


def test_pages_carry_no_inline_style_or_script(ducha: FlaskClient) -> None:
    for path in (
        "/supervision",
        "/supervision?light=all",
        "/supervision/DB-2026-0001",
        "/supervision/DB-2026-0001/notice",
    ):
        page = ducha.get(path).text
        assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]+src=)|\son\w+=", page), path


def test_the_notice_says_what_is_asked_by_when_and_leaves_room_for_the_receipt(ducha: FlaskClient) -> None:
    number = re.findall(r'href="/supervision/(DB-[^"]+)"', ducha.get("/supervision").text)[0]

    page = ducha.get(f"/supervision/{number}/notice").text

    for said in (
        "督办通知书",
        "督办〔2026〕1号",
        "安全环保部",
        "隐患整改",
        "领导批示",
        "按期完成并书面报告。",
        "2026-03-06 17:30",
        "按节点计划反馈",
        "党委督查委员会办公室<br>2026-03-02",
        "督办通知书签收回执",
    ):
        assert said in page, said


def test_a_slip_is_printed_once_it_was_issued_and_names_its_colour_in_words(ducha: FlaskClient) -> None:
    number = re.findall(r'href="/supervision/(DB-[^"]+)"', ducha.get("/supervision").text)[0]

    page = ducha.get(f"/supervision/{number}/notice?slip=red").text

    assert re.search(r'class="notice-band red">红色督办单<', page)
    assert "逾期未办结或复核不实" in page
    assert ducha.get(f"/supervision/{number}/notice?slip=green").status_code == 404


def test_a_matter_that_was_not_handed_over_has_no_notice(ducha: FlaskClient, office: Engine) -> None:
    number = register(office, "未交办事项", lead="ahb", due="2026-05-06 17:30")

    assert ducha.get(f"/supervision/{number}/notice").status_code == 404


def test_scores_of_a_quarter_stand_on_a_page_and_in_a_file(ducha: FlaskClient) -> None:
    page = ducha.get("/supervision/scores?quarter=2026Q1").text

    # 隐患整改 has a yellow and a red slip, and nobody signed for it in time
    assert re.search(r'data-score="安全环保部">9[78]', page)
    assert "红单" in page
    for path in (
        "/supervision/scores.xlsx?quarter=2026Q1",
        "/supervision/ledger.xlsx",
        "/supervision/ledger.xlsx?year=2026",
        "/supervision/scores/year.xlsx?year=2026",
    ):
        answer = ducha.get(path)
        assert (answer.status_code, answer.data[:2]) == (200, b"PK"), path
    assert ducha.get("/supervision/scores?quarter=x").status_code == 422
    assert ducha.get("/supervision/ledger.xlsx?year=x").status_code == 422
    year = ducha.get("/supervision/scores/year").text
    assert re.search(r'data-score="安全环保部">9[78]', year)
    assert ducha.get("/supervision/scores/year?year=1").status_code == 422

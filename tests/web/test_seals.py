"""``/seals`` without scripts: a month of the register, corrections that link both lines, no way to delete."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from engine.examples import play
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import people, registers
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in

EXAMPLE = SHIPPED / "seal_use" / "examples" / "yy-1.toml"


@pytest.fixture
def keeper(office: Engine, clock: FakeClock, client: FlaskClient) -> FlaskClient:
    """A contract was sealed in March; the keeper of seals looks in April."""
    clock.at("2026-03-02 09:00")

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    assert play(office, go, EXAMPLE.read_text(encoding="utf-8")).faults == []
    clock.at("2026-04-01 09:00")
    return sign_in(client, "yinzhang_a")


def line_of(page: str) -> str:
    found = re.search(r'href="(/seals/\d+)">印-合同专用章-2026-1', page)
    assert found
    return found[1]


def test_register_begins_with_this_month_and_goes_back(keeper: FlaskClient) -> None:
    page = keeper.get("/seals").text

    assert "本月还没有用印记录" in page
    assert "month=2026-03" in page
    march = keeper.get("/seals?month=2026-03").text
    assert "生产辅助设备采购合同" in march
    assert "2 × 2" in march


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("month=all", True),
        ("month=2026-03&seal=合同专用章&dept=采购部", True),
        ("month=2026-03&seal=公章", False),
        ("month=all&dept=财务部", False),
        ("month=all&q=明德", True),
    ],
)
def test_filters_are_in_the_address(keeper: FlaskClient, query: str, found: bool) -> None:
    assert ("生产辅助设备采购合同" in keeper.get(f"/seals?{query}").text) is found


def test_month_that_is_none_is_refused_with_what_to_write(keeper: FlaskClient) -> None:
    answer = keeper.get("/seals?month=2026-1")

    assert answer.status_code == 422
    assert "写成 2026-11" in answer.text


def test_correction_adds_a_line_and_each_leads_to_the_other(keeper: FlaskClient) -> None:
    first = line_of(keeper.get("/seals?month=all").text)

    answer = post(keeper, f"{first}/correct", page=f"{first}/correct", copies="3", _reason="份数误记。")

    assert answer.status_code == 303
    made = keeper.get(answer.location).text
    assert f'href="{first}"' in made
    assert "<del>2</del> <ins>3</ins>" in made
    assert "份数误记。" in made
    assert f'href="{answer.location}"' in keeper.get(first).text
    both = keeper.get("/seals?month=all").text
    assert both.count("印-合同专用章-2026-1<") == 2
    assert "已更正" in both


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"copies": "3", "_reason": ""}, "请填写更正原因"),
        ({"copies": "2", "_reason": "没有改。"}, "没有改动任何栏目"),
        ({"copies": "三", "_reason": "写成汉字。"}, "要填整数"),
    ],
)
def test_refused_correction_keeps_what_was_entered(keeper: FlaskClient, fields: dict[str, str], words: str) -> None:
    first = line_of(keeper.get("/seals?month=all").text)

    answer = post(keeper, f"{first}/correct", page=f"{first}/correct", **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{fields["copies"]}"' in answer.text
    assert keeper.get("/seals?month=all").text.count("印-合同专用章-2026-1<") == 1


def test_nothing_of_the_register_can_be_deleted(keeper: FlaskClient) -> None:
    first = line_of(keeper.get("/seals?month=all").text)

    for path in ("/seals?month=all", first, f"{first}/correct"):
        assert "删除" not in keeper.get(path).text.replace("不能删除", "")
    assert keeper.delete(first).status_code == 405
    assert post(keeper, f"{first}/delete", page=f"{first}/correct").status_code == 404


def test_seals_show_state_and_keepers(keeper: FlaskClient) -> None:
    page = keeper.get("/seals/list").text

    assert page.count('class="card-x seal-card"') == 5
    for words in ("启用", "保管人（B 角）", "监印人", "卢静怡"):
        assert words in page


def test_paper_counts_valid_lines_only(keeper: FlaskClient) -> None:
    first = line_of(keeper.get("/seals?month=all").text)
    post(keeper, f"{first}/correct", page=f"{first}/correct", copies="3", _reason="份数误记。")

    page = keeper.get("/seals/print?month=all").text

    assert "有效登记 1 条，共 3 份" in page


def test_staff_are_refused_and_leaders_read_without_correcting(keeper: FlaskClient, client: FlaskClient) -> None:
    first = line_of(keeper.get("/seals?month=all").text)
    staff = sign_in(client.application.test_client(), "rlb1")
    leader = sign_in(client.application.test_client(), "gm")

    assert staff.get("/seals").status_code == 403
    assert "更正</a>" not in leader.get(first).text
    assert leader.get(f"{first}/correct").status_code == 403


def test_a_line_of_another_register_is_not_shown_as_a_use_of_a_seal(keeper: FlaskClient, office: Engine) -> None:
    seal = registers.rows(office, "seal", people.actor(office, "yinzhang_a")).lines[0].id

    for path in (f"/seals/{seal}", f"/seals/{seal}/correct"):
        answer = keeper.get(path)
        assert answer.status_code == 404
        assert "用印登记簿里没有这一条登记" in answer.text
    assert keeper.get(f"/registers/seal/{seal}").status_code == 200


def test_paper_is_headed_by_the_name_of_the_group(keeper: FlaskClient) -> None:
    assert "<h1>华远集团有限公司用印登记簿</h1>" in keeper.get("/seals/print?month=all").text

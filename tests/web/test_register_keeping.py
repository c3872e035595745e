"""``/registers`` for whoever keeps one: new records, changes with a reason, states, import in two steps, Excel."""

import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in

LICENCE = {"name": "排污许可证", "kind": "许可类", "owner": "group", "expires": "2027-06-30"}
TABLE = "证照名称,类别,持证单位,有效期至,状态\n"


@pytest.fixture
def clerk(office: Engine, clock: FakeClock, client: FlaskClient) -> FlaskClient:
    clock.at("2026-04-01 09:00")
    return sign_in(client, "wenshu_a")


def sent(client: FlaskClient, text: str, name: str = "licences.csv") -> str:
    """The page after a table was chosen."""
    page = client.get("/registers/licence/import").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    upload = FileStorage(io.BytesIO(text.encode("utf-8-sig")), name)
    return client.post("/registers/licence/import", data={"csrf_token": token[1], "table": upload}).text


def apply(client: FlaskClient, page: str) -> int:
    fields = dict(re.findall(r'name="(csrf_token|file)" value="([^"]+)"', page))
    return client.post("/registers/licence/import/apply", data=fields).status_code


def test_a_record_is_added_and_changed_and_its_page_shows_what_was_changed(clerk: FlaskClient) -> None:
    added = post(clerk, "/registers/licence/new", page="/registers/licence/new", **LICENCE)
    path = added.location
    again = {**LICENCE, "expires": "2028-06-30", "_reason": "已延续。", "_state": "expired"}

    changed = post(clerk, f"{path}/change", page=f"{path}/change", **again)

    page = clerk.get(changed.location).text
    assert "有效期至：<del>2027-06-30</del> <ins>2028-06-30</ins>" in page
    assert "状态：<del>在库</del> <ins>已过期</ins>" in page
    assert "已延续。" in page
    assert "变更</a>" not in clerk.get(path).text  # what was replaced is not changed again
    assert clerk.get("/registers/licence?state=expired").text.count('<th scope="row" class="nowrap">') == 1


def test_a_record_that_is_wrong_comes_back_with_what_was_entered(clerk: FlaskClient) -> None:
    answer = post(clerk, "/registers/licence/new", page="/registers/licence/new", **{**LICENCE, "expires": "明年"})

    assert answer.status_code == 422
    assert "请填写日期" in answer.text
    assert 'value="排污许可证"' in answer.text


def test_states_that_may_follow_are_offered_and_no_others(clerk: FlaskClient) -> None:
    path = post(clerk, "/registers/licence/new", page="/registers/licence/new", **LICENCE).location

    page = clerk.get(f"{path}/change").text

    assert re.findall(r'<option value="(\w+)">(?:借出|待补办|已过期|已注销|在库)', page) == [
        "lent", "damaged", "expired", "cancelled",
    ]  # fmt: skip


def test_an_import_is_looked_at_first_and_applied_whole(clerk: FlaskClient) -> None:
    page = sent(clerk, TABLE + "排污许可证,许可类,group,2027/6/30,\n商标注册证,权属类,group,,在库\n")

    assert "新增 <b>2</b> 条" in page
    assert "商标注册证" not in clerk.get("/registers/licence").text
    assert apply(clerk, page) == 303
    after = clerk.get("/registers/licence").text
    assert "商标注册证" in after
    assert "2027-06-30" in after


def test_faults_are_listed_by_row_and_nothing_can_be_applied(clerk: FlaskClient) -> None:
    page = sent(clerk, TABLE + "排污许可证,许可类,group,2027-06-30,\n商标注册证,别类,无此单位,明年,\n")

    assert "还没有导入任何一行" in page
    assert re.findall(r'<th scope="row" class="r">(\d+)</th><td class="nowrap">(.*?)</td>', page) == [("3", "持证单位")]
    assert "/import/apply" not in page
    assert "排污许可证" not in clerk.get("/registers/licence").text


def test_excel_and_the_template_are_workbooks(clerk: FlaskClient) -> None:
    for path in ("/registers/licence.xlsx?q=营业执照", "/registers/licence/template.xlsx"):
        answer = clerk.get(path)
        assert answer.data.startswith(b"PK")
        assert "spreadsheetml" in str(answer.mimetype)


def test_seals_are_not_written_by_hand_but_by_their_processes(clerk: FlaskClient) -> None:
    assert clerk.get("/registers/seal/new").status_code == 403
    assert "登记</a>" not in clerk.get("/registers/seal").text
    assert sign_in(clerk.application.test_client(), "rlb1").get("/registers/licence/import").status_code == 403

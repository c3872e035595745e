"""``/registers``: every register as a list, one line with its chain, and a table that Excel can open safely."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from engine.examples import play
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import instances, people, work
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in

EXAMPLE = SHIPPED / "document_receipt" / "examples" / "sw-2-returned.toml"
LETTER = {
    "title": "关于供热面积数据的函",
    "source": "=HYPERLINK(1)",
    "category": "平级来函",
    "channel": "邮箱",
    "received_at": "2026-04-01T08:30:00+08:00",
    "copies": 1,
}


@pytest.fixture
def clerk(office: Engine, clock: FakeClock, client: FlaskClient) -> FlaskClient:
    """A report was returned in March; another letter was registered in April."""
    clock.at("2026-03-02 09:00")

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    assert play(office, go, EXAMPLE.read_text(encoding="utf-8")).faults == []
    clock.at("2026-04-01 09:00")
    wenshu = people.actor(office, "wenshu_a")
    number = instances.start(office, "document_receipt", LETTER, wenshu).number
    for outcome, data in (("accept", {"counted": True}), ("register", {})):
        item = next(i for i in instances.get(office, number, wenshu).items if i.state == "open")
        work.decide(office, item.id, outcome, wenshu, data=data)
    return sign_in(client, "wenshu_a")


def test_every_register_of_a_package_is_on_the_shelf(clerk: FlaskClient) -> None:
    page = clerk.get("/registers").text

    assert "收文登记簿" in page
    assert "退文登记簿" in page
    assert "用印登记簿" in page
    assert 'href="/registers/document_receipt"' in page


def test_a_receipt_stands_in_its_register_once_as_it_is_now(clerk: FlaskClient) -> None:
    page = clerk.get("/registers/document_receipt").text

    assert page.count("关于城东管网项目有关情况的报告") == 1
    assert "退文" in page
    assert "在办" in page


@pytest.mark.parametrize(
    ("query", "returned", "letter"),
    [
        ("month=2026-03", True, False),
        ("month=2026-04", False, True),
        ("q=管网", True, False),
        ("q=没有的", False, False),
    ],
)
def test_month_and_text_narrow_the_list(clerk: FlaskClient, query: str, returned: bool, letter: bool) -> None:
    page = clerk.get(f"/registers/document_receipt?{query}").text

    assert ("关于城东管网项目有关情况的报告" in page) is returned
    assert ("关于供热面积数据的函" in page) is letter


def test_a_line_links_to_what_it_replaced(clerk: FlaskClient, office: Engine) -> None:
    page = clerk.get("/registers/document_receipt?month=2026-03").text
    path = page.split('href="/registers/document_receipt/', 1)[1].split('"', 1)[0]

    line = clerk.get(f"/registers/document_receipt/{path}")

    assert line.status_code == 200
    assert "历次登记" in line.text
    assert line.text.count('href="/registers/document_receipt/') == 2
    assert clerk.get(f"/registers/seal_use/{path}").status_code == 404


def test_the_table_holds_what_the_list_holds_and_no_formula(clerk: FlaskClient) -> None:
    answer = clerk.get("/registers/document_receipt.csv")

    assert answer.mimetype == "text/csv"
    rows = answer.get_data().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("登记号,收文号,收到时间,来文单位")
    assert len(rows) == 3
    assert "'=HYPERLINK(1)" in rows[2]


@pytest.mark.parametrize("path", ["/registers/document_receipt", "/registers", "/registers/document_receipt.csv"])
def test_who_may_not_read_registers_finds_a_refusal(client: FlaskClient, office: Engine, path: str) -> None:
    assert sign_in(client, "rlb1").get(path).status_code == 403


def test_a_wrong_month_and_an_unknown_register_are_said(clerk: FlaskClient) -> None:
    assert clerk.get("/registers/document_receipt?month=x").status_code == 422
    assert clerk.get("/registers/nothing").status_code == 404

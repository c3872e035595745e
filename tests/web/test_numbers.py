"""``/numbers``: the book of numbers, read by the office and written by its clerks."""

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import numbers, people
from tests.web.browsing import post, sign_in

KIND = "document_issue.doc_no.华远发"


def test_a_clerk_reserves_numbers_and_gives_one_up(office: Engine, client: FlaskClient) -> None:
    clerk = sign_in(client, "wenshu_a")

    made = post(clerk, "/numbers/reserve", page="/numbers", kind=KIND, count="2", year="2026", reason="补登旧件")

    assert made.status_code == 303
    book = "/numbers/华远发/2026"
    page = clerk.get(book).text
    assert "华远发〔2026〕1号" in page
    assert "补登旧件" in page
    row = numbers.of_series(office, "华远发", 2026, people.actor(office, "auditor"))[0]
    gone = {"page": book, "of_series": "华远发", "of_year": "2026"}
    refused = post(clerk, f"/numbers/void/{row.id}", **gone, reason="")
    assert refused.status_code == 422
    assert "请填写原因" in refused.text
    assert post(clerk, f"/numbers/void/{row.id}", **gone, reason="不再使用").status_code == 303
    assert post(clerk, f"/numbers/void/{row.id}", **gone, reason="再一次").status_code == 409
    assert "连续" in clerk.get("/numbers").text


def test_what_is_wrong_with_a_reservation_is_said_beside_the_form(client: FlaskClient) -> None:
    clerk = sign_in(client, "wenshu_a")

    answer = post(clerk, "/numbers/reserve", page="/numbers", kind=KIND, count="many", reason="备用")

    assert answer.status_code == 422
    assert "一次可预留" in answer.text
    assert 'value="备用"' in answer.text


def test_who_only_looks_over_the_office_finds_no_form(office: Engine, client: FlaskClient) -> None:
    numbers.reserve(office, KIND, people.actor(office, "wenshu_a"), reason="备用")

    page = sign_in(client, "auditor").get("/numbers").text

    assert "编号簿" in page
    assert "预留编号" not in page

"""``/reports`` without scripts and by HTTP: numbers lead to lists of that length; who may see what."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from engine.examples import play
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import reports
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in
from tests.web.conftest import Sign

EXAMPLE = SHIPPED / "document_issue" / "examples" / "returned-again.toml"


@pytest.fixture
def watched(office: Engine, clock: FakeClock) -> Engine:
    """A document that was returned and issued; the month is settled."""

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    assert play(office, go, EXAMPLE.read_text(encoding="utf-8")).faults == []
    reports.settle(office)
    return office


def month(clock: FakeClock) -> str:
    return f"{clock():%Y-%m}"


def test_every_number_of_the_page_leads_to_a_list_of_that_length(
    watched: Engine, clock: FakeClock, client: FlaskClient
) -> None:
    sign_in(client, "ducha_a")
    page = client.get(f"/reports/timeliness/{month(clock)}")

    links = re.findall(r'href="(/reports/timeliness/[^"]+/list/[^"]+)"[^>]*>(\d+)</a>', page.text)

    assert page.status_code == 200
    assert len(links) > 20
    for address, count in dict(links).items():
        found = client.get(address.replace("&amp;", "&")).text
        assert re.search(r'data-figure="total">(\d+)<', found)[1] == count, address  # type: ignore[index]


def test_page_says_scope_sentence_formulas_and_gates(watched: Engine, clock: FakeClock, client: FlaskClient) -> None:
    sign_in(client, "ducha_a")
    page = client.get(f"/reports/timeliness/{month(clock)}").text

    for words in ("全集团", "应办结", "口径", "因未交接造成的超期", "未冻结，统计截至", "关口"):
        assert words in page
    assert client.get("/reports").location.endswith(f"/reports/timeliness/{month(clock)}")
    assert 'href="/reports"' in page


def test_excel_is_a_file(watched: Engine, clock: FakeClock, client: FlaskClient) -> None:
    sign_in(client, "ducha_a")
    answer = client.get(f"/reports/timeliness/{month(clock)}/xlsx")

    assert answer.data[:2] == b"PK"
    assert f'filename="timeliness-{month(clock)}.xlsx"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["timeliness/2026-13", "timeliness/2026-03/list/nothing", "timeliness/x/xlsx"])
def test_what_is_no_report_is_refused(client: FlaskClient, path: str) -> None:
    sign_in(client, "ducha_a")

    assert client.get(f"/reports/{path}").status_code == 422
    assert client.get("/reports/timeliness/2026-03/list/due?unit=x").status_code == 422


def test_somebody_without_part_sees_nothing_of_it(watched: Engine, clock: FakeClock, sign: Sign) -> None:
    everything, own = (
        sign(login).get(f"/reports/timeliness/{month(clock)}").get_json() for login in ("ducha_a", "ca_liaison")
    )

    assert everything["scope"] == "全集团"
    assert everything["total"]["done"] > 0
    assert (own["scope"], own["total"]["done"], own["people"], own["returned"]) == ("本人", 0, [], 0)
    assert sign("ca_liaison").get(f"/reports/timeliness/{month(clock)}/done").get_json()["total"] == 0


def test_http_gives_the_lists_in_stretches(watched: Engine, clock: FakeClock, sign: Sign) -> None:
    caller = sign("ducha_a")
    whole = caller.get(f"/reports/timeliness/{month(clock)}/done").get_json()
    part = caller.get(f"/reports/timeliness/{month(clock)}/done", limit=2, offset=1).get_json()

    assert len(whole["entries"]) == whole["total"] > 3
    assert part["entries"] == whole["entries"][1:3]
    assert caller.get("/reports/timeliness/2026-13").get_json()["code"] == "report.month"
    assert caller.get("/reports/timeliness/2026-03/nothing").get_json()["code"] == "report.list"


def test_forecast_as_a_page_and_by_http(watched: Engine, client: FlaskClient, sign: Sign) -> None:
    sign_in(client, "ducha_a")

    page, told = client.get("/reports/forecast").text, sign("ducha_a").get("/reports/forecast").get_json()

    assert "不办就超期" in page
    assert f'data-figure="coming">{len(told["coming"])}<' in page
    assert f'data-figure="empty">{told["empty"]}<' in page


def test_the_year_is_a_page_a_file_and_lists(client: FlaskClient) -> None:
    person = sign_in(client, "zhuren")

    page = person.get("/reports/year", follow_redirects=True).text

    assert "2026 年度办公室工作数据" in page
    for code in ("N01", "N09", "N17"):
        assert f'data-figure="{code}"' in page
    assert person.get("/reports/year/2026/xlsx").data.startswith(b"PK")
    assert "公文运转" in person.get("/reports/year/2026/list/N01").text
    assert person.get("/reports/year/1999").status_code == 422
    assert person.get("/reports/year/2026/list/N99").status_code == 404

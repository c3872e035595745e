"""A76, A84 to A93: callbacks, spreadsheets, imports, floods and logs."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from apiflask import APIFlask

from engine import open_engine
from engine.csv_files import harmless
from engine.runtime import Engine
from engine.settings import Settings
from engine.store.tables import instance
from engine.verbs import people
from tests.support.clock import FakeClock
from tests.web.attacks.conftest import House
from tests.web.attacks.test_interface import told
from tests.web.cases import DRAFTER, HEAD
from tests.web.conftest import Caller
from tests.web.test_policies import POLICIES
from web import create_app, errors

LENDING = {
    "archive": "HY-2025-D30-0103", "title": "施工合同", "origin_unit": "yyb", "kind": "合同档案",
    "purpose": "核对结算条款", "way": "室内查阅", "until": "2026-03-20",
}  # fmt: skip


def test_a76_nothing_takes_a_call_from_outside_without_a_login(app: APIFlask) -> None:
    """The only changes without a login: the ways to sign in, the signed logout of a provider, a language."""
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"} and rule.endpoint in POLICIES["public"]
    }

    # "settings.speak" changes nothing but the language of this browser
    assert changing == {"auth.enter", "entering.go_on", "api.issue_token", "sso.logged_out", "settings.speak"}


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0",
     "|calc", "　=1"],
)  # fmt: skip
def test_a84_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("华远发〔2026〕3号") == "华远发〔2026〕3号"


def workbook() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    return kept.getvalue()


def test_a85_a_workbook_with_links_is_refused(house: House) -> None:
    admin = house.person("admin")

    with house.unchanged():
        answer = admin.client.post(
            "/admin/calendars/import",
            data={**admin.hidden("/inbox"), "file": (io.BytesIO(workbook()), "放假.xlsx")},
            content_type="multipart/form-data",
        )

    assert answer.status_code == 422


@pytest.mark.parametrize("to", [["cwb1"] * 501, ["x" * 201]])
def test_a92_nobody_is_asked_for_more_opinions_than_a_step_may_have(house: House, to: list[str]) -> None:
    with house.unchanged():
        answer = house.caller(HEAD).post(f"/items/{house.item}/consult", {"to": to, "question": "？"})

    assert (answer.status_code, told(answer)["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/timeliness/2016-01..2026-12", 422),
        ("/reports/timeliness/2026-13", 422),
        ("/registers/seal_use.csv?month=x", 422),
    ],
)
def test_a90_no_report_covers_more_than_it_says(house: House, path: str, status: int) -> None:
    assert house.person("auditor").open(path).status_code == status


def test_a89_more_starts_in_a_minute_than_anybody_means_are_refused(office: Engine, clock: FakeClock) -> None:
    engine = open_engine(now=clock, settings=Settings(home=office.settings.home, starts_per_minute=3))
    caller = Caller(create_app(engine).test_client(), "cwb1")
    body = {"process": "archive_lending", "data": LENDING}

    answers = [caller.post("/instances", body) for _ in range(5)]
    clock.advance(timedelta(minutes=1))
    later = caller.post("/instances", body)

    assert [a.status_code for a in answers] == [201, 201, 201, 429, 429]
    assert (told(answers[-1])["code"], answers[-1].headers["Retry-After"]) == ("rate.starts", "60")
    assert later.status_code == 201
    with engine.store.reading() as tx:
        assert len(tx.all(instance.select())) == 4
    engine.close()


def test_a93_what_clients_call_themselves_is_cut_and_cleaned(office: Engine) -> None:
    person = people.actor(office, DRAFTER)

    people.begin_session(office, person, "\x1b[31mroot\r\n2026-01-01 logged in" + "A" * 1_000_000)

    shown = people.open_sessions(office, person)[0].agent
    assert len(shown) <= 120
    assert shown.isprintable()


def test_a93_no_address_writes_a_line_of_its_own_into_the_log(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    with house.app.test_request_context("/d/a%0d%0a2026-01-01%20forged%20%1b%5b31m"):
        answer = errors.answer(errors.of_status(500), RuntimeError("a\r\n2026-01-01 forged \x1b[31m"))

    out = capfd.readouterr().err
    assert answer.status_code == 500
    assert json.loads(out)["event"] == "request failed"
    assert "\n2026-01-01 forged" not in out
    assert "forged \x1b[31m" not in out


def test_who_knocks_at_the_doors_of_others_stands_in_the_log(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    stranger = people.actor(house.engine, "cwb1")
    house.caller("cwb1").post(f"/items/{house.item}/decision", {"outcome": "approve"})
    house.app.test_client().post("/api/v1/tokens", json={"login": "geheim-2026", "password": "wrong"})

    out = capfd.readouterr().err
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["event"], line["code"]) for line in lines] == [
        ("refused", "authz.denied"),
        ("refused", "auth.failed"),
    ]
    assert lines[0]["person"] == stranger.id
    assert "geheim-2026" not in out

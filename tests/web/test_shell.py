"""What surrounds every page: headers, menus by role, theme, and requests that do not keep a session alive."""

import shutil
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import people
from tests.support.clock import FakeClock
from tests.web.pages import Person
from web import create_app


def test_no_page_allows_scripts_of_others_frames_or_copies(client: FlaskClient) -> None:
    headers = Person(client, "zhuren").open("/inbox").headers

    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("login", ["rlb1", "zhuren", "vp_a", "admin", "designer", "auditor"])
def test_menus_offer_nothing_that_is_refused(client: FlaskClient, login: str) -> None:
    person = Person(client, login)
    page = person.open("/settings").text
    paths = [part.split('"')[0] for part in page.split('<nav class="menu"', 1)[1].split('<a href="')[1:]]

    offered = [path for path in paths[: paths.index("/search") if "/search" in paths else None] if path.startswith("/")]

    assert "/inbox" in offered
    assert [path for path in offered if person.open(path).status_code not in (200, 302)] == []


def test_the_theme_follows_the_person_and_survives_the_logout(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "zhuren")

    answer = person.send("/settings/theme", {"theme": "dark", "next": "/mine"})

    assert answer.location == "/mine"
    assert 'data-theme="dark"' in person.open("/inbox").text
    assert people.actor(office, "zhuren").settings["theme"] == "dark"


def test_a_theme_nobody_made_is_not_kept(client: FlaskClient, office: Engine) -> None:
    Person(client, "zhuren").send("/settings/theme", {"theme": '"><script>'})

    assert "theme" not in people.actor(office, "zhuren").settings


def test_background_requests_do_not_prolong_a_session(client: FlaskClient) -> None:
    person = Person(client, "zhuren")

    assert "Set-Cookie" in person.open("/inbox").headers
    assert "Set-Cookie" not in person.open("/inbox/pulse").headers


def test_the_pulse_says_nothing_twice(client: FlaskClient) -> None:
    person = Person(client, "zhuren")
    tag = person.open("/inbox/pulse").headers["ETag"]

    assert person.open("/inbox/pulse", **{"If-None-Match": tag}).status_code == 304


def test_i31_both_sides_of_a_substitution_see_the_banner(app: APIFlask, office: Engine) -> None:
    admin = people.actor(office, "admin")
    people.substitute(
        office, "zhuren", "fuzhuren", since=office.now(), until=office.now().replace(day=20), actor=admin, reason="出差"
    )
    names = {login: people.actor(office, login).name for login in ("zhuren", "fuzhuren")}

    assert f"您的工作由 {names['fuzhuren']} 代办" in Person(app.test_client(), "zhuren").open("/inbox").text
    assert f"您正在代 {names['zhuren']} 办理" in Person(app.test_client(), "fuzhuren").open("/inbox").text
    assert "代办（" not in Person(app.test_client(), "rlb1").open("/inbox").text


def test_own_phrases_are_offered_in_their_order(client: FlaskClient) -> None:
    person = Person(client, "zhuren")
    person.send("/settings/phrases", {"phrases": "同意。\r\n\r\n 请阅。\r\n同意。", "return_phrases": "请补充。"})

    page = person.open("/settings/phrases").text

    assert "同意。\n请阅。</textarea>" in page
    assert "请补充。</textarea>" in page


@pytest.mark.parametrize(("host", "status"), [("oa.example.com", 200), ("127.0.0.1:8000", 200), ("evil.example", 400)])
def test_a_server_that_knows_its_name_answers_to_no_other(
    furnished_home: Path, clock: FakeClock, tmp_path: Path, host: str, status: int
) -> None:
    shutil.copytree(furnished_home, tmp_path / "office")
    settings = Settings(home=tmp_path / "office", base_url="https://oa.example.com")
    engine = open_engine(now=clock, settings=settings)

    answer = create_app(engine).test_client().get("/login", headers={"Host": host})
    engine.close()

    assert answer.status_code == status


def test_a_house_reached_by_https_says_so_to_browsers(office: Engine, clock: FakeClock) -> None:
    settings = Settings(home=office.settings.home, base_url="https://office.example")
    engine = open_engine(now=clock, settings=settings)
    answer = create_app(engine).test_client().get("/login", base_url="https://office.example")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sanban=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    engine.close()

"""What a load balancer and Prometheus see."""

from datetime import timedelta
from pathlib import Path

from apiflask import APIFlask
from flask.testing import FlaskClient

from engine import open_engine
from engine.runtime import Engine
from engine.scheduler import DUTIES, Every
from engine.settings import Settings
from engine.verbs import health, timers
from tests.support.clock import FakeClock
from tests.web.conftest import Sign
from web import create_app


def test_a_working_office_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "database": True,
        "clock": {"ok": True, "late_seconds": 0, "silent_seconds": None},
        "queues": {"timers": 0, "notifications": 0, "incidents": 0},
    }


def test_timers_that_nobody_serves_are_a_failure(
    sign: Sign, client: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    data = {"archive": "HY-2025-D30-0103", "title": "合同", "origin_unit": "yyb", "kind": "合同档案",
            "purpose": "核对", "way": "室内查阅", "until": "2026-03-20"}  # fmt: skip
    assert sign("cwb1").post("/instances", {"process": "archive_lending", "data": data}).status_code == 201
    clock.advance(timedelta(days=3))

    late = client.get("/healthz")
    timers.fire_due(office)
    after = client.get("/healthz")

    assert late.status_code == 503
    assert late.get_json()["clock"]["late_seconds"] > 3_600
    assert late.get_json()["queues"]["timers"] >= 1
    assert after.status_code == 200


def test_ten_seconds_without_a_tick_are_a_failure_and_no_reason_to_send_people_elsewhere(
    client: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    health.beat(office)
    clock.advance(timedelta(seconds=10))
    in_time = client.get("/healthz")
    clock.advance(timedelta(seconds=1))
    silent, ready = client.get("/healthz"), client.get("/readyz")
    health.beat(office)

    assert in_time.status_code == 200
    assert (silent.status_code, silent.get_json()["clock"]) == (
        503, {"ok": False, "late_seconds": 0, "silent_seconds": 11},
    )  # fmt: skip
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ok", "database": True})
    assert client.get("/healthz").status_code == 200


def test_whoever_ticks_says_so_often_enough_to_be_missed_in_time() -> None:
    (duty,) = [duty for duty in DUTIES if duty.work is health.beat]

    assert isinstance(duty.trigger, Every)
    assert duty.trigger.seconds * 3 <= health.SILENT_SECONDS  # one may be lost


def test_a_lost_database_is_a_failure_and_no_crash(tmp_path: Path, clock: FakeClock) -> None:
    engine = open_engine("sqlite:////nowhere/at/all/sanban.db", now=clock, settings=Settings(home=tmp_path))

    client = create_app(engine).test_client()

    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()["database"]) == (503, False)


def test_the_numbers_are_there_for_prometheus(client: FlaskClient, app: APIFlask) -> None:
    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert "sanban_database_up 1.0" in answer.text
    assert "sanban_instances_running 0.0" in answer.text

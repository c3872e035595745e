"""Changing a meeting, calling it off and noting calls over HTTP: the same verbs, once for each key."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.support.gatherings import propose
from tests.web.conftest import Caller, Sign

LATER = {"start_at": "2026-03-31T14:30:00+08:00", "end_at": "2026-03-31T17:00:00+08:00"}
NUMBER = "HY-2026-0001"


@pytest.fixture
def coordinator(office: Engine, clock: FakeClock, sign: Sign) -> Caller:
    """Who coordinates a meeting three weeks ahead."""
    clock.at("2026-03-03 10:00")
    propose(office, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    return sign("fuzhuren")


def lists(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/instances/{NUMBER}/changes").get_json()["changes"]
    return found


def test_a_change_is_previewed_made_once_and_confirmed(coordinator: Caller) -> None:
    path = f"/instances/{NUMBER}"
    seen = coordinator.post(f"{path}/change/preview", {"data": LATER, "extra": [{"entry": "C05", "title": "补报名单"}]})
    assert seen.status_code == 200, seen.text
    assert {line["effect"] for line in seen.get_json()["lines"]} == {"moved", "added"}
    assert lists(coordinator) == []

    body = {"data": LATER, "reason": "领导行程调整。"}
    first = coordinator.post(f"{path}/change", body, key="k1")
    again = coordinator.post(f"{path}/change", body, key="k1")

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.get_json() == first.get_json()
    (made,) = lists(coordinator)
    assert [f["field"] for f in made["changed"]] == ["start_at", "end_at"]
    line = next(entry for entry in made["lines"] if entry["entry"] == "B13")
    assert (line["effect"], line["confirmed"]) == ("moved", None)
    told = coordinator.post(f"{path}/changes/{line['item_id']}", {"words": "已知悉。"}, key="k2")
    assert told.status_code == 200, told.text
    (made,) = lists(coordinator)
    assert next(e for e in made["lines"] if e["entry"] == "B13")["told"].endswith("：已知悉。")


def test_near_the_day_it_needs_the_time_of_an_agreement(coordinator: Caller, clock: FakeClock) -> None:
    clock.at("2026-03-25 09:00")
    body = {"data": {"venue": "第三会议室"}, "reason": "空调故障。"}

    refused = coordinator.post(f"/instances/{NUMBER}/change", body)
    made = coordinator.post(f"/instances/{NUMBER}/change", body | {"agreed_at": "2026-03-25T08:50:00+08:00"})

    assert (refused.status_code, refused.get_json()["code"]) == (409, "replan.near")
    assert made.status_code == 200, made.text
    assert lists(coordinator)[0]["agreed"]


def test_calling_off_asks_for_a_reason_and_for_somebody_who_may(coordinator: Caller, sign: Sign) -> None:
    path = f"/instances/{NUMBER}/call-off"

    assert coordinator.post(path, {"reason": " "}).status_code == 422
    assert sign("vp_a").post(path, {"reason": "取消。"}).status_code == 403
    assert sign("jjb1").post(path, {"reason": "取消。"}).status_code == 404
    done = coordinator.post(path, {"reason": "并入年会。"}, key="off")

    assert done.status_code == 200, done.text
    assert [step["element"] for step in done.get_json()["next"]] == ["HY99"]
    assert coordinator.post(path, {"reason": "并入年会。"}, key="off").get_json() == done.get_json()
    assert lists(coordinator)[0]["kind"] == "取消"


def test_answers_fit_their_description(coordinator: Caller) -> None:
    spec = coordinator.client.get("/api/v1/openapi.json").get_json()
    coordinator.post(f"/instances/{NUMBER}/change", {"data": LATER, "reason": "改期。"})
    schema = spec["paths"]["/api/v1/instances/{number}/changes"]["get"]["responses"]["200"]["content"]

    whole = schema["application/json"]["schema"] | {"components": spec["components"]}

    assert list(Draft202012Validator(whole).iter_errors({"changes": lists(coordinator)})) == []

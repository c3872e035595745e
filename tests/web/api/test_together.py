"""Calls that bring others into a case, and those that stop it, on the real engine."""

from datetime import timedelta
from typing import Any

import pytest

from engine.runtime import Engine
from engine.verbs import definitions
from tests.support.clock import FakeClock
from tests.support.joint import JOINT
from tests.web.conftest import Caller, Sign


@pytest.fixture
def number(office: Engine, sign: Sign, clock: FakeClock) -> str:
    """A case at the step of one, after the undo window."""
    definitions.deploy(office, JOINT)
    answer = sign("rlb1").post("/instances", {"process": "joint", "data": {"title": "关于联合检查的签报"}})
    assert answer.status_code == 201, answer.text
    clock.advance(timedelta(seconds=11))
    return str(answer.get_json()["number"])


def done(caller: Caller, path: str, body: dict[str, Any], clock: FakeClock) -> Any:
    answer = caller.post(path, body)
    assert answer.status_code == 200, answer.text
    clock.advance(timedelta(seconds=11))
    return answer.get_json()


def test_others_are_asked_added_and_shown_it_and_it_goes_on(sign: Sign, number: str, clock: FakeClock) -> None:
    hegao, finance, reader = sign("hegao_a"), sign("cwb_head"), sign("cwb1")
    item = hegao.mine(number)

    done(hegao, f"/items/{item}/consult", {"to": ["cwb_head"], "question": "经费是否落实？"}, clock)
    done(finance, f"/items/{finance.mine(number)}/opinion", {"opinion": "已落实。"}, clock)
    done(hegao, f"/items/{item}/circulate", {"to": ["cwb1"], "purpose": "供参考。"}, clock)
    sent = reader.get("/inbox", box="cc").get_json()
    assert (sent["counts"], sent["items"][0]["state"]) == ({"total": 1, "unread": 1, "read": 0}, "unread")
    done(reader, f"/items/{sent['items'][0]['id']}/read", {}, clock)
    done(hegao, f"/items/{item}/delegate", {"to": "fuzhuren"}, clock)
    done(sign("fuzhuren"), f"/items/{item}/hand-back", {"opinion": "已核对。"}, clock)
    done(hegao, f"/items/{item}/add", {"to": ["cwb_head"], "where": "before"}, clock)
    told = finance.get(f"/items/{finance.mine(number)}/explanation").get_json()
    assert "前加签" in told["why"]
    assert [a["performers"] for a in told["next"]["approve"]]
    refused = finance.post(f"/items/{finance.mine(number)}/remove", {"reason": "不签。"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "authz.denied")
    done(hegao, f"/items/{finance.mine(number)}/remove", {"reason": "已口头同意。"}, clock)
    done(hegao, f"/items/{item}/decision", {"outcome": "approve"}, clock)

    verbs = [line["verb"] for line in hegao.get(f"/instances/{number}").get_json()["history"]]
    assert verbs == [
        "decide", "remove", "add", "hand_back", "delegate", "read", "circulate", "answer", "consult", "submit",
    ]  # fmt: skip


def test_many_at_once_say_what_became_of_each(sign: Sign, number: str) -> None:
    hegao = sign("hegao_a")

    told = hegao.post("/items/decisions", {"items": [hegao.mine(number), 999_999], "outcome": "approve"}).get_json()

    assert [(one["number"], one["done"], one["code"]) for one in told["items"]] == [
        (number, True, ""),
        ("", False, "not_found"),
    ]
    assert told["done"] == 1
    assert hegao.post("/items/decisions", {"items": [], "outcome": "approve"}).status_code == 422


def test_an_instance_is_suspended_resumed_terminated_and_taken_up_again(
    sign: Sign, number: str, clock: FakeClock
) -> None:
    admin, hegao = sign("admin"), sign("hegao_a")
    item = hegao.mine(number)

    assert (
        done(admin, f"/instances/{number}/suspend", {"reason": "等待批复。"}, clock)["instance"]["state"] == "suspended"
    )
    late = hegao.post(f"/items/{item}/decision", {"outcome": "approve"})
    assert (late.status_code, late.get_json()["code"]) == (409, "work.not_offered")
    done(admin, f"/instances/{number}/resume", {}, clock)
    assert hegao.mine(number) == item
    assert (
        done(admin, f"/instances/{number}/terminate", {"reason": "取消。"}, clock)["instance"]["state"] == "terminated"
    )
    opened = done(admin, f"/instances/{number}/reopen", {"reason": "恢复。"}, clock)
    assert [step["element"] for step in opened["next"]] == ["One"]
    assert hegao.post(f"/instances/{number}/suspend", {"reason": "？"}).status_code == 403

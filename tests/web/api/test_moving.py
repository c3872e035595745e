"""Moving with a second person's consent, word of mouth, following and the preview of a return over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from engine.runtime import Engine
from engine.verbs import definitions
from tests.support.clock import FakeClock
from tests.support.joint import MAZE
from tests.web.conftest import Caller, Sign


@pytest.fixture
def number(office: Engine, sign: Sign, clock: FakeClock) -> str:
    """An urgent case in both branches of a fork."""
    definitions.deploy(office, MAZE)
    body = {"process": "maze", "data": {"title": "并行的签报"}, "urgency": "特急"}
    answer = sign("rlb1").post("/instances", body)
    assert answer.status_code == 201, answer.text
    clock.advance(timedelta(minutes=5))
    return str(answer.get_json()["number"])


def done(caller: Caller, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = caller.post(path, body or {})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def steps(caller: Caller, number: str) -> list[str]:
    return sorted(a["element"] for a in caller.get(f"/instances/{number}").get_json()["activities"])


def test_a_move_is_previewed_asked_for_and_done_by_two(sign: Sign, number: str) -> None:
    admin, second = sign("admin"), sign("ducha_a")
    path = f"/instances/{number}/move"
    told = done(admin, f"{path}/preview", {"enter": ["Row"]})
    assert (sorted(told["ends"]), told["opens"]) == (["会签", "核稿"], ["依次签署"])

    done(admin, path, {"enter": ["Row"], "reason": "走错。"})
    (request,) = second.get(path).get_json()["requests"]
    assert (request["mine"], request["reason"]) == (False, "走错。")
    refused = admin.post(f"{path}/{request['id']}", {"agree": True})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "authz.denied")
    done(second, f"{path}/{request['id']}", {"agree": True, "opinion": "同意。"})

    assert steps(second, number) == ["Row"]
    again = second.post(f"{path}/{request['id']}", {"agree": True})
    assert (again.status_code, again.get_json()["code"]) == (409, "move.answered")


def test_word_of_mouth_sends_it_on_and_the_signature_follows(sign: Sign, number: str, clock: FakeClock) -> None:
    clerk, leader = sign("wenshu_a"), sign("hegao_a")
    item = leader.mine(number)
    when = (clock() - timedelta(minutes=1)).isoformat()

    done(clerk, f"/items/{item}/oral", {"agreed_at": when, "witness": "cwb1", "opinion": "同意。"})
    done(leader, f"/items/{leader.mine(number)}/sign", {})

    verbs = [line["verb"] for line in leader.get(f"/instances/{number}").get_json()["history"]]
    assert verbs[:2] == ["sign", "oral"]


def test_the_preview_of_a_return_and_a_choice_of_who_decides_again(sign: Sign, number: str) -> None:
    finance, hegao = sign("cwb_head"), sign("hegao_a")
    done(finance, f"/items/{finance.mine(number)}/decision", {"outcome": "approve"})
    item = hegao.mine(number)

    ways = hegao.get(f"/items/{item}/return").get_json()["ways"]
    assert {(w["element"], w["mode"]): [p["login"] for p in w["countersigners"]] for w in ways} == {
        ("Draft", "again"): ["cwb_head"],
        ("Draft", "direct"): [],
    }
    body = {"to": "Draft", "opinion": "请修改。", "only": ["gm"]}
    assert hegao.post(f"/items/{item}/return", body).get_json()["code"] == "work.only"
    done(hegao, f"/items/{item}/return", {**body, "only": ["cwb_head"]})
    assert steps(hegao, number) == ["Draft"]


def test_following_is_listed_and_ends(sign: Sign, number: str) -> None:
    ducha = sign("ducha_a")

    assert done(ducha, f"/instances/{number}/follow") == {"follows": True}
    assert [one["number"] for one in ducha.get("/following").get_json()["items"]] == [number]
    assert done(ducha, f"/instances/{number}/unfollow") == {"follows": False}
    assert ducha.get("/following").get_json()["items"] == []

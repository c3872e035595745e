"""The HTTP interface: every call on the real engine, with the shapes that other programs rely on."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from engine.demo import PASSWORD
from tests.support.clock import FakeClock
from tests.web.conftest import Caller, Sign

LENDING = {
    "archive": "HY-2025-D30-0103",
    "title": "城东热力管网改造工程施工合同",
    "origin_unit": "yyb",
    "kind": "合同档案",
    "purpose": "核对结算条款",
    "way": "室内查阅",
    "until": "2026-03-20",
}


def lend(caller: Caller, *, key: str | None = None, **changes: Any) -> TestResponse:
    return caller.post("/instances", {"process": "archive_lending", "data": LENDING | changes}, key=key)


def lent(caller: Caller) -> str:
    answer = lend(caller)
    assert answer.status_code == 201, answer.text
    return str(json(answer)["number"])


def json(answer: TestResponse) -> Any:
    return answer.get_json()


def later(clock: FakeClock) -> None:
    """After the undo window: the next performer sees it."""
    clock.advance(timedelta(seconds=11))


# ------------------------------------------------------------------ who calls


def test_a_wrong_password_gets_no_token(client: FlaskClient) -> None:
    answer = client.post("/api/v1/tokens", json={"login": "cwb1", "password": "wrong"})

    assert answer.status_code == 401
    assert json(answer)["code"] == "auth.failed"


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic Y3diMTp4", "Bearer \x00"])
def test_without_a_token_nothing_is_answered(client: FlaskClient, header: str | None) -> None:
    answer = client.get("/api/v1/inbox", headers={"Authorization": header} if header is not None else {})

    assert answer.status_code == 401
    assert json(answer)["code"] == "auth.token"


def test_the_session_of_a_browser_opens_no_door(client: FlaskClient) -> None:
    client.post("/login", data={"login": "cwb1", "password": PASSWORD})

    assert client.get("/api/v1/inbox").status_code == 401


def test_a_token_can_be_ended(sign: Sign) -> None:
    caller = sign("cwb1")

    gone = caller.client.delete("/api/v1/tokens/current", headers=caller.headers)

    assert gone.status_code == 204
    assert caller.get("/inbox").status_code == 401


# ------------------------------------------------------------------ a case from start to end


def test_a_case_goes_from_hand_to_hand(sign: Sign, clock: FakeClock) -> None:
    applicant, head = sign("cwb1"), sign("cwb_head")
    started = lend(applicant)
    assert started.status_code == 201
    number = json(started)["number"]
    assert number == "JY-2026-0001"
    assert [(n["element"], n["performers"]) for n in json(started)["next"]] == [("JY20", ["孙维民"])]

    later(clock)
    box = json(head.get("/inbox", box="todo"))
    assert box["total"] == 1
    assert set(box["items"][0]) >= {
        "id", "number", "title", "process", "activity", "element", "performer", "urgency", "deadline", "light",
        "arrived",
    }  # fmt: skip
    assert (box["items"][0]["activity"], box["items"][0]["light"]) == ("部门负责人审批", "green")

    item = json(head.get(f"/items/{box['items'][0]['id']}"))
    assert [o["code"] for o in item["outcomes"]] == ["approve", "refuse"]
    assert item["permissions"]["purpose"] == "read"
    assert item["next"]["approve"][0]["performers"]

    decided = head.post(f"/items/{item['item']['id']}/decision", {"outcome": "approve", "opinion": "同意。"})
    assert decided.status_code == 200
    assert json(decided)["instance"]["number"] == number
    assert {n["activity"] for n in json(decided)["next"]}

    case = json(applicant.get(f"/instances/{number}"))
    assert (case["process"], case["version"], case["state"]) == ("archive_lending", 1, "running")
    assert case["data"]["purpose"] == "核对结算条款"
    assert case["data"]["secrecy"] == "一般"  # the default of the form, not mentioned by the caller
    assert "JY20" in case["diagram"]["passed"]
    assert case["diagram"]["open"] == [a["element"] for a in case["activities"]]
    assert all(a["id"] and a["items"] for a in case["activities"])
    assert [line["label"] for line in case["history"] if line["element"] == "JY20"] == ["同意"]


def test_the_second_who_decides_is_told_who_was_first(sign: Sign, clock: FakeClock) -> None:
    lent(sign("cwb1"))
    later(clock)
    head = sign("cwb_head")
    item = json(head.get("/inbox"))["items"][0]["id"]
    head.post(f"/items/{item}/decision", {"outcome": "approve"})

    again = head.post(f"/items/{item}/decision", {"outcome": "refuse", "opinion": "不妥"})

    assert again.status_code == 409
    told = json(again)
    assert (told["code"], told["by"]) == ("work.already_handled", "孙维民")
    assert told["at"].startswith("2026-03-09T01:00:11")
    assert "孙维民" in told["message_zh"]


def test_a_refusal_without_a_reason_is_refused(sign: Sign, clock: FakeClock) -> None:
    number = lent(sign("cwb1"))
    later(clock)
    head = sign("cwb_head")

    answer = head.post(f"/items/{head.mine(number)}/return", {"to": "JY10", "opinion": "  "})

    assert answer.status_code == 422
    assert json(head.get("/inbox"))["total"] == 1


def test_return_brings_it_back_to_the_drafter(sign: Sign, clock: FakeClock) -> None:
    applicant, head = sign("cwb1"), sign("cwb_head")
    number = lent(applicant)
    later(clock)

    answer = head.post(
        f"/items/{head.mine(number)}/return",
        {"to": "JY10", "mode": "direct", "opinion": "请写明用途", "reasons": ["R-PURPOSE"]},
    )

    assert answer.status_code == 200, answer.text
    assert json(answer)["next"][0]["element"] == "JY10"
    later(clock)
    assert applicant.mine(number)


def test_transfer_hands_the_part_on(sign: Sign, clock: FakeClock) -> None:
    number = lent(sign("cwb1"))
    later(clock)
    head = sign("cwb_head")

    answer = head.post(f"/items/{head.mine(number)}/transfer", {"to": "cwb_liaison", "opinion": "请代审"})

    assert answer.status_code == 200, answer.text
    assert json(head.get("/inbox"))["total"] == 0
    assert sign("cwb_liaison").mine(number)


def test_a_decision_can_be_taken_back_at_once(sign: Sign, clock: FakeClock) -> None:
    number = lent(sign("cwb1"))
    later(clock)
    head = sign("cwb_head")
    item = head.mine(number)
    head.post(f"/items/{item}/decision", {"outcome": "approve"})

    answer = head.post(f"/items/{item}/retract")

    assert answer.status_code == 200, answer.text
    assert head.mine(number) == item


def test_urging_works_once_a_day(sign: Sign, clock: FakeClock) -> None:
    """A82."""
    applicant = sign("cwb1")
    number = lent(applicant)
    later(clock)

    first = applicant.post(f"/instances/{number}/urge", {"text": "请抓紧"})
    second = applicant.post(f"/instances/{number}/urge", {})

    assert first.status_code == 200, first.text
    assert (second.status_code, json(second)["code"]) == (409, "work.urged")


def test_withdrawing_ends_it_and_needs_a_reason(sign: Sign) -> None:
    applicant = sign("cwb1")
    number = lent(applicant)

    bare = applicant.post(f"/instances/{number}/withdraw", {"reason": " "})
    done = applicant.post(f"/instances/{number}/withdraw", {"reason": "填错了"})
    late = applicant.post(f"/instances/{number}/withdraw", {"reason": "再撤一次"})

    assert [a.status_code for a in (bare, done, late)] == [422, 200, 409]
    assert json(applicant.get(f"/instances/{number}"))["state"] == "withdrawn"


def test_only_an_administrator_voids(sign: Sign) -> None:
    applicant = sign("cwb1")
    number = lent(applicant)

    assert applicant.post(f"/instances/{number}/void", {"reason": "测试"}).status_code == 403
    assert sign("admin").post(f"/instances/{number}/void", {"reason": "录入重复"}).status_code == 200


def test_what_is_not_mine_is_not_there(sign: Sign) -> None:
    number = lent(sign("cwb1"))
    stranger = sign("rlb2")

    seen = stranger.get(f"/instances/{number}")
    missing = stranger.get("/instances/JY-2026-9999")

    assert [seen.status_code, missing.status_code] == [404, 404]
    assert json(seen)["code"] == json(missing)["code"]


# ------------------------------------------------------------------ said twice


def test_a_repeated_start_with_one_key_starts_once(sign: Sign) -> None:
    caller = sign("cwb1")

    first, second = lend(caller, key="k-1"), lend(caller, key="k-1")

    assert json(first) == json(second)
    assert json(caller.get("/inbox", box="mine"))["total"] == 1


def test_one_key_for_two_requests_is_refused(sign: Sign) -> None:
    caller = sign("cwb1")
    lend(caller, key="k-1")

    answer = lend(caller, key="k-1", purpose="另有用途")

    assert (answer.status_code, json(answer)["code"]) == (422, "idem.mismatch")


def test_a_key_of_a_thousand_characters_is_refused(sign: Sign) -> None:
    answer = lend(sign("cwb1"), key="k" * 1_000)

    assert (answer.status_code, json(answer)["code"]) == (422, "idem.key")


# ------------------------------------------------------------------ bad input


def deep(levels: int) -> str:
    return '{"process": "archive_lending", "data": {"x": ' + "[" * levels + "]" * levels + "}}"


BODIES = (
    ("", 400, "http.bad_request"),
    ("nonsense", 422, "json.invalid"),
    ("[]", 422, "request.invalid"),
    ("null", 422, "request.invalid"),
    ('{"process": NaN}', 422, "json.invalid"),
    ('{"process": 1e999}', 422, "request.invalid"),
    ('{"process": ' + "1" * 10_000 + "}", 422, "json.invalid"),
    ('{"process": "a", "process": "b"}', 422, "json.duplicate_key"),
    ('{"process": "archive_lending", "data": {"a": {"b": 1, "b": 2}}}', 422, "json.duplicate_key"),
    (deep(2_000), 422, "json.too_deep"),
    (deep(200_000), 422, "json.too_deep"),
    ('{"process": "archive_lending", "dat": {}}', 422, "request.invalid"),
    ('{"process": "archive_lending", "data": []}', 422, "request.invalid"),
    ('{"process": "archive_lending", "urgency": "非常急"}', 422, "request.invalid"),
    ('{"process": "archive_\\u0000"}', 422, "request.invalid"),
    ('{"process": "archive_lending", "title": "\\ud800"}', 422, "request.invalid"),
    ('{"process": "no_such_process"}', 404, "not_found"),
    ('{"process": "archive_lending", "data": {"LIMIT": 1}}', 422, "form.unknown_field"),
    ('{"process": "archive_lending", "data": {"count": "3"}}', 422, "form.type"),
    ('{"process": "archive_lending", "data": {"title": "\\ud800"}}', 422, "form.text"),
    ('{"process": "archive_lending", "data": {"archive_lending_no": "JY-1"}}', 422, "form.read_only"),
)


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=range(len(BODIES)))
def test_a_bad_body_is_refused_and_changes_nothing(sign: Sign, body: str, status: int, code: str) -> None:
    caller = sign("cwb1")

    answer = caller.client.post(
        "/api/v1/instances",
        data=body.encode("utf-8", "surrogatepass"),
        headers=caller.keyed(),
        content_type="application/json",
    )

    told = json(answer)
    assert (answer.status_code, told["code"]) == (status, code), answer.text
    assert set(told) >= {"code", "message_zh", "message_en", "hint", "request_id"}
    assert told["message_zh"]
    assert json(caller.get("/inbox", box="mine"))["total"] == 0


def test_a_body_of_three_megabytes_is_too_large(sign: Sign) -> None:
    answer = sign("cwb1").post("/instances", {"process": "x" * 3_000_000})

    assert (answer.status_code, json(answer)["code"]) == (413, "http.request_entity_too_large")


@pytest.mark.parametrize(
    "query", [{"box": "trash"}, {"limit": "0"}, {"limit": "many"}, {"offset": "-1"}, {"colour": "red"}], ids=str
)
def test_a_bad_query_is_refused(sign: Sign, query: dict[str, str]) -> None:
    answer = sign("cwb1").get("/inbox", **query)

    assert (answer.status_code, json(answer)["code"]) == (400, "request.query")
    assert json(answer)["problems"][0]["path"] == next(iter(query))


def test_missing_fields_are_named_with_their_labels(sign: Sign) -> None:
    answer = sign("cwb1").post("/instances", {"process": "archive_lending", "data": {}})

    assert {(p["path"], p["label"], p["code"]) for p in json(answer)["problems"]} >= {
        ("purpose", "用途", "form.required")
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/inbox", 405), ("GET", "/api/v1/items/x", 404)],
)
def test_an_address_that_does_not_exist_answers_in_json(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert json(answer)["request_id"] == answer.headers["X-Request-Id"]


# ------------------------------------------------------------------ description


ITEM_CALLS = (
    "decision", "return", "transfer", "urge", "claim", "release", "retract", "explanation", "add", "remove",
    "consult", "opinion", "circulate", "read", "delegate", "hand-back", "oral", "sign", "silence", "documents/{name}",
    "draft", "entry", "entry-answer", "words",
)  # fmt: skip
PEOPLE_CALLS = (
    "search", "roles", "users", "users/{login}/roles", "users/{login}/subject", "users/{login}/subject/forget",
    "users/{login}/access", "users/{login}/password/ask", "users/{login}/password/drop", "users/{login}/factor/reset",
    "users/{login}/deactivate", "users/{login}/activate",
    "leaves", "leaves/{row}",
    "leaves/{row}/end", "substitutions", "substitutions/{row}/end", "handovers", "handovers/{row}",
    "handovers/{row}/cancel", "instances/{number}/explanation",
)  # fmt: skip
REPORT_CALLS = (
    "timeliness/{month}", "timeliness/{month}.xlsx", "timeliness/{month}/{kind}", "forecast", "year", "year.xlsx",
    "year/{code}",
)  # fmt: skip
ARCHIVE_CALLS = ("archives", "archives/{archive}/package", "archives/{archive}/paper", "instances/{number}/archives")
CHECKLIST_CALLS = ("", "/proposals", "/proposals/{proposal}/decline", "/versions", "/versions/preview")
MOVE_CALLS = ("move", "move/preview", "move/{request_id}", "follow", "unfollow")
CHANGE_CALLS = ("changes", "changes/{item}", "change", "change/preview", "call-off")


def test_the_description_lists_every_call_and_nothing_else(client: FlaskClient) -> None:
    spec = json(client.get("/api/v1/openapi.json"))

    assert set(spec["paths"]) == {
        "/api/v1/tokens", "/api/v1/tokens/current", "/api/v1/tokens/{token_id}",
        "/api/v1/inbox", "/api/v1/processes", "/api/v1/definitions",
        "/api/v1/processes/{key}/bindings", "/api/v1/processes/{key}/draft", "/api/v1/processes/{key}/bindings/remove",
        "/api/v1/processes/{key}/calls/{call}/retry", "/api/v1/definitions/check", "/api/v1/instances",
        "/api/v1/instances/{number}",
        "/api/v1/instances/{number}/urge", "/api/v1/instances/{number}/withdraw",
        "/api/v1/instances/{number}/void", "/api/v1/instances/{number}/waive", "/api/v1/items/{item}",
        "/api/v1/instances/{number}/pauses",
        "/api/v1/items/{item}/pause",
        *(f"/api/v1/{call}" for call in (*PEOPLE_CALLS, *ARCHIVE_CALLS, "handbook/{key}")),
        *(f"/api/v1/processes/{{key}}/checklist{call}" for call in CHECKLIST_CALLS),
        *(f"/api/v1/reports/{call}" for call in REPORT_CALLS),
        *(f"/api/v1/pauses/{{pause}}/{verb}" for verb in ("approve", "refuse", "end")),
        *(f"/api/v1/instances/{{number}}/{verb}" for verb in ("suspend", "resume", "terminate", "reopen")),
        *(f"/api/v1/instances/{{number}}/{verb}" for verb in (*MOVE_CALLS, *CHANGE_CALLS)), "/api/v1/following",
        "/api/v1/items/decisions", *(f"/api/v1/items/{{item}}/{verb}" for verb in ITEM_CALLS),
    }  # fmt: skip
    for path, calls in spec["paths"].items():
        if "post" in calls:
            named = [p["name"] for p in calls["post"].get("parameters", ())]
            assert ("Idempotency-Key" in named) is not path.endswith(("/tokens", "/preview", "/check")), path


def test_answers_fit_their_description(sign: Sign, clock: FakeClock) -> None:
    caller = sign("cwb1")
    spec = json(caller.client.get("/api/v1/openapi.json"))
    number = lent(caller)
    later(clock)
    head = sign("cwb_head")
    item = head.mine(number)

    for path, answer in (
        ("/api/v1/inbox", head.get("/inbox")),
        ("/api/v1/processes", head.get("/processes")),
        ("/api/v1/instances/{number}", head.get(f"/instances/{number}")),
        ("/api/v1/items/{item}", head.get(f"/items/{item}")),
    ):
        schema = spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = schema | {"components": spec["components"]}
        problems = list(Draft202012Validator(whole).iter_errors(json(answer)))
        assert problems == [], (path, problems)

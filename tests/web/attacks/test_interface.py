"""A67 to A72 against the HTTP interface: what is malformed is refused in our form, costs little and changes nothing."""

import gzip
import json
from typing import Any

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.web.attacks.conftest import House
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller

HUGE = 10**30


def told(answer: Any) -> dict[str, Any]:
    """The body of a refusal, which always has this form."""
    body: dict[str, Any] = answer.get_json()
    assert {"code", "message_zh", "message_en", "hint", "request_id"} <= set(body), answer.text
    assert "Traceback" not in answer.text
    return body


def test_a67_one_key_for_two_requests_is_refused(house: House) -> None:
    head = house.caller(HEAD)
    body = {"outcome": "nonsense", "opinion": "同意。"}

    with house.unchanged():
        first = head.post(f"/items/{house.item}/decision", body, key="a67")
        second = head.post(f"/items/{house.item}/decision", body | {"opinion": "不同意。"}, key="a67")

    # what was refused did not use up its key
    assert (first.status_code, told(first)["code"]) == (422, "work.outcome")
    assert (second.status_code, told(second)["code"]) == (422, "work.outcome")


@pytest.mark.parametrize("key", ["x" * 101, "a\tb", "\u0000"])
def test_a67_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    try:
        answer = house.caller(HEAD).post(f"/items/{house.item}/decision", {"outcome": "approve"}, key=key)
    except ValueError:
        return  # no client can even send it
    assert (answer.status_code, told(answer)["code"]) == (422, "idem.key")


def test_a68_what_has_changed_since_it_was_read_is_left_alone(house: House) -> None:
    head, item = house.caller(HEAD), f"/api/v1/items/{house.item}"
    read = head.client.get(item, headers=head.headers)

    def decide(seen: str) -> Any:
        body = {"outcome": read.get_json()["outcomes"][0]["code"], "opinion": "同意。"}
        return head.client.post(f"{item}/decision", json=body, headers={**head.keyed(), "If-Match": seen})

    with house.unchanged():
        answers = [decide(seen) for seen in ('"0"', "99999", 'W/"1"', "now", '"1", "2"', "9" * 40)]
    assert [(a.status_code, told(a)["code"]) for a in answers] == [
        *[(412, "instance.changed")] * 2,
        *[(422, "request.if_match")] * 4,
    ]
    assert decide(read.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "nonsense"])
def test_a69_a_body_of_another_type_is_refused(house: House, kind: str) -> None:
    head, body = house.caller(HEAD), json.dumps({"outcome": "approve", "opinion": "同意。"})

    with house.unchanged():
        answer = head.client.post(
            f"/api/v1/items/{house.item}/decision", data=body, content_type=kind, headers=head.keyed()
        )

    assert answer.status_code == 415
    assert told(answer)["code"] == "json.type"


def test_a69_a_packed_body_is_never_unpacked(house: House) -> None:
    head, bomb = house.caller(HEAD), gzip.compress(b"[" * 10_000_000)

    with house.unchanged():
        answer = head.client.post(
            f"/api/v1/items/{house.item}/decision",
            data=bomb,
            content_type="application/json",
            headers={**head.keyed(), "Content-Encoding": "gzip"},
        )

    assert answer.status_code == 415


def test_a69_ten_megabytes_are_too_large(house: House) -> None:
    head = house.caller(HEAD)

    answer = head.client.post(
        f"/api/v1/items/{house.item}/decision",
        data=b'{"opinion":"' + b"x" * 10_000_000 + b'"}',
        content_type="application/json",
        headers=head.keyed(),
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 10**9}, {"limit": 0}, {"limit": -1}, {"limit": "all"}, {"offset": -1}, {"offset": HUGE},
        {"sort": "password"}, {"order_by": "person.password_hash"}, {"box": "'; DROP TABLE person; --"},
        {"variables->amount": "1"}, {"process": "x" * 10_000}, {"items": ",".join(map(str, range(10_000)))},
    ],
    ids=lambda query: next(iter(query)),
)  # fmt: skip
def test_a70_a88_what_no_list_understands_is_refused(house: House, query: dict[str, Any]) -> None:
    with house.unchanged():
        answer = house.caller(HEAD).get("/inbox", **query)

    assert (answer.status_code, told(answer)["code"]) == (400, "request.query")


def test_a70_more_items_at_once_than_is_reasonable_are_refused(house: House) -> None:
    with house.unchanged():
        answer = house.caller(HEAD).post(
            "/items/decisions", {"items": list(range(1, 10_001)), "outcome": "approve", "opinion": ""}
        )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "wrong", ["0", "-1", "1 or 1=1", "1.5", "[1]", "{}", "0x1", str(2**63), str(HUGE), "１", "null"]
)
def test_a71_an_id_that_is_none_is_not_found(house: House, wrong: str) -> None:
    head = house.caller(HEAD)

    with house.unchanged():
        answers = [
            head.get(f"/items/{wrong}"),
            head.get(f"/instances/{wrong}"),
            head.post(f"/items/{wrong}/decision", {"outcome": "approve"}),
        ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all(told(answer) for answer in answers)


@pytest.mark.parametrize("wrong", [str(2**63), str(HUGE)])
def test_a71_no_page_crashes_over_a_number_that_is_too_large(house: House, wrong: str) -> None:
    person = house.person(HEAD)

    statuses = {
        path: person.open(path).status_code
        for path in (
            f"/files/{wrong}", f"/d/{house.number}?item={wrong}", f"/drafts/{wrong}", f"/registers/seal/{wrong}",
            f"/jobs/{wrong}", f"/inbox?limit={wrong}", f"/inbox?sel={house.number}.{wrong}",
        )
    }  # fmt: skip

    assert {path: status for path, status in statuses.items() if status not in (200, 303, 404, 422)} == {}


@pytest.mark.parametrize("value", [[1], {"a": 1}, True, None, 0, -1, 1.5, "1; DROP TABLE work_item", HUGE])
def test_a71_an_id_inside_a_body_is_what_it_says(house: House, value: Any) -> None:
    with house.unchanged():
        answers = [
            house.caller(HEAD).post("/items/decisions", {"items": [value], "outcome": "approve", "opinion": "同意。"}),
            house.caller(HEAD).post(
                f"/items/{house.item}/decision", {"outcome": "approve", "opinion": "同意。", "attachments": [value]}
            ),
        ]

    for answer in answers:
        assert (answer.status_code, told(answer)["code"]) == (422, "request.invalid")


def test_a72_methods_are_what_they_are(house: House) -> None:
    head, path = house.caller(HEAD), f"/api/v1/items/{house.item}"

    with house.unchanged():
        overridden = head.client.get(
            f"{path}?_method=DELETE", headers={**head.headers, "X-HTTP-Method-Override": "DELETE"}
        )
        statuses = [head.client.open(path, method=m, headers=head.headers).status_code for m in ("TRACE", "PUT", "X")]

    assert overridden.status_code == 200
    assert statuses == [405, 405, 405]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/..;/metrics", "/api/v1/%2e%2e/inbox", "/static/../pyproject.toml", "/static/..%2f..%2fpyproject.toml",
        "/static/%252e%252e/%252e%252e/pyproject.toml", "/api/v1//inbox", "/api/v1/inbox/", "/.git/config",
        "/static/.%00/x", "/files/..%2f..%2fsanban.db",
    ],
)  # fmt: skip
def test_a72_a57_no_way_around_a_path(house: House, path: str) -> None:
    answer = house.caller(DRAFTER).client.get(path, headers=house.caller(DRAFTER).headers)

    assert answer.status_code in (303, 308, 400, 401, 404)
    assert "[project]" not in answer.text


def test_a72_a_parameter_given_twice_is_not_read_twice(house: House) -> None:
    caller: Caller = house.caller(HEAD)

    answer = caller.client.get("/api/v1/inbox?box=todo&box=mine&limit=1&limit=100000", headers=caller.headers)

    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert len(answer.get_json()["items"]) <= 1


@pytest.mark.parametrize("where", ["path", "query", "field"])
def test_a86_a_nul_is_refused_before_a_database_hears_of_it(house: House, where: str) -> None:
    person = house.person(HEAD)

    with house.unchanged():
        answer = {
            "path": lambda: person.open("/d/%00"),
            "query": lambda: person.open("/search?q=%00a"),
            "field": lambda: person.send(f"/d/{house.number}/urge", {"text": "\x00"}),
        }[where]()

    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["access_token", "token", "api_key"])
def test_a55_a_token_in_the_address_is_refused(house: House, name: str) -> None:
    head = house.caller(HEAD)
    token = head.headers["Authorization"].split()[1]

    for headers in ({}, head.headers):
        answer = head.client.get("/api/v1/inbox", query_string={name: token}, headers=headers)

        assert (answer.status_code, told(answer)["code"]) == (400, "auth.token_in_address")


def test_a95_what_a_client_says_of_the_time_is_ignored(office: Engine, app: APIFlask, clock: FakeClock) -> None:
    number, head = document(office, clock), Caller(app.test_client(), HEAD)
    path, forged = f"/api/v1/items/{item_of(office, number, HEAD)}/decision", "Tue, 19 Jan 2038 03:14:07 GMT"
    body = {"outcome": "approve", "opinion": "同意。"}

    dated = head.client.post(path, json=body | {"at": "2020-01-01T00:00:00Z"}, headers=head.keyed())
    done = head.client.post(
        path, json=body, headers=head.keyed() | {"Date": forged, "If-Unmodified-Since": forged, "X-Client-Time": forged}
    )

    assert (dated.status_code, told(dated)["code"]) == (422, "request.invalid")
    assert done.status_code == 200
    history = head.get(f"/instances/{number}").get_json()["history"]
    assert {entry["at"] for entry in history if entry["verb"] == "decide"} == {
        clock().isoformat().replace("+00:00", "Z")
    }

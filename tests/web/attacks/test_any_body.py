"""Bodies and queries of the description with anything in them: every answer has its form, and none is a crash."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.attacks.conftest import House
from tests.web.cases import HEAD

ROUNDS = 12  # for each call; another seed each time would be a test that fails by chance
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, 10**30, 1.5, 1e308, "", " ", "x", "名" * 300, "x" * 5_000,
    "\u0000", "\u202e", "\ud83d",
    "1 or 1=1", "<script>", "${7*7}", "../x", "2026-02-30", "2026-03-09T08:00:00+08:00", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "P1Y", [], [None], [[]], [1, 2], ["x"] * 3, {}, {"": ""}, {"typename": "x"},
    {"__proto__": {}}, {"a": {"b": {"c": [1]}}},
)  # fmt: skip
FITTING = ("cwb1", "rlb_head", "FW10", "approve", "refuse", "同意。", "document_issue", "again", "rlb", "staff", "P1")


def calls(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            if method in ("get", "post", "delete") and path != "/api/v1/tokens/current":
                yield method, path, call


def names(spec: dict[str, Any], call: dict[str, Any]) -> list[str]:
    """The fields that a call describes for its body."""
    content = call.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return list(schema.get("properties", {}))


def filled(path: str, places: dict[str, Any], dice: random.Random) -> str:
    """An address with things that exist in it, most of the time."""
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        good = dice.random() < 0.8
        path = path.replace(f"{{{name}}}", str(places.get(name, 1) if good else dice.choice((0, 999, "x"))))
    return path


def text(value: Any) -> str:
    """As it can stand in an address."""
    return str(value)[:300].encode("utf-8", "ignore").decode()


def test_no_body_and_no_query_is_a_crash(house: House) -> None:
    spec, dice, crashes = house.caller(HEAD).get("/openapi.json").get_json(), random.Random(7), []
    answers: Counter[int] = Counter()
    places = {"item": house.item, "number": house.number, "process": "document_issue", "key": "document_issue"}

    for method, path, call in calls(spec):
        fields, asked = names(spec, call), [p["name"] for p in call.get("parameters", ()) if p.get("in") == "query"]
        for _ in range(ROUNDS):
            address = filled(path, places, dice)
            query = {name: text(dice.choice(ODD)) for name in asked if dice.random() < 0.5}
            chosen = [name for name in fields if dice.random() < 0.8]
            body = {name: dice.choice(ODD if dice.random() < 0.6 else FITTING) for name in chosen}
            caller = house.caller(dice.choice((HEAD, "admin", "cwb1")))
            answer = caller.client.open(
                address, method=method, query_string=query, headers=caller.keyed(),
                data=json.dumps(body) if fields else None, content_type="application/json" if fields else None,
            )  # fmt: skip
            answers[answer.status_code] += 1
            if answer.status_code >= 500:
                crashes.append((method, address, body, query, answer.status_code))

    assert {200, 403, 404, 422} <= set(answers)
    assert crashes == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"1", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 3_000])
def test_a_body_that_is_no_object_is_refused(house: House, body: bytes) -> None:
    head = house.caller(HEAD)

    with house.unchanged():
        answer = head.client.post(
            f"/api/v1/items/{house.item}/decision", data=body, content_type="application/json", headers=head.keyed()
        )

    assert answer.status_code in (400, 422)
    assert answer.get_json()["code"] in ("json.invalid", "json.duplicate_key", "json.too_deep", "request.invalid")


NAMELESS = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK\r\n'
    b'--b\r\nContent-Disposition: form-data; filename="b.zip"\r\n\r\nPK\r\n'
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
)


PART_OF_NOTHING = [
    b'--b\r\nContent-Disposition: form-data; filename="b.zip"\r\n\r\nPK\r\n--b--\r\n',
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
]


@pytest.mark.parametrize("body", PART_OF_NOTHING)
@pytest.mark.parametrize("path", ["/login", "/start/document_issue", "/settings/phrases"])
def test_a_part_without_a_name_is_refused_by_every_page(house: House, path: str, body: bytes) -> None:
    client = house.person(HEAD).client

    with house.unchanged():
        answer = client.post(path, data=body, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 400


@pytest.mark.parametrize("login", ["admin", HEAD])
@pytest.mark.parametrize("path", ["/definitions", "/definitions/check", "/instances"])
def test_a_part_without_a_name_is_a_refusal_and_no_crash(house: House, login: str, path: str) -> None:
    caller = house.caller(login)

    with house.unchanged():
        answer = caller.client.post(
            f"/api/v1{path}", data=NAMELESS, content_type="multipart/form-data; boundary=b", headers=caller.keyed()
        )

    assert 400 <= answer.status_code < 500, answer.text
    assert answer.get_json()["request_id"]

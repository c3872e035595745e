"""The words of the door when every thread is taken."""

from email.parser import BytesParser
from http.client import HTTPMessage

import orjson
import pytest

from web.errors import of_status
from web.turning_away import no_room

SHAPE = {"code", "message_zh", "message_en", "hint", "request_id"}  # of errors of the API (web.errors.as_json)


def asked(path: str) -> bytes:
    return no_room(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def parts(answer: bytes) -> tuple[bytes, HTTPMessage, bytes]:
    """Status line, headers and body."""
    head, body = answer.split(b"\r\n\r\n", 1)
    line, headers = head.split(b"\r\n", 1)
    return line, BytesParser(_class=HTTPMessage).parsebytes(headers), body


@pytest.mark.parametrize("path", ["/api/v1/inbox?limit=200", "/inbox", "/", "/items/3"])
def test_the_door_refuses_with_the_words_of_the_house_and_when_to_come_again(path: str) -> None:
    line, headers, body = parts(asked(path))

    assert line == b"HTTP/1.1 503 Service Unavailable"
    assert (headers["Retry-After"], headers["Connection"], headers["Cache-Control"]) == ("2", "close", "no-store")
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert int(headers["Content-Length"]) == len(body)
    assert of_status(503).message_zh in body.decode()
    assert of_status(503).hint in body.decode()


def test_programs_get_the_one_shape_of_errors_and_each_a_number_of_its_own() -> None:
    told = [orjson.loads(parts(asked("/api/v1/inbox"))[2]) for _ in range(2)]

    assert set(told[0]) == SHAPE
    assert told[0]["code"] == of_status(503).code
    assert told[0]["request_id"] != told[1]["request_id"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/app.css"])
def test_whoever_watches_is_served_however_full_it_is(path: str) -> None:
    assert asked(path) == b""


def test_what_is_no_request_is_left_to_the_threads() -> None:
    assert no_room(b"\r\n\r\n") == b""

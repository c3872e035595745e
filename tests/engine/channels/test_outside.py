"""Calls to places outside reach what an operator has listed, and nothing else (reliability.md A74, A75, A77, A78)."""

import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from engine.channels import Call, ChannelError, guarded, refuse_unlisted, send
from engine.errors import BadInput
from engine.settings import Settings
from tests.support.outside import Outside, says

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)


def listed(*hosts: str) -> Settings:
    return Settings(outgoing_hosts=",".join(hosts))


def test_a_listed_host_gets_the_body_the_secret_and_a_key(place: Outside) -> None:
    place.answers = [says({"total": 5})]
    call = Call("POST", f"{place.url}/pay?x=1", {"amount": 3, "名称": "印章"}, token="s3cret", key="call-1")

    answer = send(call, listed(place.host), NOW)

    method, path, body, headers = place.asked[0]
    assert answer == {"total": 5}
    assert (method, path, body) == ("POST", "/pay?x=1", {"amount": 3, "名称": "印章"})
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == "call-1"
    assert "s3cret" not in repr(call)


def test_a_question_without_body_carries_its_values_in_the_address(place: Outside) -> None:
    send(
        Call("GET", f"{place.url}/find", {"no": "发〔2026〕1号", "gone": None}),
        listed(place.host),
        NOW,
    )

    assert place.asked[0][1].startswith("/find?no=%E5%8F%91")
    assert "gone" not in place.asked[0][1]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://0/", "http://2130706433/", "http://0x7f.1/", "http://localhost./",
        "http://169.254.169.254/latest/meta-data", "http://100.100.100.200/", "file:///etc/passwd", "gopher://erp.example/",
        "ftp://erp.example/", "https://user:pass@erp.example/", "https://erp.example:22/", "http://erp.example/",
        "https://erp.example.evil.com/", "https://erp.example\\@evil.com/", "//erp.example", "https://еrp.example/", "",
        "https://erp.example:99999/", "https://erp.example/\r\nX: y",
    ],
)  # fmt: skip
def test_an_address_that_is_not_listed_is_refused_when_it_is_saved(url: str) -> None:
    """A74, A77: no list of bad addresses is ever complete, so there is a list of good ones."""
    with pytest.raises(BadInput) as caught:
        refuse_unlisted(url, listed("erp.example:443"))

    assert caught.value.reason == "url.refused"


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200"])
def test_metadata_addresses_are_never_reached_even_if_they_are_listed(host: str) -> None:
    """A74; names that change their address between look-up and call are A75, see the tests of what guards the calls."""
    with pytest.raises(ChannelError) as caught:
        send(Call("POST", f"http://{host}/"), listed(host), NOW)

    assert not caught.value.retry


def test_a_host_that_is_listed_no_more_is_not_called(place: Outside) -> None:
    with pytest.raises(BadInput):
        send(Call("POST", place.url), listed(), NOW)

    assert place.asked == []


def test_a_redirect_is_not_followed(place: Outside) -> None:
    """A77."""
    place.answers = [says({}, 302, Location="http://127.0.0.1:1/secret")]

    with pytest.raises(ChannelError) as caught:
        send(Call("POST", place.url), listed(place.host), NOW)

    assert not caught.value.retry
    assert len(place.asked) == 1


@pytest.mark.parametrize(
    ("status", "retry"), [(500, True), (503, True), (429, True), (408, True), (400, False), (404, False)]
)
def test_only_what_may_pass_by_itself_is_tried_again(place: Outside, status: int, retry: bool) -> None:
    place.answers = [says({}, status)]

    with pytest.raises(ChannelError) as caught:
        send(Call("POST", place.url), listed(place.host), NOW)

    assert caught.value.retry is retry


def drips(request: BaseHTTPRequestHandler) -> None:
    """An answer of a byte now and then."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(200):
        request.wfile.write(b"x")
        time.sleep(0.05)


def floods(request: BaseHTTPRequestHandler) -> None:
    """An answer without end."""
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.end_headers()
    for _ in range(3000):
        request.wfile.write(b" " * 10_000)


def shouts(request: BaseHTTPRequestHandler) -> None:
    """An answer of headers."""
    request.send_response(200)
    for number in range(10_000):
        request.send_header(f"X-{number}", "y")
    request.end_headers()


@pytest.mark.parametrize("behaviour", [drips, floods, shouts])
def test_an_answer_that_never_ends_is_cut(place: Outside, behaviour: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A78; the ten seconds are half a second here."""
    monkeypatch.setattr(guarded, "SECONDS", 0.5)
    place.answers = [behaviour]  # type: ignore[list-item]

    with pytest.raises(ChannelError):
        send(Call("POST", place.url), listed(place.host), NOW)


def test_an_answer_that_is_no_json_is_not_tried_again(place: Outside) -> None:
    place.answers = [says(b"<html>")]

    with pytest.raises(ChannelError) as caught:
        send(Call("POST", place.url), listed(place.host), NOW)

    assert not caught.value.retry

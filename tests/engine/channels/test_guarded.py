"""Calls out of the house cannot be turned against it: attacks A74, A75, A77 and A78 of the reliability study."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from engine.channels import ChannelError, guarded
from tests.support.receiver import Receiver, receiving

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def post(url: str, *allowed: str) -> guarded.Answer:
    return guarded.post(url, b"{}", {"Content-Type": "application/json"}, allowed=allowed, now=NOW)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "0",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
        "100.100.100.200",
        "localhost.",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_a74_an_inner_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(ChannelError, match="not sent") as refused:
        post(f"https://{host}/hook")

    assert not refused.value.retry


def test_a74_our_own_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ["10.20.30.40"])

    with pytest.raises(ChannelError, match="not sent"):
        post("https://sanban.huayuan.example/hook")


def test_a74_what_the_operator_allows_by_name_may_be_private_but_never_a_metadata_service(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(f"{receiver.url}/hook", receiver.host).status == 200
    assert post(f"{receiver.url}/hook", "127.0.0.1").status == 200
    resolve_to(monkeypatch, ["169.254.169.254"])

    with pytest.raises(ChannelError):
        post("https://im.huayuan.example/hook", "im.huayuan.example")


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Let names mean these addresses, one answer after the other."""
    waiting = list(answers)

    def answer(_host: str, port: int, **_more: Any) -> list[Any]:
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a75_only_the_address_that_was_judged_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    called: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_more: Any) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ChannelError) as failed:
        post("https://rebinding.example/hook")

    assert called == [("93.184.216.34", 443)]
    assert failed.value.retry


def test_a75_a_name_with_one_inner_address_is_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(ChannelError) as refused:
        post("https://two-faced.example/hook")

    assert not refused.value.retry


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "https://user:pass@example.com/",
        "https://user@example.com/",
        "https://example.com:22/",
        "http://example.com/",
        "https://example.com:99999/",
        "https:///nothing",
        "https://example.com/\r\nX: y",
        "",
    ],
)
def test_a77_other_schemes_ports_and_names_of_users_are_refused(url: str) -> None:
    with pytest.raises(ChannelError) as refused:
        post(url)

    assert not refused.value.retry


def test_a77_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": f"{receiver.url}/inner"}

    assert post(f"{receiver.url}/hook", receiver.host).status == 302
    assert [got.path for got in receiver.got] == ["/hook"]


def endless(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(10 * 1024**3))
    handler.end_headers()
    while not over.is_set():
        handler.wfile.write(b"x" * 65536)


def trickling(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    while not over.wait(0.05):
        handler.wfile.write(b"x")


def trickling_headers(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not over.wait(0.05):
        handler.wfile.write(b"x")


def silent(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait()


def many_headers(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    for n in range(10_000):
        handler.send_header(f"X-{n}", "y")
    handler.end_headers()


def test_a78_ten_gigabytes_are_cut_off(receiver: Receiver) -> None:
    receiver.instead = endless

    answer = post(f"{receiver.url}/hook", receiver.host)

    assert len(answer.body) == guarded.MOST_BYTES


@pytest.mark.parametrize("behaviour", [trickling, trickling_headers, silent, many_headers])
def test_a78_who_is_slow_silent_or_wordy_is_cut_off_and_tried_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, behaviour: Any
) -> None:
    monkeypatch.setattr(guarded, "SECONDS", 0.5)
    receiver.instead = behaviour

    with pytest.raises(ChannelError) as failed:
        post(f"{receiver.url}/hook?token=geheim", receiver.host)

    assert failed.value.retry
    assert "geheim" not in f"{failed.value.message_zh} {failed.value.message_en}"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("30", timedelta(seconds=30)),
        ("999999999999", timedelta(hours=1)),
        ("Mon, 09 Mar 2026 01:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 09 Mar 2026 00:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
    ],
)
def test_the_other_side_says_how_long_to_wait(receiver: Receiver, text: str, after: timedelta | None) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": text}

    assert post(f"{receiver.url}/hook", receiver.host).after == after

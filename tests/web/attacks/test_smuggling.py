"""No request hides behind another: where one ends is never a matter of opinion (ASVS 4.2.1)."""

import socket
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.support.serving import PATIENCE, serving
from web.errors import of_status

HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNK = b"0\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"  # its body is read


def post(*headers: bytes, body: bytes = b"", line: bytes = b"POST /login HTTP/1.1") -> bytes:
    return b"\r\n".join((line, b"Host: x", *headers)) + b"\r\n\r\n" + body


REFUSED = {
    "two lengths": post(b"Content-Length: 0", b"Content-Length: 36", body=HIDDEN),
    "two lengths in one line": post(b"Content-Length: 0, 36", body=HIDDEN),
    "a length with a sign": post(b"Content-Length: +0", body=HIDDEN),
    "a length below nothing": post(b"Content-Length: -1", body=HIDDEN),
    "a length in hexadecimal": post(b"Content-Length: 0x0", body=HIDDEN),
    "a length and chunks": post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=CHUNK + HIDDEN),
    "chunks that are not the last coding": post(b"Transfer-Encoding: chunked, identity", body=CHUNK + HIDDEN),
    "chunks that were chunked": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=CHUNK + HIDDEN),
    "a coding nobody knows": post(b"Transfer-Encoding: xchunked", body=CHUNK + HIDDEN),
    "a space before the colon": post(b"Content-Length : 0", body=HIDDEN),
    "a header that is folded": post(b"X-Long: a", b" Content-Length: 36", body=HIDDEN),
    "a name with a control character": post(b"Content\x0b-Length: 0", body=HIDDEN),
    "a value with a bare return": post(b"X-A: a\rContent-Length: 36", body=HIDDEN),
    "chunks of an old version": post(b"Transfer-Encoding: chunked", body=CHUNK + HIDDEN, line=b"POST /login HTTP/1.0"),
    "a size of a chunk that is no number": post(FORM, b"Transfer-Encoding: chunked", body=b"zz\r\n" + HIDDEN),
    "a chunk that breaks off": post(FORM, b"Transfer-Encoding: chunked", body=b"ff\r\n" + HIDDEN),
    "a chunk longer than it says": post(FORM, b"Transfer-Encoding: chunked", body=b"1\r\n" + HIDDEN + CHUNK),
    "a size of a chunk with a sign": post(FORM, b"Transfer-Encoding: chunked", body=b"+0\r\n\r\n" + HIDDEN),
}  # fmt: skip


@pytest.fixture(scope="module")
def home(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("smuggling")
    (home / "sanban.db").write_bytes(sqlite_schema.read_bytes())
    return home


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    with serving(home, patience=20) as found:
        yield found


def answers(port: int, sent: bytes) -> bytes:
    """Everything that comes back on one connection until the other side closes it."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        while got := connection.recv(65_536):
            heard += got
    return heard


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_a_request_whose_end_is_doubtful_is_refused_and_what_follows_is_never_served(port: int, sent: bytes) -> None:
    heard = answers(port, sent)

    assert heard.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 200" not in heard
    assert heard[9:12] in (b"400", b"501", b"")


def test_two_requests_one_after_the_other_are_two(port: int) -> None:
    heard = answers(port, HIDDEN + HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    assert heard.count(b"HTTP/1.1 200") == 2


def test_a_body_as_long_as_it_says_hides_nothing(port: int) -> None:
    heard = answers(port, post(b"Content-Length: %d" % len(HIDDEN), b"Connection: close", body=HIDDEN))

    assert heard.count(b"HTTP/1.1 ") == 1
    assert b"HTTP/1.1 200" not in heard


GET = b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
UNREADABLE = {
    "an address of ten thousand letters": (GET % (b"%s?q=" + b"x" * 10_000, b""), 414),
    "a header that does not end": (GET % (b"%s", b"X-Long: " + b"x" * 40_000 + b"\r\n"), 431),
    "a hundred headers": (GET % (b"%s", b"".join(b"X-%d: y\r\n" % n for n in range(100))), 431),
    "a header that is none": (GET % (b"%s", b"Cookie=sanban=geheim\r\n"), 400),
    "an expectation nobody has": (GET % (b"%s", b"Expect: geheim\r\n"), 417),
    "a coding nobody knows": (GET % (b"%s", b"Transfer-Encoding: geheim\r\n"), 501),
    "no method": (b"geheim!! %s HTTP/1.1\r\nHost: x\r\n\r\n", 400),
}


@pytest.mark.parametrize(("sent", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_request_is_told_in_the_words_of_the_house_and_repeated_nowhere(
    home: Path, port: int, sent: bytes, status: int
) -> None:
    page, told = (answers(port, sent.replace(b"%s", path)) for path in (b"/search", b"/api/v1/search"))

    assert [answer.split(b" ", 2)[1] for answer in (page, told)] == [b"%d" % status] * 2
    assert of_status(status).message_zh in page.decode()
    assert of_status(status).hint in page.decode()
    body = orjson.loads(told.split(b"\r\n\r\n", 1)[1])
    assert set(body) == {"code", "message_zh", "message_en", "hint", "request_id"}
    assert (body["code"], body["message_zh"]) == (of_status(status).code, of_status(status).message_zh)
    log = (home / "server.log").read_text()
    assert [line["status"] for line in map(orjson.loads, log.splitlines()) if body["request_id"] in line.values()] == [
        status
    ]
    assert "geheim" not in log
    assert b"geheim" not in page + told

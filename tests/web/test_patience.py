"""Bodies that trickle, stop or lie about their length (reliability.md A40, A44), over a real socket."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from engine.runtime import Engine
from tests.web.cases import DRAFTER
from tests.web.pages import Person
from web.patience import Patience

SHORT = 0.2  # seconds of patience


@contextmanager
def trickling() -> Iterator[socket.socket]:
    """Our end of a connection whose other end sends one byte at a time for as long as it is listened to."""
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def send() -> None:
        with suppress(OSError):
            while not over.wait(SHORT / 8):
                theirs.send(b"x")

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    yield ours
    over.set()
    sender.join()
    ours.close()
    theirs.close()


def asked(app: APIFlask, body: Any, length: int, **more: Any) -> tuple[str, bytes]:
    """Status and text of the answer to an upload with this body."""
    built = EnvironBuilder("/files", method="POST", content_type="multipart/form-data; boundary=b").get_environ()
    environ = {**built, "wsgi.input": body, "CONTENT_LENGTH": str(length), **more}
    answered, status, _headers = run_wsgi_app(app, environ, buffered=True)
    return status, b"".join(answered)


def test_a40_a_body_of_a_byte_now_and_then_is_ended_and_told_so(app: APIFlask) -> None:
    app.wsgi_app = Patience(type(app).wsgi_app.__get__(app), SHORT)  # type: ignore[method-assign]
    with trickling() as ours:
        status, text = asked(app, ours.makefile("rb"), 1_000_000, **{"gunicorn.socket": ours})

    assert status.startswith("408")
    assert "上传时间过长，连接已断开。" in text.decode()


def test_a40_a_slow_body_that_comes_is_waited_for() -> None:
    seen: list[bytes] = []

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        while piece := environ["wsgi.input"].read(4):
            seen.append(piece)
        return []

    ours, theirs = socket.socketpair()
    patient = Patience(application, 300.0)

    def send() -> None:
        for piece in (b"one ", b"two ", b"end"):
            threading.Event().wait(0.05)
            theirs.send(piece)
        theirs.close()

    sender = threading.Thread(target=send)
    sender.start()
    patient({"wsgi.input": ours.makefile("rb"), "gunicorn.socket": ours}, lambda *_: None)
    sender.join()
    ours.close()

    assert b"".join(seen) == b"one two end"


@pytest.mark.parametrize("sent", [b"", b"--b\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\n%PDF"])
def test_a40_a_body_shorter_than_it_says_is_refused_and_nothing_is_kept(
    app: APIFlask, office: Engine, sent: bytes
) -> None:
    status, _text = asked(app, io.BytesIO(sent), 5_000)

    assert status.startswith("400")
    assert not [path for path in (office.settings.home / "files").rglob("*") if path.is_file()]


def test_a44_ten_thousand_parts_are_too_many(app: APIFlask) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'
    person = Person(app.test_client(), DRAFTER)

    answer = person.client.post(
        "/files", data=part * 10_000 + b"--b--\r\n", content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--b\r\n\r\nx"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name"),
        ("multipart/form-data; boundary=b", b"nothing of the kind"),
    ],
    ids=["no boundary", "broken off", "no parts"],
)
def test_a44_a_body_that_is_none_is_no_request(app: APIFlask, kind: str, body: bytes) -> None:
    person = Person(app.test_client(), DRAFTER)
    token = {"X-CSRFToken": person.hidden("/inbox")["csrf_token"]}

    for headers in ({}, token):
        assert person.client.post("/files", data=body, content_type=kind, headers=headers).status_code == 400

"""Headers longer than any browser sends, at the server that `sanban serve` starts (reliability.md A44)."""

import socket
import subprocess
import time
from contextlib import suppress

from tests.engine.test_shutdown import PATIENCE, asked, environment, server

__all__ = ["environment", "server"]  # fixtures


def status_of(port: int, lines: list[str]) -> int:
    """Status of the answer to a request with these header lines."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sent:
        request = "\r\n".join(["GET /login HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""])
        with suppress(OSError):  # the server may have read enough
            sent.sendall(request.encode())
        answer = sent.recv(64)
    return int(answer.split()[1])


def test_a44_a_header_of_a_hundred_kilobytes_is_refused_and_others_are_served(
    server: subprocess.Popen[bytes],
    environment: dict[str, str],
) -> None:
    port, until = int(environment["SANBAN_PORT"]), time.monotonic() + PATIENCE
    while asked(port) != 200:
        assert time.monotonic() < until
        time.sleep(0.1)

    long, many = ["X-Long: " + "x" * 100_000], [f"X-{n}: y" for n in range(10_000)]

    assert [status_of(port, lines) in (400, 413, 431) for lines in (long, many)] == [True, True]
    assert status_of(port, ["X-Short: y"]) == 200
    assert server.poll() is None

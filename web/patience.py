"""Ends requests whose body trickles: a connection that sends almost nothing would hold a thread for hours.

The web server waits for bytes inside one read, so only closing the receiving side of the socket from elsewhere ends it.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestTimeout

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Patience:
    """WSGI middleware: watches bodies that come over a socket we can reach (gunicorn)."""

    def __init__(self, application: Application, seconds: float) -> None:
        # for one read: ours ask for 64 KB at most, so 20 seconds are a little more than 3 KB a second
        self._application, self._seconds = application, seconds
        self._reading: set[_Body] = set()
        self._lock = threading.Lock()
        self._watching = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        if connection is None:
            return self._application(environ, start_response)
        environ["wsgi.input"] = _Body(environ["wsgi.input"], connection, self)
        return self._application(environ, start_response)

    def begin(self, body: "_Body") -> None:
        """A read begins; the first one of this process begins the watch, after the server has forked."""
        with self._lock:
            self._reading.add(body)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="patience", daemon=True).start()

    def end(self, body: "_Body") -> None:
        with self._lock:
            self._reading.discard(body)

    def _watch(self) -> None:
        while True:
            time.sleep(self._seconds / 4)
            now = time.monotonic()
            with self._lock:
                for body in self._reading:
                    if now - body.since > self._seconds:
                        body.cut()


class _Body:
    """The input of one request: a read that was cut off is a timeout, and chunks that are none are no request."""

    def __init__(self, stream: Any, connection: socket.socket, patience: Patience) -> None:
        self._stream, self._connection, self._patience = stream, connection, patience
        self._late = False
        self.since = 0.0

    def read(self, size: int = -1) -> bytes:
        return self._within_time(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._within_time(self._stream.readline, size)

    def cut(self) -> None:
        """Let the read that waits come back; the answer can still be sent."""
        self._late = True
        try:
            self._connection.shutdown(socket.SHUT_RD)
        except OSError:
            return  # the other side has gone by itself

    def _within_time(self, read: Callable[[int], bytes], size: int) -> bytes:
        self.since = time.monotonic()
        self._patience.begin(self)
        try:
            found = read(size)
        except ParseException as broken:
            raise BadRequest from broken
        except NoMoreData as gone:
            raise ClientDisconnected from gone
        finally:
            self._patience.end(self)
        if self._late:
            raise RequestTimeout
        return found

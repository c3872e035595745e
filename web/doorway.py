"""The gunicorn worker of `sanban serve`: a request gets a thread when it is there, not while it trickles in.

gthread gives a thread to each connection with a first byte, so a few hundred slow ones would stop everybody
(docs/decisions/063). Here they wait in the poll of the worker, which costs nothing, and are closed in time.
"""

import errno
import re
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

import structlog
from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

from engine.settings import Settings
from web.turning_away import failed, no_room, unreadable

THREADS = 40  # to a process; web/admission.py lets a few of them work and keeps the others to say no
MOST_HANDED = 36  # small requests with a thread; with more, the door says no itself, in plain words
MOST_WAITING = 500  # connections without a whole request; the oldest goes when another comes
AT_ONCE = 64  # connections let in at a time by a process that has to refuse them; otherwise another may have room
EVERY = 10.0  # seconds between two lines of the log about those for whom there was no room
LINGER = 2.0  # seconds in which the other side may read our last words
DRAIN = 0.1  # seconds for the rest of a body whose request has its answer
SMALL = 32_768  # head and body together: what is smaller is waited for here
BEGINNING = 200  # bytes of a request that say what it asks for
log = structlog.get_logger(__name__)
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_ASKS_FIRST = re.compile(rb"^(expect|transfer-encoding):", re.IGNORECASE | re.MULTILINE)


def wanted(seen: bytes) -> int:
    """How many bytes must be there before a thread is worth it; negative for a head that does not end."""
    end = seen.find(b"\r\n\r\n")
    if end < 0:
        return len(seen) + 1 if len(seen) < SMALL else -1
    head = seen[: end + 2]
    return end + 4 + (body_of(head) or 0)  # of a great one nothing more is waited for


def body_of(head: bytes) -> int | None:
    """Bytes of the body that is waited for here; None for one that a thread reads as it comes."""
    if _ASKS_FIRST.search(head):
        return None  # nothing more comes before the answer, or nobody knows how much
    length = _LENGTH.search(head)
    whole = int(length[1]) if length else 0
    return whole if len(head) + 2 + whole <= SMALL else None


def _small(seen: bytes) -> bool:
    """Whether the whole request was waited for here."""
    return body_of(seen[: seen.find(b"\r\n\r\n") + 2]) is not None


def _address(client: Any) -> str:
    return str(client[0]) if client else ""  # a socket of the machine has none


class Connection(TConn):
    """One that does not hold up the others while it says goodbye."""

    def __init__(self, keeper: "Doorkeeper", client: socket.socket, address: Any, server: Any) -> None:
        super().__init__(keeper.cfg, client, address, server)
        self.keeper, self.seen, self.began = keeper, 0, b""
        self.data_ready = True  # a thread gets it only then
        self.counted = False

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self.keeper.linger(self.sock)
        else:
            super().close()


class Doorkeeper(ThreadWorker):
    """gthread whose threads see whole requests."""

    def init_process(self) -> None:
        self._patience = Settings().patience_seconds
        self._lingering: deque[tuple[float, socket.socket]] = deque()
        self._handed = self._turned_away = 0
        self._told_at = time.monotonic()
        self._serving = threading.local()
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Who has come begins to wait; the first byte may be minutes away."""
        full = self._handed >= MOST_HANDED
        for _ in range(min(AT_ONCE if full else 1, self.worker_connections - self.nr_conns)):
            try:
                client, address = listener.accept()
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                    raise
                return
            if not (full and self._turned_away_at_once(client)):
                self._let_in(client, address, listener)

    def _turned_away_at_once(self, client: socket.socket) -> bool:
        """Whether that was all: most requests are whole when their connection is let in, and nobody waits for more."""
        client.setblocking(False)
        try:
            seen = client.recv(SMALL, socket.MSG_PEEK)
        except OSError:
            return False
        answer = self._no_room(seen) if seen else b""
        if not answer or wanted(seen) != len(seen):
            return False
        self._turn_away(client, len(seen), answer)
        return True

    def _let_in(self, client: socket.socket, address: Any, listener: socket.socket) -> None:
        # who stops reading an answer is cut off by the system, or a thread would hang in a send
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._patience * 1000))
        self.nr_conns += 1
        self._wait_for(Connection(self, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """A kept connection speaks again."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.method_queue.defer(self._send_away_the_silent)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """A body that nobody has read is not waited for: gthread would give it five seconds of a thread."""
        try:
            return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + DRAIN))
        except ParseException:  # it has its answer; a second one would be taken for that to the next request
            return False

    def murder_pending(self) -> None:
        """Whoever has waited too long goes, and so do those who had time to read our last words."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and self._lingering[0][0] <= now:
            self._leave(self._lingering[0][1])
        if self._turned_away and self._told_at + EVERY <= now:
            log.warning("turned away", requests=self._turned_away)
            self._turned_away, self._told_at = 0, now

    # ------------------------------------------------------------------ waiting

    def _wait_for(self, conn: Connection) -> None:
        while len(self.pending_conns) >= MOST_WAITING:
            self._forget(self.pending_conns[0])
        conn.seen, conn.timeout = 0, time.monotonic() + self._patience
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._look, conn))

    def _look(self, conn: Connection, _sock: Any) -> None:
        """Something came: a whole request goes to a thread, for the rest the system wakes us when it is here."""
        try:
            seen = conn.sock.recv(SMALL, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            self._forget(conn)
            return
        missing = wanted(seen)
        if missing < 0:
            self._refuse(conn, seen)
        elif missing > len(seen) > conn.seen:
            conn.seen = len(seen)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, missing)
        elif missing > len(seen):
            self._forget(conn)  # readable, and nothing new: the other side has gone
        else:
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            self.poller.unregister(conn.sock)
            self.pending_conns.remove(conn)
            self._hand_over(conn, seen)

    def _hand_over(self, conn: Connection, seen: bytes) -> None:
        """Great bodies are not counted: of them web/admission.py lets in a few, and they hold up nobody else."""
        if self._handed >= MOST_HANDED and (answer := self._no_room(seen)):
            self.nr_conns -= 1
            self._turn_away(conn.sock, wanted(seen), answer)
            return
        conn.counted, conn.began = _small(seen), seen[:BEGINNING]
        self._handed += conn.counted
        self.enqueue_req(conn)

    def _no_room(self, seen: bytes) -> bytes:
        """What is said to a request when every thread is taken; nothing if it is served nevertheless."""
        return no_room(seen) if _small(seen) else b""

    def _turn_away(self, sock: socket.socket, length: int, answer: bytes) -> None:
        """What was sent is taken in, so the other side sees an end after the answer and no reset before it."""
        self._turned_away += 1
        with suppress(OSError):
            more = len(sock.recv(SMALL)) > length
            sock.send(answer)
            if more:  # read ahead of the answer
                self.linger(sock)
                return
        sock.close()

    def handle(self, conn: Connection) -> Any:
        """In a thread, which remembers whom it serves."""
        self._serving.conn = conn
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """What is no request, or an error that got past the application, in the words of the house."""
        began = self._serving.conn.began
        if isinstance(exc, ParseException):
            words = unreadable(exc, began, _address(addr))
        else:
            words = failed(exc, getattr(req, "method", ""), getattr(req, "path", ""), began)
        with suppress(OSError):
            client.sendall(words)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Its thread is free again, or busy with what was read ahead."""
        self._handed -= conn.counted
        conn.counted = False
        super().finish_request(conn, fs)

    def _forget(self, conn: Connection) -> None:
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _refuse(self, conn: Connection, seen: bytes) -> None:
        """A head that does not end gets its answer at once, and time to read it."""
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)
        self._say_and_leave(conn, unreadable(LimitRequestHeaders(""), seen, _address(conn.client)))

    def _say_and_leave(self, conn: Connection, words: bytes) -> None:
        self.nr_conns -= 1
        with suppress(OSError):
            conn.sock.send(words)
        self.linger(conn.sock)

    def _send_away_the_silent(self) -> None:
        for conn in [c for c in self.pending_conns if not c.seen]:
            self._forget(conn)

    # ------------------------------------------------------------------ goodbye

    def linger(self, sock: socket.socket) -> None:
        """Nothing more will be said; what still comes is thrown away until the other side has closed."""
        try:
            sock.shutdown(socket.SHUT_WR)
            sock.setblocking(False)
            self.poller.register(sock, EVENT_READ, self._throw_away)
        except (OSError, KeyError, ValueError):
            sock.close()
            return
        self._lingering.append((time.monotonic() + LINGER, sock))

    def _throw_away(self, sock: Any) -> None:
        try:
            gone = not sock.recv(SMALL)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self._leave(sock)

    def _leave(self, sock: socket.socket) -> None:
        for each in [each for each in self._lingering if each[1] is sock]:
            self._lingering.remove(each)
        with suppress(KeyError, ValueError):
            self.poller.unregister(sock)
        sock.close()

"""Calls out of the house that nobody can turn against it: the address is resolved once, judged, and connected to.

Refused are private, loopback, link-local and metadata addresses, other ports than 80 and 443, user names in addresses,
and redirects. What the operator has allowed by name (``host`` or ``host:port``) may be private and may be plain HTTP.
An answer that is slow, endless or full of headers is cut off.
"""

import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from engine.channels.channel import ChannelError

SECONDS = 10.0  # for everything together, however the answer trickles in
MOST_BYTES = 64 * 1024
LONGEST_WAIT = timedelta(hours=1)
PORTS = {"http": 80, "https": 443}
NEVER = (IPv4Address("169.254.169.254"), IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``after`` is how long the other side asks us to wait."""

    status: int
    body: bytes
    after: timedelta | None


def post(url: str, body: bytes, headers: Mapping[str, str], *, allowed: Collection[str], now: datetime) -> Answer:
    """Send one POST; ChannelError when the address is refused or nothing useful comes back in time."""
    return ask("POST", url, body, headers, allowed=allowed, now=now)


def ask(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    allowed: Collection[str],
    now: datetime,
    most: int = MOST_BYTES,
) -> Answer:
    """The same with any method; of the answer at most so many bytes are read."""
    parts, address = checked(url, allowed)
    connection = _Connection(parts, address)
    watch = threading.Timer(SECONDS, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {**headers, "User-Agent": "Sanban", "Connection": "close"})
        response = connection.getresponse()
        answer = Answer(response.status, _body(response, most), _after(response.headers.get("Retry-After", ""), now))
        if connection.was_cut:  # what is cut off looks like an end
            raise TimeoutError
        return answer
    except (OSError, HTTPException, ValueError) as error:
        # never the address itself: it may hold a token
        raise _failed(f"{parts.hostname} 没有正常应答（{type(error).__name__}）", retry=True) from error
    finally:
        watch.cancel()
        connection.close()


def checked(url: str, allowed: Collection[str]) -> tuple[SplitResult, str]:
    """The parts of an address and the one IP to connect to; ChannelError when it must not be called."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _failed("地址不正确", retry=False) from None
    host = (parts.hostname or "").rstrip(".")
    known = bool(host) and (host in allowed or f"{host}:{port}" in allowed)
    if parts.scheme not in PORTS or not host or parts.username or parts.password or not url.isprintable():
        raise _failed("地址须为 http(s)://主机/路径，不得带用户名", retry=False)
    if not known and (parts.scheme != "https" or port not in PORTS.values()):
        raise _failed(f"{host} 未列入许可名单，只能用 https 的 443 端口", retry=False)
    return parts, _resolved(host, port, known=known)


def _resolved(host: str, port: int, *, known: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _failed(f"找不到主机 {host}", retry=True) from error
    addresses = [ip_address(str(info[4][0]).split("%")[0]) for info in found]
    for address in addresses:
        plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        # all of them: a name with one public and one private address is a trap
        if plain in NEVER or plain.is_unspecified or plain.is_multicast or not (known or plain.is_global):
            raise _failed(f"{host} 指向内部地址，未列入许可名单", retry=False)
    return str(addresses[0])


class _Connection(HTTPConnection):
    """Goes to the address that was judged, whatever the name means by now; TLS still checks the name."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(parts.hostname or "", parts.port or PORTS[parts.scheme], timeout=SECONDS)
        self._address, self._secure = address, parts.scheme == "https"
        self._plain: socket.socket | None = None
        self.was_cut = False

    def connect(self) -> None:
        self._plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._plain
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self._plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread: a read that waits wakes up."""
        self.was_cut = True
        for held in (self.sock, self._plain):
            if held is not None:
                try:
                    held.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def _body(response: HTTPResponse, most: int) -> bytes:
    """The beginning of an answer that says it is JSON; nobody needs the rest."""
    if "json" not in response.headers.get("Content-Type", ""):
        return b""
    return response.read(most)


def _after(text: str, now: datetime) -> timedelta | None:
    """``Retry-After`` in seconds or as a date."""
    if text.strip().isascii() and text.strip().isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(min((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, LONGEST_WAIT), timedelta(0))


def _failed(why: str, *, retry: bool) -> ChannelError:
    return ChannelError(f"没有发出：{why}。", f"not sent: {why}", retry=retry)

"""What the door says before Flask sees a request: every thread is taken, or what came is no request at all.

In the words of the house, made of bytes. A flood is many times what a process serves; a page of errors for each of them
would take what those inside need. What is no request is told by its status and never repeated, neither here nor in
the log: it may be a cookie with one wrong character.
"""

import secrets
from datetime import UTC, datetime
from http.client import responses

import orjson
import structlog
from gunicorn.http import errors as http

from engine.model import Json
from web.errors import LOGGED, SOON, Refusal, of_status

log = structlog.get_logger(__name__)
# what the server cannot read; the first that fits, and 400 for the rest
UNREADABLE: tuple[tuple[type[Exception], int], ...] = (
    (http.LimitRequestLine, 414),
    (http.LimitRequestHeaders, 431),
    (http.ExpectationFailed, 417),
    (http.UnsupportedTransferCoding, 501),
)
# whoever watches must see that it is full; files ask no database
NEVER = (b"/healthz", b"/readyz", b"/metrics", b"/static/")
_HEAD = (
    "HTTP/1.1 {status} {reason}\r\nConnection: close\r\n{wait}Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nHX-Reswap: none\r\n"
    "Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
)
_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{zh}</title>'
    '<body><h1>{zh}</h1><p>{hint}</p><p lang="en">{en}</p></body></html>'
)


def _answer(told: Refusal, kind: str, body: bytes) -> bytes:
    wait = f"Retry-After: {SOON}\r\n" if told.status == 503 else ""
    head = _HEAD.format(status=told.status, reason=responses[told.status], wait=wait, kind=kind, length=len(body))
    return head.encode() + body


def _for_people(told: Refusal) -> bytes:
    page = _PAGE.format(zh=told.message_zh, en=told.message_en, hint=told.hint)
    return _answer(told, "text/html; charset=utf-8", page.encode())


PAGE = _for_people(BUSY := of_status(503))


def no_room(seen: bytes) -> bytes:
    """The answer to a request whose head was seen; nothing for what is served however full it is."""
    path = seen.split(b" ", 2)[1:2]
    if not path or path[0].startswith(NEVER):
        return b""
    return _for_programs(BUSY, _new_number()) if path[0].startswith(b"/api/") else PAGE


def unreadable(why: Exception, seen: bytes, address: str) -> bytes:
    """The answer to what is no request, with a line in the log that holds nothing of it; ``seen`` is how it began."""
    status = next((status for kind, status in UNREADABLE if isinstance(why, kind)), 400)
    told, number = of_status(status), _new_number()
    log.warning("no request", number=number, why=type(why).__name__, status=status, address=address)
    return _whole(told, number, seen)


def failed(why: Exception, method: str, path: str, seen: bytes) -> bytes:
    """The answer when an error got past the application."""
    told, number = of_status(500), _new_number()
    log.error("request failed", number=number, method=method, path=path[:LOGGED], exc_info=why)
    return _whole(told, number, seen)


def _whole(told: Refusal, number: str, seen: bytes) -> bytes:
    path = seen.split(b" ", 2)[1:2]
    return _for_programs(told, number) if path and path[0].startswith(b"/api/") else _for_people(told)


def _for_programs(told: Refusal, number: str) -> bytes:
    """The one shape of errors of the HTTP API (``web.errors.as_json``)."""
    body: dict[str, Json] = {
        "code": told.code,
        "message_zh": told.message_zh,
        "message_en": told.message_en,
        "hint": told.hint,
        "request_id": number,
    }
    return _answer(told, "application/json", orjson.dumps(body))


def _new_number() -> str:
    return f"E-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3).upper()}"

"""What the door says when every thread is taken: 503 in plain words, made of bytes and without a request of Flask.

A flood is many times what a process serves; a page of errors for each of them would take what those inside need.
"""

import secrets
from datetime import UTC, datetime

import orjson

from engine.model import Json
from web.errors import SOON, of_status

BUSY = of_status(503)
NEVER = (b"/healthz", b"/metrics", b"/static/")  # whoever watches must see that it is full; files ask no database
_HEAD = (
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: {wait}\r\nCache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nHX-Reswap: none\r\n"
    "Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
)
_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{zh}</title>'
    '<body><h1>{zh}</h1><p>{hint}</p><p lang="en">{en}</p></body></html>'
)


def _answer(kind: str, body: bytes) -> bytes:
    return _HEAD.format(wait=SOON, kind=kind, length=len(body)).encode() + body


PAGE = _answer(
    "text/html; charset=utf-8", _PAGE.format(zh=BUSY.message_zh, en=BUSY.message_en, hint=BUSY.hint).encode()
)


def no_room(seen: bytes) -> bytes:
    """The answer to a request whose head was seen; nothing for what is served however full it is."""
    path = seen.split(b" ", 2)[1:2]
    if not path or path[0].startswith(NEVER):
        return b""
    return _for_programs() if path[0].startswith(b"/api/") else PAGE


def _for_programs() -> bytes:
    """The one shape of errors of the HTTP API (``web.errors.as_json``), with a number of its own."""
    told: dict[str, Json] = {
        "code": BUSY.code,
        "message_zh": BUSY.message_zh,
        "message_en": BUSY.message_en,
        "hint": BUSY.hint,
        "request_id": f"E-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3).upper()}",
    }
    return _answer("application/json", orjson.dumps(told))

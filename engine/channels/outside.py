"""Calls that stand in for code of others: JSON there, JSON back, only to hosts that an operator has listed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from engine.channels import guarded
from engine.channels.channel import ChannelError
from engine.errors import BadInput
from engine.settings import Settings

LARGEST = 1024 * 1024
RETRIED = frozenset({408, 425, 429})
METHODS = ("POST", "PUT", "GET")


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent where; ``key`` is the same for every attempt, ``token`` goes into the header Authorization."""

    method: str
    url: str
    body: Mapping[str, Any] = field(default_factory=dict)
    token: str = field(default="", repr=False)
    key: str = ""


def refuse_unlisted(url: str, settings: Settings) -> None:
    """Raise ``BadInput`` for every address but those of listed hosts, whatever it looks like (A74, A77)."""
    try:
        parts = urlsplit(url)
        port = parts.port or guarded.PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _refused(url) from error
    named = {parts.hostname, f"{parts.hostname}:{port}"} & _listed(settings)
    plain = url.isascii() and url.isprintable() and not (parts.username or parts.password)
    if not named or not plain or parts.scheme not in guarded.PORTS:
        raise _refused(url)


def send(call: Call, settings: Settings, now: datetime) -> Any:
    """The JSON of the answer; ``ChannelError`` says whether trying again makes sense."""
    refuse_unlisted(call.url, settings)
    headers = {"Accept": "application/json", "Idempotency-Key": call.key}
    if call.token:
        headers["Authorization"] = f"Bearer {call.token}"
    url, body = call.url, None
    if call.method == "GET":
        given = urlencode({name: value for name, value in call.body.items() if value is not None})
        url += ("&" if "?" in url else "?") + given
    else:
        headers["Content-Type"] = "application/json; charset=utf-8"
        body = json.dumps(call.body, ensure_ascii=False).encode()
    answer = guarded.ask(call.method, url, body, headers, allowed=_listed(settings), now=now, most=LARGEST + 1)
    return _understood(answer, str(urlsplit(call.url).hostname))


def _understood(answer: guarded.Answer, host: str) -> Any:
    if not 200 <= answer.status < 300:  # a redirect too: the new address was not listed
        retry = answer.status >= 500 or answer.status in RETRIED
        raise ChannelError(f"{host} 应答 {answer.status}", f"{host}: {answer.status}", retry=retry, after=answer.after)
    if len(answer.body) > LARGEST:
        raise ChannelError(f"{host} 的应答超过 1 MB，已中断", f"{host}: the answer is too large", retry=False)
    try:
        return json.loads(answer.body) if answer.body.strip() else None
    except (ValueError, RecursionError) as error:
        raise ChannelError(f"{host} 的应答不是 JSON", f"{host}: no JSON", retry=False) from error


def _listed(settings: Settings) -> frozenset[str]:
    return frozenset(settings.outgoing_hosts.replace(",", " ").split())


def _refused(url: str) -> BadInput:
    return BadInput(
        f"地址 {url[:80]} 不在允许调用的范围内。",
        f"{url[:80]!r} may not be called",
        "请管理员在 SANBAN_OUTGOING_HOSTS 中登记该主机，例如 erp.example.com。",
        "url.refused",
    )

"""Every notice as JSON to one address of the operator, signed for a platform that makes SMS of it."""

import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from engine.channels import guarded
from engine.channels.channel import ChannelError, Message

BUSY = timedelta(minutes=1)


@dataclass(frozen=True)
class Webhook:
    """``X-Sanban-Signature`` is ``sha256=`` and the HMAC of time stamp, a full stop and the body."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    allowed: Collection[str] = ()

    def send(self, message: Message) -> None:
        """Post one notice; 2xx is delivered, a redirect or another 4xx is final."""
        body = json.dumps(_told(message), ensure_ascii=False).encode()
        stamp = str(int(message.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.key,
            "X-Sanban-Timestamp": stamp,
            "X-Sanban-Signature": f"sha256={signature(self.secret, stamp, body)}",
        }
        answer = guarded.post(self.url, body, headers, allowed=self.allowed, now=message.at)
        if 200 <= answer.status < 300:
            return
        after = answer.after or BUSY if answer.status == 429 else answer.after
        again = answer.status in (408, 425, 429) or answer.status >= 500
        raise ChannelError(
            f"没有发出：对方返回 {answer.status}。", f"not sent: status {answer.status}", retry=again,
            after=after if again else None,
        )  # fmt: skip


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What a receiver computes too, and compares."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _told(message: Message) -> dict[str, object]:
    return {
        "id": message.key,
        "to": {"login": message.login, "name": message.name},
        "kind": message.kind,
        "urgency": message.urgency,
        "title": message.title,
        "body": message.body,
        "link": message.link,
        "at": message.at.isoformat(),
    }

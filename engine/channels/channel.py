"""What every channel is: it carries one message to one address, or says whether trying again makes sense."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from engine.errors import SanbanError


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; ``key`` is the same for every attempt, so that a receiver can drop a double."""

    address: str
    title: str
    body: str
    key: str = ""
    link: str = ""
    login: str = ""
    name: str = ""
    kind: str = ""
    urgency: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))  # of this attempt; receivers refuse old ones

    @property
    def text(self) -> str:
        """Body and address of the page it speaks of."""
        return f"{self.body.rstrip()}\n\n查看：{self.link}\n" if self.link else self.body


class ChannelError(SanbanError):
    """The message did not leave; ``retry`` is False when the next attempt would fail alike.

    ``after`` is how long the other side asks us to wait: it is there and counts us, so that is no failed attempt.
    """

    code = "channel.failed"

    def __init__(self, message_zh: str, message_en: str = "", *, retry: bool, after: timedelta | None = None) -> None:
        super().__init__(message_zh, message_en)
        self.retry = retry
        self.after = after


class Channel(Protocol):
    """A way to a person outside the program; slow, so never called inside a transaction."""

    def send(self, message: Message) -> None:
        """Hand the message over; ChannelError if that failed."""

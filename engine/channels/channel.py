"""What every channel is: it carries one message to one address, or says whether trying again makes sense."""

from dataclasses import dataclass
from typing import Protocol

from engine.errors import SanbanError


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; ``key`` is the same for every attempt, so that a receiver can drop a double."""

    address: str
    title: str
    body: str
    key: str = ""


class ChannelError(SanbanError):
    """The message did not leave; ``retry`` is False when the next attempt would fail alike."""

    code = "channel.failed"

    def __init__(self, message_zh: str, message_en: str = "", *, retry: bool) -> None:
        super().__init__(message_zh, message_en)
        self.retry = retry


class Channel(Protocol):
    """A way to a person outside the program; slow, so never called inside a transaction."""

    def send(self, message: Message) -> None:
        """Hand the message over; ChannelError if that failed."""

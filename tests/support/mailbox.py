"""A real SMTP server for tests: it keeps what it accepts and answers as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port


class Mailbox:
    """Letters as they arrived, with the address they were for."""

    def __init__(self) -> None:
        self.url = ""
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answer = "250 OK"

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Receiver and subject of each letter."""
        return [(to, str(letter["Subject"])) for to, letter in self.letters]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - given name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append((envelope.rcpt_tos[0], letter))
        return self.answer


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A server on a free port of this machine."""
    sink = Mailbox()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    try:
        yield sink
    finally:
        controller.stop()

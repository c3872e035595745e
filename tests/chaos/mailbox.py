"""A mail server that writes down every letter it takes, and one recipient whose letters it never takes."""

import re
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port

POISON = "fuzhuren@"


class Mailbox:
    """A server on a port of its own, for as long as the block lasts."""

    def __init__(self) -> None:
        self.taken: list[str] = []  # keys of letters in order of arrival: notice-7, notices-7-9-3
        self.refused = 0
        self._server = Controller(self, hostname="127.0.0.1", port=free_port(), ready_timeout=60)

    def __enter__(self) -> "Mailbox":
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.port}"

    def notices(self) -> set[int]:
        """Notices that a letter begins or ends with."""
        return {int(n) for key in self.taken for n in key.split("-")[1:3]}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if any(address.startswith(POISON) for address in envelope.rcpt_tos):
            self.refused += 1
            return "451 try again later"
        found = re.search(r"notices?[-0-9]+", str(message_from_bytes(envelope.content)["Message-ID"]))
        self.taken.append(found[0] if found else "unknown")
        return "250 OK"

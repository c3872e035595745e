"""A mail server that writes down every letter it takes, and one recipient whose letters it never takes."""

import re
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port

POISONED = "fuzhuren"


class Mailbox:
    """A server on a port of its own, for as long as the block lasts."""

    def __init__(self) -> None:
        self.taken: list[str] = []  # keys of letters in order of arrival: notice-7, notices-7-9-3
        self.refused: Counter[str] = Counter()  # how often each letter to the poisoned one was tried
        self._taken_at: list[int] = []  # how many letters of others had come at each of those tries
        self._server = Controller(self, hostname="127.0.0.1", port=free_port(), ready_timeout=60)

    def __enter__(self) -> "Mailbox":
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.port}"

    @property
    def passed_by(self) -> int:
        """How many letters of others came between the first and the last try of what is never taken."""
        return self._taken_at[-1] - self._taken_at[0] if self._taken_at else 0

    def notices(self) -> set[int]:
        """Notices that a letter begins or ends with."""
        return {int(n) for key in self.taken for n in key.split("-")[1:3]}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        found = re.search(r"notices?[-0-9]+", str(message_from_bytes(envelope.content)["Message-ID"]))
        key = found[0] if found else "unknown"
        if any(address.startswith(f"{POISONED}@") for address in envelope.rcpt_tos):
            self.refused[key] += 1
            self._taken_at.append(len(self.taken))
            return "451 try again later"
        self.taken.append(key)
        return "250 OK"

"""How much one process does at once: places to work, a small room to wait in, and 503 for whoever finds it full.

Without a bound, ten times too many requests would make everybody wait for ever; with one, most are told at once to
come again, and what was accepted is done in time (docs/decisions/063).
"""

from threading import Condition

from flask import Flask, g, request
from werkzeug.exceptions import ServiceUnavailable

PLACES = 8  # requests at work in a process at one moment
ROOM = 24  # more may wait
PATIENCE = 0.6  # seconds; with the way there and back a refusal comes within one
GREAT = 4  # of the places: bodies too long to be waited for at the door
HEAVY = 2  # of the places: reports and files made of many rows
SMALL_BODY = 32_768
# whoever watches must see that it is full; files of pages ask no database anything, and a page without them is none
FREE = ("health.healthz", "health.metrics", "static")
HEAVY_VIEWS = (
    "supervision.scores_file", "supervision.ledger_file", "seals.print_register",
    "api.report_of_month", "api.behind_number", "api.forecast",
)  # fmt: skip


class Full(ServiceUnavailable):
    """No place, and none soon."""


class Lanes:
    """Places of a process, and how many of them a kind of request may take; thread-safe."""

    def __init__(self, places: int = PLACES, room: int = ROOM, patience: float = PATIENCE) -> None:
        self._free = {"": places, "great": min(GREAT, places), "heavy": min(HEAVY, places)}
        self._room, self._patience, self._waiting = room, patience, 0
        self._changed = Condition()

    def enter(self, kind: str) -> None:
        """Take a place; raises ``Full`` at once if the room is full, and after the patience is over."""
        with self._changed:
            if not self._has_place(kind):
                self._wait(kind)
            for name in {"", kind}:
                self._free[name] -= 1

    def leave(self, kind: str) -> None:
        with self._changed:
            for name in {"", kind}:
                self._free[name] += 1
            self._changed.notify_all()

    def _has_place(self, kind: str) -> bool:
        return self._free[""] > 0 and self._free[kind] > 0

    def _wait(self, kind: str) -> None:
        if self._waiting >= self._room:
            raise Full
        self._waiting += 1
        try:
            if not self._changed.wait_for(lambda: self._has_place(kind), self._patience):
                raise Full
        finally:
            self._waiting -= 1


def install(app: Flask) -> None:
    """Before anything else is done for a request it takes a place, and gives it back whatever happens."""
    app.extensions["lanes"] = lanes = Lanes()

    def enter() -> None:
        if request.endpoint not in FREE:
            kind = _kind()
            lanes.enter(kind)
            g.lane = kind

    def leave(_error: BaseException | None) -> None:
        kind = g.pop("lane", None)
        if kind is not None:
            lanes.leave(kind)

    app.before_request(enter)
    app.teardown_request(leave)


def _kind() -> str:
    if (request.content_length or 0) > SMALL_BODY or request.headers.get("Transfer-Encoding"):
        return "great"
    heavy = (request.blueprint or "") == "reports" or request.endpoint in HEAVY_VIEWS
    return "heavy" if heavy else ""

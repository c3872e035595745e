"""How much one process does at once: places to work, a small room to wait in, and 503 for whoever finds it full.

Without a bound, ten times too many requests would make everybody wait for ever; with one, most are told at once to
come again, and what was accepted is done in time (docs/decisions/063).
"""

from threading import Event, Lock

from flask import Flask, g, request
from werkzeug.exceptions import ServiceUnavailable

PLACES = 8  # requests at work in a process at one moment
ROOM = 24  # more may wait
PATIENCE = 0.6  # seconds; with the way there and back a refusal comes within one
GREAT = 4  # of the places: bodies too long to be waited for at the door
HEAVY = 2  # of the places: reports and files made of many rows
SMALL_BODY = 32_768
# whoever watches must see that it is full; files of pages ask no database anything, and a page without them is none
FREE = ("health.healthz", "health.readyz", "health.metrics", "static")
HEAVY_VIEWS = (
    "supervision.scores_file", "supervision.ledger_file", "seals.print_register",
    "api.report_of_month", "api.behind_number", "api.forecast",
)  # fmt: skip


class Full(ServiceUnavailable):
    """No place, and none soon."""


class _Waiting:
    """Somebody in the room: a place that gets free is theirs when ``turn`` is set."""

    def __init__(self, kind: str) -> None:
        self.kind, self.turn = kind, Event()


class Lanes:
    """Places of a process, and how many of them a kind of request may take; thread-safe.

    A place goes to whoever has waited longest and may have it. Were all woken for each place, the one who gets it
    would be anybody, some would wait in vain, and each waking takes the interpreter from those who work.
    """

    def __init__(self, places: int = PLACES, room: int = ROOM, patience: float = PATIENCE) -> None:
        self._free = {"": places, "great": min(GREAT, places), "heavy": min(HEAVY, places)}
        self._room, self._patience = room, patience
        self._waiting: list[_Waiting] = []
        self._lock = Lock()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The kinds of those who wait, the longest first."""
        with self._lock:
            return tuple(one.kind for one in self._waiting)

    def enter(self, kind: str) -> None:
        """Take a place; raises ``Full`` at once if the room is full, and after the patience is over."""
        with self._lock:
            if self._has_place(kind):
                self._take(kind)
                return
            if len(self._waiting) >= self._room:
                raise Full
            mine = _Waiting(kind)
            self._waiting.append(mine)
        if mine.turn.wait(self._patience):
            return
        with self._lock:
            if mine in self._waiting:  # otherwise the turn came in this very moment
                self._waiting.remove(mine)
                raise Full

    def leave(self, kind: str) -> None:
        with self._lock:
            for name in {"", kind}:
                self._free[name] += 1
            for one in tuple(self._waiting):
                if self._has_place(one.kind):
                    self._take(one.kind)
                    self._waiting.remove(one)
                    one.turn.set()

    def _has_place(self, kind: str) -> bool:
        return self._free[""] > 0 and self._free[kind] > 0

    def _take(self, kind: str) -> None:
        for name in {"", kind}:
            self._free[name] -= 1


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

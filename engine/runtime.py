"""The engine of one installation: store, clock, settings, and what is worth keeping in memory between verbs."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine import limits, org
from engine.bpmn.expressions import Expression, compile_expression
from engine.channels import Text
from engine.errors import BadInput
from engine.model import Json
from engine.package import Package, read_package
from engine.settings import Settings
from engine.store import Store, Tx, definitions, house, people, texts
from engine.store.migrations import upgrade

FRESH_SECONDS = 1.0  # how long another process may still see yesterday's organisation
Clock = Callable[[], datetime]


class Engine:
    """Open once per process; every verb takes it first. Thread-safe: it holds caches, never a transaction."""

    def __init__(self, store: Store, settings: Settings, now: Clock) -> None:
        self.store = store
        self.settings = settings
        self.now = now
        self._packages: dict[int, Package] = {}
        self._directory: tuple[float, datetime, org.Directory] | None = None
        self._texts: tuple[float, Mapping[str, Mapping[str, Text]]] | None = None
        self._calendar: tuple[float, dict[date, bool], limits.Calendar] | None = None

    def package(self, tx: Tx, definition_id: int) -> Package:
        """The compiled package of a definition; definitions never change, so it is kept for ever."""
        found = self._packages.get(definition_id)
        if found is None:
            found = read_package(definitions.files(tx, definition_id))
            self._packages[definition_id] = found
        return found

    def directory(self, tx: Tx) -> org.Directory:
        """The organisation, at most a second old."""
        now = self.now()
        kept = self._directory
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS or kept[1] > now:
            kept = (time.monotonic(), now, people.load(tx, now))
            self._directory = kept
        return kept[2]

    def calendar(self, tx: Tx) -> limits.Calendar:
        """The working calendar with the administrators' changes, at most a second old."""
        kept = self._calendar
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
            days = house.calendar_days(tx)
            # the same value again keeps the tables of working days that it has worked out
            same = kept is not None and kept[1] == days
            calendar = kept[2] if kept is not None and same else self._made_calendar(days)
            kept = (time.monotonic(), days, calendar)
            self._calendar = kept
        return kept[2]

    def texts(self, tx: Tx) -> Mapping[str, Mapping[str, Text]]:
        """The house's own words of notices by process (empty: all) and code, at most a second old."""
        kept = self._texts
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
            found: dict[str, dict[str, Text]] = {}
            for row in texts.all_texts(tx):
                found.setdefault(row.process, {})[row.code] = Text(row.code, row.title, row.body)
            kept = (time.monotonic(), found)
            self._texts = kept
        return kept[1]

    def _made_calendar(self, days: dict[date, bool]) -> limits.Calendar:
        """The shipped calendar in the office's zone; a year with days of its own counts as published."""
        shipped = replace(limits.Calendar.china(), zone=ZoneInfo(self.settings.timezone))
        return shipped.with_days(days, published={day.year for day in days})

    def forget(self) -> None:
        """Drop what is kept of organisation, calendar and texts: this process has just changed them."""
        self._directory = None
        self._calendar = None
        self._texts = None

    def close(self) -> None:
        self.store.close()


def open_engine(url: str = "", *, now: Clock | None = None, settings: Settings | None = None) -> Engine:
    """Open an installation; creates the data folder, not the schema (see ``create``)."""
    settings = settings or Settings()
    if url:
        settings = settings.model_copy(update={"database_url": url})
    if settings.jobs == "procrastinate" and settings.url().startswith("sqlite"):
        raise BadInput(
            "SANBAN_JOBS=procrastinate 需要 PostgreSQL。",
            "SANBAN_JOBS=procrastinate needs PostgreSQL",
            "请设置 SANBAN_DATABASE_URL，或去掉 SANBAN_JOBS。",
            "settings.jobs",
        )
    if settings.url().startswith("sqlite"):
        settings.home.mkdir(parents=True, exist_ok=True)
    return Engine(Store(settings.url()), settings, now or (lambda: datetime.now(UTC)))


def create(engine: Engine) -> None:
    """Bring the database to the schema of this program."""
    upgrade(engine.store)


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """A compiled expression; the same text is parsed once."""
    return compile_expression(text)


def evaluate(text: str, names: Mapping[str, Json], functions: Mapping[str, Callable[..., Json]] | None = None) -> Json:
    """Value of an expression; what forms and performer rules are given as their language."""
    return expression(text).evaluate(names, functions or {})

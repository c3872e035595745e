"""The engine of one installation: store, clock, settings, and what is worth keeping in memory between verbs."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine import ldap, limits, org
from engine.bpmn.expressions import Expression, Office, compile_expression, isolate, office, settle
from engine.channels import Text
from engine.errors import BadInput
from engine.lexicon import Lexicon
from engine.model import Json
from engine.package import Package, read_package
from engine.reports.scores import points_with
from engine.settings import Settings
from engine.store import Store, Tx, calendars, definitions, directories, ladders, rules, texts
from engine.store.ladders import LadderRow
from engine.store.migrations import upgrade
from engine.store.rules import RuleRow

FRESH_SECONDS = 1.0  # how long another process may still see yesterday's organisation
Clock = Callable[[], datetime]


class Engine:
    """Open once per process; every verb takes it first. Thread-safe: it holds caches, never a transaction.

    The expression language works for the office of the engine that was opened last.
    """

    def __init__(self, store: Store, settings: Settings, now: Clock) -> None:
        self.store = store
        self.settings = settings
        self.now = now
        self.zone = ZoneInfo(settings.timezone)
        self._packages: dict[int, Package] = {}
        self._directory: tuple[float, datetime, org.Directory] | None = None
        self._texts: tuple[float, Mapping[str, Mapping[str, Text]]] | None = None
        self._calendar: tuple[float, int, limits.Book] | None = None
        self._rules: tuple[float, int, dict[tuple[str, str, str], RuleRow]] | None = None
        self._ladders: tuple[float, int, tuple[LadderRow, ...]] | None = None
        self.words: tuple[tuple[int, date], Lexicon] | None = None  # of this day, as far as the register had come

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
            kept = (time.monotonic(), now, directories.load(tx, now, self.zone))
            self._directory = kept
        return kept[2]

    def calendar(self, tx: Tx, unit_id: int | None = None) -> limits.Calendar:
        """The working calendar of a unit, or of the house, with the administrators' changes; at most a second old."""
        book = self.book(tx)
        if unit_id is None or not book.by_unit:
            return book.calendar()
        return book.calendar(self.directory(tx).chain(unit_id))

    def book(self, tx: Tx) -> limits.Book:
        """Every calendar of the house; read again only when somebody has changed one."""
        kept = self._calendar
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
            version = calendars.version(tx)
            # the same book again keeps the tables of working days that it has worked out
            book = kept[2] if kept is not None and kept[1] == version else self._made_book(tx)
            kept = (time.monotonic(), version, book)
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

    def _made_book(self, tx: Tx) -> limits.Book:
        return limits.Book(calendars.days(tx), calendars.hours(tx), calendars.published(tx), self.zone)

    def rules(self, tx: Tx) -> Mapping[tuple[str, str, str], RuleRow]:
        """Limits of the house by process, step and unit; read again only when somebody has set one."""
        kept = self._rules
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
            last = rules.last(tx)
            same = kept is not None and kept[1] == last
            found = kept[2] if kept is not None and same else _by_place(rules.current(tx))
            kept = (time.monotonic(), last, found)
            self._rules = kept
        return kept[2]

    def ladders(self, tx: Tx) -> tuple[LadderRow, ...]:
        """Every version of the ladders that the house has rewritten, the newest first."""
        kept = self._ladders
        if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
            last = ladders.last(tx)
            rows = kept[2] if kept is not None and kept[1] == last else ladders.every(tx) if last else ()
            kept = (time.monotonic(), last, rows)
            self._ladders = kept
        return kept[2]

    def forget(self) -> None:
        """Drop what is kept of organisation, calendar, limits and texts: this process has just changed them."""
        self._directory = None
        self._calendar = None
        self._rules = None
        self._ladders = None
        self._texts = None

    def close(self) -> None:
        self.store.close()


def _by_place(rows: Iterable[RuleRow]) -> dict[tuple[str, str, str], RuleRow]:
    return {(row.process, row.element, row.scope): row for row in rows}


def open_engine(url: str = "", *, now: Clock | None = None, settings: Settings | None = None) -> Engine:
    """Open an installation; creates the data folder, not the schema (see ``create``)."""
    settings = settings or Settings()
    points_with(settings.supervision_points)  # what nobody counts is told at the start, not in the report of a quarter
    if url:
        settings = settings.model_copy(update={"database_url": url})
    if settings.jobs == "procrastinate" and settings.url().startswith("sqlite"):
        raise BadInput(
            "SANBAN_JOBS=procrastinate 需要 PostgreSQL。",
            "SANBAN_JOBS=procrastinate needs PostgreSQL",
            "请设置 SANBAN_DATABASE_URL，或去掉 SANBAN_JOBS。",
            "settings.jobs",
        )
    ldap.require_library(settings)
    settle_language(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    return Engine(Store(settings.url(), settings.audit_secret()), settings, now or (lambda: datetime.now(UTC)))


def settle_language(settings: Settings) -> None:
    """From now on this process reads expressions as the settings say; ``settings.feel`` if it lacks what that needs."""
    lacking = isolate.missing() if settings.feel == "feelin" else ""
    if lacking:
        raise BadInput(
            f"SANBAN_FEEL=feelin 需要 {lacking}，但没有找到。",
            f"SANBAN_FEEL=feelin needs {lacking}, which is not here",
            "请安装扩展（pip install 'sanban[feel]'，源码运行请执行 make frontend），或去掉 SANBAN_FEEL。",
            "settings.feel",
        )
    settle(Office(ZoneInfo(settings.timezone), settings.feel))


def create(engine: Engine) -> None:
    """Bring the database to the schema of this program."""
    upgrade(engine.store)


def expression(text: str) -> Expression:
    """A compiled expression; the same text is parsed once."""
    return _compiled(text, office())


@lru_cache(maxsize=4096)
def _compiled(text: str, _office: Office) -> Expression:
    return compile_expression(text)  # as that office reads it


def evaluate(text: str, names: Mapping[str, Json], functions: Mapping[str, Callable[..., Json]] | None = None) -> Json:
    """Value of an expression; what forms and performer rules are given as their language."""
    return expression(text).evaluate(names, functions or {})

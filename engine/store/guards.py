"""Which columns of which table a keyed digest covers, and how it is computed (docs/decisions/104, 110, 113).

A row gets its digest where it is inserted, and by ``guarding`` where it is changed; ``judging`` asks when it is read.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import Column, Table

from engine.store import tables
from engine.store.columns import Json, JsonText, Utc

MARK = "1:"  # of the lists below: another list needs another mark, and a mark that is not known is not judged
COLUMN = "row_digest"


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a table with a digest of their own: what differs there has other consequences than the rest."""

    table: Table
    column: str  # the digest


Guarded: TypeAlias = Table | Part

KNOWERS: Final = Part(tables.instance, "known_digest")  # who may know a secret case
ORIGIN: Final = Part(tables.instance, "origin_digest")  # who took it in and which case started it: both let people in
FORM: Final = Part(tables.instance, "form_digest")  # what lists show out of a form
OPENED: Final = Part(tables.work_item, "opened_digest")
CHOICES: Final = Part(tables.person, "settings_digest")  # what people have set for themselves
ENTRY: Final = Part(tables.person, "entry_digest")  # what ends sessions, tokens and first passwords as a whole
WORDS: Final = Part(tables.definition, "words_digest")  # what a version is called and says, apart from its files
RESULT: Final = Part(tables.job_item, "told_digest")  # how a part of long work ended

COVERED: Final[Mapping[Guarded, tuple[str, ...]]] = {
    tables.unit: ("code", "name", "short", "kind", "parent_id", "ordinal", "active"),
    tables.person: ("login", "name", "pinyin", "email", "phone", "subject", "roles", "active"),
    tables.post: ("unit_id", "code", "title"),
    tables.appointment: ("person_id", "post_id", "role", "main", "ordinal", "since", "until"),
    tables.charge: ("person_id", "unit_id", "topic", "since", "until"),
    tables.substitution: (
        "principal_id", "substitute_id", "since", "until", "scope", "reason", "seals", "letter", "genres", "most",
        "revoked_at",
    ),
    tables.leave: (
        "person_id", "since", "until", "reason", "substitution_id", "created_by", "created_at", "began_at",
        "settled_at", "moved", "returned",
    ),
    tables.handover: (
        "kind", "person_id", "receiver_id", "post_id", "witness_id", "due", "state", "reason", "goods", "created_by",
        "created_at", "done_at", "moved",
    ),
    # what lists, search and reports show of a case; the case itself has a digest of everything (decision 064)
    tables.instance: (
        "number", "definition_id", "process", "title", "urgency", "state", "initiator_id", "unit_id", "started_at",
        "ended_at", "deadline", "warn_at", "stages", "frozen_light",
    ),
    tables.activity: (
        "instance_id", "token", "element", "name", "visit", "completion", "limit_text", "ladder", "opened_at",
        "deadline", "warn_at", "facts",
    ),
    # without the state, which whole activities change at once: ``legal`` says what it may be
    tables.work_item: (
        "activity_id", "instance_id", "process", "element", "name", "entry", "performer_id", "pool", "principal_id",
        "post_id", "kind", "urgency", "ordinal", "arrived_at", "deadline", "warn_at", "paused", "facts",
    ),
    tables.timer: ("instance_id", "activity_id", "item_id", "kind", "level", "rung", "due", "facts"),
    tables.draft: ("person_id", "scope", "title", "data", "saved_at"),
    tables.attachment: (
        "instance_id", "item_id", "name", "size", "media_type", "digest", "uploaded_by", "uploaded_at", "scan",
    ),
    tables.limit_rule: (
        "process", "element", "scope", "version", "limit_text", "warn", "ladder", "reasons", "withdrawn", "note", "at",
        "by_id",
    ),
    tables.ladder_rule: ("process", "scope", "name", "version", "text", "withdrawn", "note", "at", "by_id"),
    tables.calendar_day: ("scope", "day", "working", "hours", "name"),
    tables.calendar_year: ("year", "source", "at"),
    tables.office_hours: ("scope", "name", "first", "last", "hours"),
    tables.binding: ("process", "wanted", "version", "kind", "facts", "bound_by", "bound_at"),
    tables.notice_text: ("process", "code", "title", "body", "changed_at", "changed_by"),
    tables.checklist_version: ("process", "file", "version", "rows", "note", "at", "by_id"),
    KNOWERS: ("number", "known_to"),
    ORIGIN: ("number", "parent_id", "first_contact_id"),
    FORM: ("number", "variables"),
    OPENED: ("activity_id", "opened_at"),
    CHOICES: ("login", "settings"),
    tables.pause: (
        "instance_id", "activity_id", "code", "basis", "days", "state", "asked_by", "asked_at", "decided_by",
        "decided_at", "words", "since", "until", "ended_at", "kept",
    ),
    tables.consent: ("instance_id", "verb", "state", "asked_by", "asked_at", "answered_by", "answered_at", "facts"),
    tables.session: ("digest", "person_id", "agent", "created_at", "confirmed_at", "ended_at", "lacks", "outside"),
    tables.token: ("digest", "person_id", "created_at", "expires_at", "revoked_at"),
    tables.follow: ("person_id", "instance_id", "at"),
    tables.checklist_proposal: (
        "process", "file", "instance_id", "change", "entry", "given", "why", "state", "answer", "at", "by_id",
        "answered_at", "answered_by",
    ),
    tables.calendar_change: ("at", "by_id", "kind", "note", "detail"),
    # without the snapshot, under which they are copied; the digest of a frozen month covers which there are
    tables.settled_item: (
        "item_id", "instance_id", "month", "process", "element", "step", "unit_id", "post_id", "charged_id",
        "person_id", "arrived_at", "due_at", "done_at", "stood_in", "seconds", "paused",
    ),
    tables.settled_case: (
        "instance_id", "month", "process", "unit_id", "person_id", "started_at", "due_at", "ended_at", "returns",
        "faults", "points",
    ),
    tables.settled_return: (
        "entry_id", "code", "instance_id", "month", "at", "process", "element", "step", "gate", "words", "unit_id",
        "person_id", "by_id",
    ),
    tables.report_snapshot: ("month", "label", "until", "frozen_at", "digest", "figures"),
    ENTRY: ("login", "session_epoch", "password_until"),
    tables.series: ("name", "year", "last"),
    tables.taken_number: (
        "series", "year", "ordinal", "text", "state", "reason", "instance_id", "taken_at", "person_id",
    ),
    tables.job: (
        "kind", "title", "state", "person_id", "facts", "link", "asked_at", "started_at", "ended_at",
    ),
    # leases, attempts and next tries change with every claim and are in none of these
    tables.job_item: ("job_id", "ordinal", "label", "facts"),
    RESULT: ("job_id", "told", "ended_at"),
    tables.delivery: ("notification_id", "channel", "state", "merged_into", "address", "sent_at", "error"),
    tables.outgoing_call: (
        "instance_id", "wait", "element", "wanted", "state", "asked_at", "ended_at", "error",
    ),
    tables.archive: (
        "instance_id", "edition", "state", "ended_at", "retention", "keep_until", "error", "digest", "size", "pieces",
        "made_at", "on_paper", "paper_no", "paper_place", "filed_by", "filed_at",
    ),
    tables.definition: ("key", "version", "digest", "deployed_at", "current"),
    WORDS: ("key", "version", "title", "manifest", "report", "note", "deployed_by", "source"),
    tables.scheduled_start: ("process", "name", "period", "due", "state", "at", "instance_id", "problem"),
    tables.incident: (
        "instance_id", "kind", "message", "facts", "opened_at", "resolved_at", "resolved_by", "resolution",
    ),
    tables.first_change: ("person_id", "instance_id", "at", "words"),
}  # fmt: skip
# what has been covered since migration 0031: judged only when programs of the version before have surely gone
SECOND: Final[frozenset[Guarded]] = frozenset((
    KNOWERS, ORIGIN, FORM, OPENED, CHOICES, tables.pause, tables.consent, tables.session, tables.token, tables.follow,
    tables.checklist_proposal, tables.calendar_change, tables.settled_item, tables.settled_case,
    tables.settled_return, tables.report_snapshot,
))  # fmt: skip
# the same since migration 0032
THIRD: Final[frozenset[Guarded]] = frozenset((
    ENTRY, WORDS, RESULT, tables.series, tables.taken_number, tables.job, tables.job_item, tables.delivery,
    tables.outgoing_call, tables.archive, tables.definition, tables.scheduled_start, tables.incident,
    tables.first_change,
))  # fmt: skip
PENDING, ENDED = ("open", "waiting", "paused", "unread"), ("done", "cancelled")
TO_DO, SETTLED = ("waiting", "running"), ("done", "failed", "cancelled")
UNFIRED, FIRED = ("waiting", "paused", "stopped"), ("fired", "merged", "dead")
_OPTIONS = orjson.OPT_NON_STR_KEYS


def table_of(what: Guarded) -> Table:
    """The table whose rows, or whose part of a row, is covered."""
    return what.table if isinstance(what, Part) else what


def column_of(what: Guarded) -> str:
    """The name of the column with the digest."""
    return what.column if isinstance(what, Part) else COLUMN


@lru_cache(maxsize=64)
def of_table(table: Table) -> tuple[Guarded, ...]:
    """What of a table is covered: the row, parts of it, or nothing."""
    return tuple(what for what in COVERED if table_of(what) is table)


def digests(key: bytes, table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    """Every digest of a row about to be written, by column."""
    return {column_of(what): of(key, what, row) for what in of_table(table)}


def renewed(key: bytes, table: Table, row: Mapping[str, Any], changed: Iterable[str]) -> dict[str, str]:
    """The digests that change with these columns; the row is as it will be."""
    names = set(changed)
    return {column_of(what): of(key, what, row) for what in of_table(table) if names & set(COVERED[what])}


def written(key: bytes, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The same rows, each with its digests; rows of tables without digests as they are."""
    return [{**row, **digests(key, table, row)} for row in rows] if of_table(table) else rows


def of(key: bytes, what: Guarded, row: Mapping[str, Any]) -> str:
    """The digest of a row about to be written; columns that are not given have their defaults."""
    fields, instants = _fields(what)
    values = [row.get(name, default) for name, default in fields]
    for place in instants:
        if values[place] is not None:
            values[place] = values[place].astimezone(UTC)  # as it will be read
    return _keyed(key, values)


def agrees(key: bytes, what: Guarded, row: Any, prefix: str = "") -> bool:
    """Whether a row that was read is as it was written; what has no mark, or one of another version, is not judged."""
    digest = getattr(row, prefix + column_of(what))
    if digest is None or not digest.startswith(MARK):
        return True
    if not hmac.compare_digest(_keyed(key, _getter(what, prefix)(row)), digest):
        return False
    return legal(what, row, prefix)


def in_bulk(key: bytes) -> Callable[[Any, str | None], bool]:
    """For tens of thousands of rows: whether values in the order of ``COVERED`` go with a digest, at half the price.

    True is certain. What is False may be without a mark or of another one: that is for ``agrees`` to say.
    """
    begun = hashlib.blake2b(key=key[:64], digest_size=20)

    def same(values: Any, digest: str | None) -> bool:
        found = begun.copy()
        found.update(orjson.dumps(values, default=_json, option=_OPTIONS))
        return MARK + found.hexdigest() == digest

    return same


def legal(what: Guarded, row: Any, prefix: str = "") -> bool:
    """Whether the state of an item, timer or part of a job is one, and goes with what else its row says."""
    if what is tables.work_item:
        state, decided = getattr(row, prefix + "state"), getattr(row, prefix + "decided_at")
        return state in PENDING if decided is None else state in ENDED
    if what is tables.timer:
        state, fired = getattr(row, prefix + "state"), getattr(row, prefix + "fired_at")
        # what comes to a case that is suspended or over is set aside at its instant
        return state in (*UNFIRED, "cancelled") if fired is None else state in (*FIRED, "paused", "cancelled")
    if what is tables.job_item:  # a state that is none would never be done, nor counted
        state, ended = getattr(row, prefix + "state"), getattr(row, prefix + "ended_at")
        return state in TO_DO if ended is None else state in SETTLED
    return True


def columns(what: Guarded, prefix: str = "") -> list[Any]:
    """What ``agrees`` looks at, for a statement; with a prefix beside the columns of other tables."""
    names, table = [*COVERED[what], column_of(what)], table_of(what)
    if what is tables.work_item:
        names += ["state", "decided_at"]
    elif what is tables.timer:
        names += ["state", "fired_at"]
    elif what is tables.job_item:
        names += ["state", "ended_at"]
    return [table.c[name].label(prefix + name) if prefix else table.c[name] for name in names]


@lru_cache(maxsize=256)
def _getter(what: Guarded, prefix: str) -> Callable[[Any], Any]:
    return attrgetter(*(prefix + name for name in COVERED[what]))


@lru_cache(maxsize=64)
def _fields(what: Guarded) -> tuple[tuple[tuple[str, Any], ...], tuple[int, ...]]:
    """Each covered column with its default, and the places of those that hold an instant."""
    covered = [table_of(what).c[name] for name in COVERED[what]]
    instants = tuple(place for place, column in enumerate(covered) if isinstance(column.type, Utc))
    return tuple((column.name, _default(column)) for column in covered), instants


def _default(column: Column[Any]) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if column.server_default is None:
        return None
    text = str(getattr(column.server_default, "arg"))  # noqa: B009 - only a plain default has one
    if isinstance(column.type, JsonText):
        return orjson.loads(text)
    kind = column.type.python_type
    return text == "true" if kind is bool else kind(text)


def _keyed(key: bytes, values: Any) -> str:
    text = orjson.dumps(values, default=_json, option=_OPTIONS)
    # BLAKE2 takes a key itself: a quarter of what HMAC costs, and lists judge a hundred rows
    return MARK + hashlib.blake2b(text, key=key[:64], digest_size=20).hexdigest()


def _json(value: Json) -> Json:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(type(value).__name__)

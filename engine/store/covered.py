"""Which columns of which table a keyed digest covers (docs/decisions/104, 110, 113); ``guards`` computes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from sqlalchemy import Table

from engine.store import tables

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

"""All tables of the store, in the words of the glossary; the only truth about the schema besides the migrations."""

from engine.store.tables.archives import archive
from engine.store.tables.bindings import binding, outgoing_call
from engine.store.tables.calendar import calendar_change, calendar_day, calendar_year, office_hours
from engine.store.tables.checklists import checklist_proposal, checklist_version
from engine.store.tables.definitions import definition, definition_file, scheduled_start
from engine.store.tables.house import attempt, heartbeat, house_entry, idempotency, incident, link
from engine.store.tables.instances import (
    activity,
    attachment,
    consent,
    draft,
    first_change,
    follow,
    history,
    instance,
    work_item,
)
from engine.store.tables.jobs import job, job_item
from engine.store.tables.organisation import (
    appointment,
    charge,
    factor,
    handover,
    leave,
    person,
    post,
    recovery_code,
    session,
    substitution,
    token,
    unit,
)
from engine.store.tables.registers import record, series, taken_number
from engine.store.tables.reports import report_snapshot, settled_case, settled_item, settled_return
from engine.store.tables.rules import ladder_rule, limit_rule, pause
from engine.store.tables.searching import instance_text
from engine.store.tables.shape import metadata
from engine.store.tables.times import delivery, notice_text, notification, timer

__all__ = [
    "activity",
    "appointment",
    "archive",
    "attachment",
    "attempt",
    "binding",
    "calendar_change",
    "calendar_day",
    "calendar_year",
    "charge",
    "checklist_proposal",
    "checklist_version",
    "consent",
    "definition",
    "definition_file",
    "delivery",
    "draft",
    "factor",
    "first_change",
    "follow",
    "handover",
    "heartbeat",
    "history",
    "house_entry",
    "idempotency",
    "incident",
    "instance",
    "instance_text",
    "job",
    "job_item",
    "ladder_rule",
    "leave",
    "limit_rule",
    "link",
    "metadata",
    "notice_text",
    "notification",
    "office_hours",
    "outgoing_call",
    "pause",
    "person",
    "post",
    "record",
    "recovery_code",
    "report_snapshot",
    "scheduled_start",
    "series",
    "session",
    "settled_case",
    "settled_item",
    "settled_return",
    "substitution",
    "taken_number",
    "timer",
    "token",
    "unit",
    "work_item",
]

"""What concerns the whole house: database, clock, calendar, posts, work that nothing is bound to, files and keys."""

import re
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine import one_time_codes
from engine.errors import SanbanError
from engine.package import Package
from engine.progress.turns import responsible, waiting
from engine.runtime import Engine
from engine.store import (
    Tx,
    accepting,
    archives,
    checkup,
    definitions,
    deliveries,
    durability,
    factors,
    files,
    judging,
    pulse,
    row_digests,
    scheduled,
    shelf,
    waits,
)
from engine.store.migrations import is_current
from engine.verbs.doctor.findings import Finding

LATE = timedelta(seconds=60)
OUTBOX_LATE = timedelta(minutes=10)
ARCHIVE_LATE = timedelta(days=1)
NOTICE_MONTH = 11  # the State Council publishes next year's holidays in November
_POSTS = re.compile(r"\bpost(?:_group)?\(\s*'([a-z_0-9]+)'")


def look_around(engine: Engine) -> Iterator[Finding]:
    """Everything that belongs to no single instance."""
    now = engine.now()
    yield from _secret(engine)
    with engine.store.steady() as tx:
        yield from _clock(tx, now)
        yield from _calendar(engine, tx, now)
        yield from _people(engine, tx)
        yield from _factors(engine, tx)
        yield from _processes(engine, tx)
        yield from _turns(engine, tx, now)
        kept = files.digests(tx)
        yield from _unjudged(tx)
        for table, ids in waits.beyond(tx, now).items():
            yield from (Finding("wait.astray", "", f"{table.name}:{row}") for row in ids)
        for number, error in archives.waiting_since(tx, now - ARCHIVE_LATE):
            yield Finding("archive.late", number, error or "-")
        yield from (Finding("incident.open", hit.number, hit.what) for hit in checkup.open_incidents(tx))
    yield from _files(engine, kept)


def look_at_database(engine: Engine) -> Iterator[Finding]:
    """Damage first: reading anything else of a damaged file may fail."""
    yield from (Finding("database.damaged", "", found[:200]) for found in durability.damage(engine.store))
    if not is_current(engine.store):
        yield Finding("database.schema", "", engine.store.dialect)
    with engine.store.reading() as tx:
        yield from (Finding("database.settings", "", found) for found in durability.unsafe(tx))


def _unjudged(tx: Tx) -> Iterator[Finding]:
    """Marks that the record of the house knows of, and that are gone."""
    for mark in judging.MARKS:
        if accepting.is_remembered(tx, mark) and not judging.is_marked(tx, mark):
            yield Finding("database.mark", "", mark)


def _secret(engine: Engine) -> Iterator[Finding]:
    for name in ("secret.key", "audit.key", "factor.key"):
        path = engine.settings.home / name
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding("secret.open", "", str(path))


def _factors(engine: Engine, tx: Tx) -> Iterator[Finding]:
    """Second factors of whom nobody can check a code: restored, or moved, without their key."""
    rows = factors.every(tx)
    key = engine.settings.known_factor_secret() if rows else None
    lost = sum(key is None or not one_time_codes.opens(key, row.secret, row.person_id) for row in rows)
    if lost:
        yield Finding("factor.unreadable", "", str(lost))


def _clock(tx: Tx, now: datetime) -> Iterator[Finding]:
    waiting = pulse.backlog(tx, now)
    if waiting.oldest_due is not None and now - waiting.oldest_due > LATE:
        yield Finding("clock.late", "", f"{waiting.timers}: {waiting.oldest_due.isoformat()}")
    late = pulse.backlog(tx, now - OUTBOX_LATE).deliveries
    if deliveries.is_held(tx):
        yield Finding("outbox.held", "", str(late))
    elif late:
        yield Finding("outbox.late", "", str(late))


def _calendar(engine: Engine, tx: Tx, now: datetime) -> Iterator[Finding]:
    calendar = engine.calendar(tx)
    today = calendar.local(now).date()
    years = [today.year] + ([today.year + 1] if today.month >= NOTICE_MONTH else [])
    for year in years:
        if calendar.provisional(today.replace(year=year, day=1)):
            yield Finding("calendar.year", "", str(year))


def _people(engine: Engine, tx: Tx) -> Iterator[Finding]:
    directory = engine.directory(tx)
    if directory.persons and not directory.admins:
        yield Finding("people.admin", "", "")


def _processes(engine: Engine, tx: Tx) -> Iterator[Finding]:
    yield from (Finding("definition.altered", "", found) for found in row_digests.changed_definitions(tx))
    directory = engine.directory(tx)
    codes = {post.code for post in directory.posts}
    for definition in definitions.all_current(tx):
        try:
            package = engine.package(tx, definition.id)
        except SanbanError as error:
            yield Finding("definition.altered", "", f"{definition.key}: {error.message_zh}")
            continue
        yield from (
            Finding("stub.unbound", "", f"{definition.key}: {stub.element} {stub.kind}:{stub.wanted}")
            for stub in package.process.stubs
            if stub.waits
        )
        yield from _schedules(engine, tx, package)
        asked = {code for plan in package.plans.values() for code in _POSTS.findall(plan.performer)}
        for code in sorted(asked & codes):
            if not any(directory.holders(code, post.unit_id) for post in directory.posts if post.code == code):
                yield Finding("post.empty", "", f"{definition.key}: {code}")
        yield from (Finding("post.empty", "", f"{definition.key}: {code}") for code in sorted(asked - codes))


def _schedules(engine: Engine, tx: Tx, package: Package) -> Iterator[Finding]:
    """Somebody answers for what the calendar starts."""
    for schedule in package.manifest.schedule:
        if responsible(engine, tx, package, schedule) is None:
            yield Finding("schedule.nobody", "", f"{package.manifest.key}: {schedule.title}")


def _turns(engine: Engine, tx: Tx, now: datetime) -> Iterator[Finding]:
    """What the calendar should have started by now."""
    for row in scheduled.failures(tx):
        yield Finding("schedule.failed", "", f"{row.process}: {row.name} {row.period}: {row.problem}"[:200])
    for one in waiting(engine, tx):
        if now - one.turn.due > OUTBOX_LATE and scheduled.find(tx, *one.key) is None:
            yield Finding("schedule.late", "", " ".join(one.key))


def _files(engine: Engine, kept: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Read outside any transaction: on SQLite nobody could commit before the last of them was read."""
    for digest, number in kept:
        path = shelf.path_of(engine.settings.home, digest)
        if not path.is_file():
            yield Finding("file.missing", number, digest)
        elif shelf.digest_of(path) != digest:
            yield Finding("file.altered", number, digest)

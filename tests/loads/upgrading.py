"""P12: ten programs upgrade an office of ten thousand cases at once, nine are killed, and people go on working."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import inspect, select, text

from engine import open_engine
from engine.runtime import Engine
from engine.store import Store, dump
from engine.store.migrations import revision, upgrade
from engine.store.tables import instance
from tests.loads import crowd
from tests.loads.migrators import MANY, ROOT, Upgraded, alone, at_once, in_turn, program_ahead, spread
from tests.loads.offices import beside, opened, place, settle
from tests.loads.verdict import Verdict, check_up
from tests.loads.writers import Act, Written, longest, silence, writing

Dying = Callable[[int], Sequence[int]]  # of how many statements there are: at which ones somebody dies
INSTANCES = 10_000
OLD = "0018"  # the first from which on migrations only add
MOST = 5.0  # seconds in which nobody can write
CALM = 3.0  # seconds of work before and after
MARKS = ("heartbeat", "alembic_version")  # an older program knows nothing of what a newer one has noted for itself
# what a decision takes hold of, in its order; the columns are those of every version
TOUCHED = (
    "UPDATE instance SET revision = revision WHERE id = :id",
    "UPDATE activity SET state = state WHERE instance_id = :id",
    "UPDATE work_item SET state = state WHERE instance_id = :id",
    "UPDATE timer SET state = state WHERE instance_id = :id",
    "UPDATE notification SET read_at = read_at WHERE instance_id = :id",
)


@dataclass(frozen=True)
class Course:
    """One upgrade under load: the migrators, what was written meanwhile, and what the schema is afterwards."""

    name: str
    upgraded: Upgraded
    before: Sequence[Written]  # done before they began
    written: Sequence[Written]  # on its way while they were at it
    faults: Sequence[str]
    revision: str
    wanted: str
    differs: Sequence[str]  # from a fresh one

    @property
    def numbers(self) -> str:
        return (
            f"{self.name}: in {self.upgraded.seconds:.1f}s killed={self.upgraded.killed}"
            f" writes={len(self.written)} nobody={self.nobody:.2f}s longest={longest(self.written):.2f}s"
            f" (before: {longest(self.before):.2f}s) repeated={sum(one.tries > 1 for one in self.written)}"
        )

    @property
    def nobody(self) -> float:
        """Seconds in which nobody could write."""
        return silence(self.written, self.upgraded.began)


def run(database: str, scale: float) -> Verdict:
    """The whole way from an old version, and the step to the next one, both with people at work."""
    many = max(20, round(INSTANCES * scale))
    with opened(database, below=place(scale), starts_per_minute=1_000_000) as engine:
        crowd.gather(engine, many)
        settle(engine)
        old = older(engine)
        try:
            settle(old)
            courses = [chain(old)]
            found = check_up(old)
        finally:
            old.close()
        courses.append(ahead(engine))
        found += [*judge(courses), *crowd.lost(engine, courses[-1].written)]
        # this program is the older one now, and says so; nothing else may be wrong
        found += [one for one in check_up(engine) if not one.startswith("database.schema ")]
    return Verdict("P12", database, f"cases={many} {' '.join(course.numbers for course in courses)}", found)


def judge(courses: Sequence[Course], many: int = MANY) -> Iterator[str]:
    """Killed often enough, done once and right, and nobody had to wait longer than promised."""
    for course in courses:
        yield from (f"{course.name}: a migrator failed: {each}" for each in course.upgraded.failed)
        yield from (f"{course.name}: {each}" for each in (*course.faults, *course.differs))
        if course.upgraded.killed < many - 2:
            yield f"{course.name}: {course.upgraded.killed} of {many} were killed: this run proves nothing"
        if not course.written:
            yield f"{course.name}: nothing was written meanwhile: this run proves nothing"
        if course.revision != course.wanted:
            yield f"{course.name}: the database is at {course.revision} instead of {course.wanted}"
        if course.nobody > MOST:
            yield f"{course.name}: nobody could write for {course.nobody:.2f} s"


def older(engine: Engine) -> Engine:
    """The same cases in a database of the old version, as that version would have kept them."""
    url = beside(engine, "old")
    store = Store(url, engine.store.audit_key)
    upgrade(store, OLD)
    known = {name: {c["name"] for c in inspect(store.engine).get_columns(name)} for name in _tables(store)}
    with engine.store.steady() as source, store.transaction() as tx:
        for name, columns in dump.shape().items():
            if name in known and name not in MARKS:
                kept = {c: kind for c, kind in columns.items() if c in known[name]}
                dump.fill(tx, name, kept, dump.lines(source, name, kept))
    store.close()
    return open_engine(settings=engine.settings.model_copy(update={"database_url": url}))


def chain(old: Engine, many: int = MANY) -> Course:
    """From the old version to this one; what writes meanwhile takes hold of what a decision takes hold of."""
    with old.store.reading() as tx:
        ids = [int(row.id) for row in tx.all(select(instance.c.id))]

    def touch(n: int) -> str:
        with old.store.transaction() as tx:
            for statement in TOUCHED:
                tx.execute(text(statement), {"id": ids[n % len(ids)]})
        return f"touched {ids[n % len(ids)]}"

    return _course(f"{OLD} to now", old, ROOT, OLD, touch, partial(in_turn, many=many - 1))


def ahead(engine: Engine, many: int = MANY, calm: float = CALM) -> Course:
    """From this version to one that adds whatever it may, while this program works on."""
    program = program_ahead(engine.settings.home / "next", str(revision(engine.store)))
    act = crowd.working(engine)
    return _course(
        "now to next", engine, program, str(revision(engine.store)), act, partial(spread, many=many - 1), calm
    )


def _course(name: str, engine: Engine, program: Path, since: str, act: Act, dying: Dying, calm: float = CALM) -> Course:
    url = beside(engine, f"fresh_{since}")
    fresh = Store(url)
    upgrade(fresh, since)
    statements = alone(program, url)
    with writing(act) as writers:
        time.sleep(calm)
        upgraded = at_once(program, engine.store.url, dying(statements))
        time.sleep(calm)
    differs = [*difference(form_of(fresh), form_of(engine.store))]
    came, wanted = str(revision(engine.store)), str(revision(fresh))
    fresh.close()
    before = [one for one in writers.written if one.done < upgraded.began]
    meanwhile = writers.between(upgraded.began, upgraded.ended)
    return Course(name, upgraded, before, meanwhile, writers.faults, came, wanted, differs)


def form_of(store: Store) -> Mapping[str, Any]:
    """Tables, columns, indexes and references as the database tells them."""
    seen = inspect(store.engine)
    asked = ("get_columns", "get_indexes", "get_foreign_keys", "get_unique_constraints", "get_pk_constraint")
    return {name: [_sorted(getattr(seen, ask)(name)) for ask in asked] for name in _tables(store)}


def _sorted(told: Any) -> list[bytes]:
    """What stands in no order, and in objects that are only equal to themselves."""
    every = told if isinstance(told, list) else [told]
    return sorted(orjson.dumps(one, default=str, option=orjson.OPT_SORT_KEYS) for one in every)


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Tables that are not the same in both."""
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield f"table {name} is not that of a fresh database"


def _tables(store: Store) -> Sequence[str]:
    return [name for name in inspect(store.engine).get_table_names() if not name.startswith("instance_words")]

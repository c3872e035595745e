"""How the keyed digest of a row, or of a part of one, is computed and compared (docs/decisions/104, 110, 113).

A row gets its digest where it is inserted, and by ``guarding`` where it is changed; ``judging`` asks when it is read.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Column, Table

from engine.store import tables
from engine.store.columns import Json, JsonText, Utc
from engine.store.covered import COVERED, Guarded, column_of, of_table, table_of

MARK = "1:"  # of the lists of ``covered``: another list needs another mark, and a mark that is not known is not judged


PENDING, ENDED = ("open", "waiting", "paused", "unread"), ("done", "cancelled")
TO_DO, SETTLED = ("waiting", "running"), ("done", "failed", "cancelled")
UNFIRED, FIRED = ("waiting", "paused", "stopped"), ("fired", "merged", "dead")
_OPTIONS = orjson.OPT_NON_STR_KEYS


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

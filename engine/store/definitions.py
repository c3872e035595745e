"""Rows of deployed definitions and their files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select

from engine.errors import NotFound
from engine.store import guarding, guards, judging
from engine.store.columns import Json
from engine.store.covered import WORDS
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import definition, definition_file, instance


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """One immutable version of a package.

    Of one whose words are not as they were written none is given; ``placed``: whether key, number, day and files are.
    """

    id: int
    key: str
    version: int
    title: str
    digest: str
    manifest: Mapping[str, Json]
    report: Mapping[str, Json]
    note: str
    deployed_at: datetime
    deployed_by: int | None
    source: str
    current: bool
    placed: bool = True


_NAMES = [name for name in DefinitionRow.__dataclass_fields__ if name != "placed"]
_COLUMNS = list(
    dict.fromkeys((*(definition.c[name] for name in _NAMES), *guards.columns(definition), *guards.columns(WORDS)))
)
_KEPT: dict[Any, Any] = {}  # of the last rows: every page reads the current ones, and they hardly change
_CURRENT = Prepared[Any](
    select(*_COLUMNS).where(definition.c.key == bindparam("key_"), definition.c.current), kept=_KEPT
)
_BY_ID = Prepared[Any](select(*_COLUMNS).where(definition.c.id == bindparam("id_")), kept=_KEPT)
_ALL_CURRENT = Prepared[Any](select(*_COLUMNS).where(definition.c.current).order_by(definition.c.key), kept=_KEPT)
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)  # in place of a day that is not as it was written
_CURRENT_IDS = Prepared[Any](select(definition.c.id.label("id")).where(definition.c.current).order_by(definition.c.key))
_FILES = select(definition_file.c.path, definition_file.c.content).where(
    definition_file.c.definition_id == bindparam("id_")
)
_VERSION = select(definition.c.id, *guards.columns(definition)).where(definition.c.id == bindparam("id_"))
_CURRENT_ID = select(definition.c.id, *guards.columns(definition)).where(
    definition.c.key == bindparam("key_"), definition.c.current
)


def current(tx: Tx, key: str) -> DefinitionRow | None:
    """The current version; Altered if its place or files are not as they were written."""
    found = tx.first(_CURRENT, key_=key)
    return None if found is None else _row(tx, judging.guarded(tx, definition, found))


def _row(tx: Tx, found: Any) -> DefinitionRow:
    made = DefinitionRow(**{name: getattr(found, name) for name in _NAMES})
    if getattr(found, "sound_for", None) == tx.audit_key:
        return made  # the same row was judged before
    placed = judging.holds(tx, definition, found)
    if placed and judging.holds(tx, WORDS, found):
        if hasattr(found, "sound_for") and all(guards.agrees(tx.audit_key, what, found) for what in _JUDGED):
            found.sound_for = tx.audit_key  # and not only let pass
        return made
    bare = {"title": judging.HIDDEN, "category": "", "code": ""}
    made = replace(
        made, title=judging.HIDDEN, note=judging.HIDDEN, manifest=bare, report={}, source="", deployed_by=None
    )
    return made if placed else replace(made, version=0, deployed_at=UNKNOWN, placed=False)


_JUDGED = (definition, WORDS)


def lock(tx: Tx, key: str) -> None:
    """Let nobody else change what belongs to a process until this transaction ends; SQLite has one writer anyway."""
    tx.all(select(definition.c.id).where(definition.c.key == key, definition.c.current).with_for_update())


def current_id(tx: Tx, key: str) -> int:
    found = tx.first(_CURRENT_ID, key_=key)
    if found is None:
        raise NotFound(f"没有名为“{key}”的流程。", f"no process {key}", "请在“发起”页选择流程。")
    return int(judging.guarded(tx, definition, found).id)


def by_id(tx: Tx, definition_id: int, *, judged: bool = False) -> DefinitionRow:
    """A version; ``judged``: Altered if its place or files are not as they were written."""
    found = tx.first(_BY_ID, id_=definition_id)
    if found is None:
        raise NotFound(f"没有找到流程定义 {definition_id}。", f"definition {definition_id} not found")
    return _row(tx, judging.guarded(tx, definition, found) if judged else found)


def all_current(tx: Tx) -> list[DefinitionRow]:
    return [_row(tx, r) for r in tx.all(_ALL_CURRENT)]


def current_ids(tx: Tx) -> list[int]:
    """Ids of the current definitions, in the order of ``all_current``, without reading what they hold."""
    return [int(row.id) for row in tx.all(_CURRENT_IDS)]


def versions(tx: Tx, key: str) -> list[DefinitionRow]:
    """All versions of a process, newest first."""
    statement = select(*_COLUMNS).where(definition.c.key == key).order_by(definition.c.version.desc())
    return [_row(tx, r) for r in tx.all(statement)]


def in_use(tx: Tx, key: str) -> list[DefinitionRow]:
    """The current version and every other one on which an instance has not ended, newest first."""
    alive = select(instance.c.definition_id).where(instance.c.process == key, instance.c.ended_at.is_(None))
    statement = select(*_COLUMNS).where(definition.c.key == key, or_(definition.c.current, definition.c.id.in_(alive)))
    return [_row(tx, r) for r in tx.all(statement.order_by(definition.c.version.desc()))]


def files(tx: Tx, definition_id: int) -> dict[str, bytes]:
    """The files of a version by path; Altered if they are not those that were deployed."""
    found = {str(r.path): bytes(r.content) for r in tx.all(_FILES, id_=definition_id)}
    version = tx.first(_VERSION, id_=definition_id)
    if version is not None:
        judging.files(judging.guarded(tx, definition, version), found)
    return found


def add(tx: Tx, *, files: Mapping[str, bytes], **values: Any) -> tuple[int, int]:
    """Insert a new current version with its files; definition id and version."""
    key = values["key"]
    version = (
        int(tx.scalar(select(func.coalesce(func.max(definition.c.version), 0)).where(definition.c.key == key))) + 1
    )
    guarding.change(tx, definition, definition.c.key == key, definition.c.current, current=False)
    definition_id = tx.insert(definition, version=version, current=True, **values)
    tx.execute(
        insert(definition_file),
        [{"definition_id": definition_id, "path": path, "content": content} for path, content in files.items()],
    )
    return definition_id, version

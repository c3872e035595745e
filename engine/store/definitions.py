"""Rows of deployed definitions and their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from engine.errors import NotFound
from engine.store import judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import definition, definition_file, instance


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """One immutable version of a package."""

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


_COLUMNS = [definition.c[name] for name in DefinitionRow.__dataclass_fields__]
_CURRENT = select(*_COLUMNS).where(definition.c.key == bindparam("key_"), definition.c.current)
_BY_ID = select(*_COLUMNS).where(definition.c.id == bindparam("id_"))
_ALL_CURRENT = select(*_COLUMNS).where(definition.c.current).order_by(definition.c.key)
_CURRENT_IDS = Prepared[Any](select(definition.c.id.label("id")).where(definition.c.current).order_by(definition.c.key))
_FILES = select(definition_file.c.path, definition_file.c.content).where(
    definition_file.c.definition_id == bindparam("id_")
)
_VERSION = select(definition.c.key, definition.c.version, definition.c.digest).where(
    definition.c.id == bindparam("id_")
)
_CURRENT_ID = select(definition.c.id).where(definition.c.key == bindparam("key_"), definition.c.current)


def current(tx: Tx, key: str) -> DefinitionRow | None:
    found = tx.first(_CURRENT, key_=key)
    return None if found is None else DefinitionRow(**found._mapping)


def lock(tx: Tx, key: str) -> None:
    """Let nobody else change what belongs to a process until this transaction ends; SQLite has one writer anyway."""
    tx.all(select(definition.c.id).where(definition.c.key == key, definition.c.current).with_for_update())


def current_id(tx: Tx, key: str) -> int:
    found = tx.scalar(_CURRENT_ID, key_=key)
    if found is None:
        raise NotFound(f"没有名为“{key}”的流程。", f"no process {key}", "请在“发起”页选择流程。")
    return int(found)


def by_id(tx: Tx, definition_id: int) -> DefinitionRow:
    found = tx.first(_BY_ID, id_=definition_id)
    if found is None:
        raise NotFound(f"没有找到流程定义 {definition_id}。", f"definition {definition_id} not found")
    return DefinitionRow(**found._mapping)


def all_current(tx: Tx) -> list[DefinitionRow]:
    return [DefinitionRow(**r._mapping) for r in tx.all(_ALL_CURRENT)]


def current_ids(tx: Tx) -> list[int]:
    """Ids of the current definitions, in the order of ``all_current``, without reading what they hold."""
    return [int(row.id) for row in tx.all(_CURRENT_IDS)]


def versions(tx: Tx, key: str) -> list[DefinitionRow]:
    """All versions of a process, newest first."""
    statement = select(*_COLUMNS).where(definition.c.key == key).order_by(definition.c.version.desc())
    return [DefinitionRow(**r._mapping) for r in tx.all(statement)]


def in_use(tx: Tx, key: str) -> list[DefinitionRow]:
    """The current version and every other one on which an instance has not ended, newest first."""
    alive = select(instance.c.definition_id).where(instance.c.process == key, instance.c.ended_at.is_(None))
    statement = select(*_COLUMNS).where(definition.c.key == key, or_(definition.c.current, definition.c.id.in_(alive)))
    return [DefinitionRow(**r._mapping) for r in tx.all(statement.order_by(definition.c.version.desc()))]


def files(tx: Tx, definition_id: int) -> dict[str, bytes]:
    """The files of a version by path; Altered if they are not those that were deployed."""
    found = {str(r.path): bytes(r.content) for r in tx.all(_FILES, id_=definition_id)}
    version = tx.first(_VERSION, id_=definition_id)
    if version is not None:
        judging.files(version, found)
    return found


def add(tx: Tx, *, files: Mapping[str, bytes], **values: Any) -> tuple[int, int]:
    """Insert a new current version with its files; definition id and version."""
    key = values["key"]
    version = (
        int(tx.scalar(select(func.coalesce(func.max(definition.c.version), 0)).where(definition.c.key == key))) + 1
    )
    tx.execute(update(definition).where(definition.c.key == key).values(current=False))
    definition_id = tx.insert(definition, version=version, current=True, **values)
    tx.execute(
        insert(definition_file),
        [{"definition_id": definition_id, "path": path, "content": content} for path, content in files.items()],
    )
    return definition_id, version

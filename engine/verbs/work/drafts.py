"""What a person has typed and not yet handed in."""

from collections.abc import Mapping
from datetime import datetime

from engine.errors import BadInput, ExpressionError
from engine.model import Actor, Json
from engine.package import Package
from engine.progress import load, title_of
from engine.progress.beginners import require_starter
from engine.progress.data import rights
from engine.progress.permission import open_for, part_of
from engine.progress.seen import require_unchanged, revision_at
from engine.runtime import Engine
from engine.store import Tx, definitions, instances, work

OPINION = "_opinion"  # beside the fields, as the page keeps it


def save_draft(engine: Engine, scope: str, data: Mapping[str, Json], actor: Actor, *, title: str = "") -> datetime:
    """Keep what a person has typed so far, unchecked; ``scope`` is ``item:<id>`` or ``start:<process>``."""
    now = engine.now()
    with engine.store.transaction() as tx:
        _require_unchanged(tx, scope, actor)
        work.save_draft(tx, person_id=actor.id, scope=scope[:80], title=title[:200], data=dict(data), at=now)
    return now


def draft_item(engine: Engine, item_id: int, data: Mapping[str, Json], actor: Actor, *, opinion: str = "") -> datetime:
    """The same for a program: only on what is the caller's to do, and only fields that may be written there."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
        item = work.by_id(tx, item_id)
        plan = case.package.plans[open_for(case, item, actor, part_of(item)).element]
        may = rights(case.package, plan) if part_of(item) == "decide" else {}
        _only(data, [name for name, right in may.items() if right == "write"])
        title = case.row.title
    return save_draft(engine, f"item:{item_id}", {**data, OPINION: opinion}, actor, title=title)


def draft_start(engine: Engine, process: str, data: Mapping[str, Json], actor: Actor) -> datetime:
    """The same before a process is started, for whoever may start it."""
    with engine.store.reading() as tx:
        package = engine.package(tx, definitions.current_id(tx, process))
        require_starter(engine, tx, package, actor)
        _only(data, [name for name, right in rights(package, None).items() if right == "write"])
    return save_draft(engine, f"start:{process}", data, actor, title=draft_title(package, data))


def draft_title(package: Package, data: Mapping[str, Json]) -> str:
    """What a draft is called so far; an expression may need fields that are still empty."""
    try:
        found = title_of(package, data)
    except ExpressionError:
        found = package.manifest.title
    return f"{found}（未命名）" if found == package.manifest.title else found


def _require_unchanged(tx: Tx, scope: str, actor: Actor) -> None:
    """What was typed elsewhere meanwhile is not written over by whoever says what they have read."""
    if actor.seen is not None:
        found = work.get_draft(tx, person_id=actor.id, scope=scope, lock=True)
        require_unchanged(actor, revision_at(found[1] if found else None))


def _only(data: Mapping[str, Json], known: list[str]) -> None:
    strange = [name for name in data if name not in known]
    if strange:
        raise BadInput(
            f"草稿中有这一步不能填写的内容：{'、'.join(strange[:5])}。",
            f"not to be written here: {', '.join(strange[:5])}",
            "请只保存可填写的字段。",
            "form.unknown_field",
        )


def draft(engine: Engine, scope: str, actor: Actor) -> tuple[Json, datetime] | None:
    """The draft and when it was saved."""
    with engine.store.reading() as tx:
        return work.get_draft(tx, person_id=actor.id, scope=scope)


def drop_draft(engine: Engine, scope: str, actor: Actor) -> None:
    """Throw a draft away."""
    with engine.store.transaction() as tx:
        _require_unchanged(tx, scope, actor)
        work.drop_draft(tx, person_id=actor.id, scope=scope)

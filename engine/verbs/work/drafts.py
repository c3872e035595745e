"""What a person has typed and not yet handed in."""

from collections.abc import Mapping
from datetime import datetime

from engine.errors import BadInput, NotAllowed
from engine.model import Actor, Json
from engine.org import Facts, allows
from engine.progress import load
from engine.progress.case import unit_of
from engine.progress.data import rights
from engine.progress.permission import open_for, part_of
from engine.runtime import Engine, evaluate
from engine.store import definitions, instances, work

OPINION = "_opinion"  # beside the fields, as the page keeps it


def save_draft(engine: Engine, scope: str, data: Mapping[str, Json], actor: Actor, *, title: str = "") -> datetime:
    """Keep what a person has typed so far, unchecked; ``scope`` is ``item:<id>`` or ``start:<process>``."""
    now = engine.now()
    with engine.store.transaction() as tx:
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
        directory, now = engine.directory(tx), engine.now()
        unit = unit_of(directory, actor, now)
        facts = Facts(package.empty, actor.login, unit.code if unit else "", process=process)
        if not allows(package.manifest.start, actor.login, facts, directory, now, evaluate=evaluate):
            raise NotAllowed("您不能发起这个流程。", f"may not start {process}", "请联系流程管理员。")
        _only(data, [name for name, right in rights(package, None).items() if right == "write"])
    title = str(data.get(package.manifest.title_field) or "") or f"{package.manifest.title}（未命名）"
    return save_draft(engine, f"start:{process}", data, actor, title=title)


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
        work.drop_draft(tx, person_id=actor.id, scope=scope)

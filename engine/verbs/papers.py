"""Make a document of an instance at a step that offers it: rendered outside of any transaction, then attached."""

from engine.errors import NotAllowed
from engine.model import Actor, Done
from engine.progress import Case, answer, command, load, load_seen, save
from engine.progress.papers import attach, paper, render
from engine.progress.permission import open_for
from engine.runtime import Engine
from engine.store import Tx, instances, work
from engine.store.work import ItemRecord


def make(engine: Engine, item_id: int, name: str, actor: Actor, *, key: str | None = None) -> Done:
    """Every form of the document, as attachments of the instance and in the field that the package names.

    Doing it again makes it again: the newer files take the place of those with the same names in the field.
    """
    with engine.store.reading() as tx:
        case, _item = _offered(engine, tx, item_id, name, actor, lock=False)
        wanted = paper(case, name)
    made = render(engine, wanted)
    with command(engine, actor, key, ["document", item_id, name]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = _offered(engine, cmd.tx, item_id, name, actor, lock=True)
        attach(case, wanted, made, by=actor.id, element=item.element, item_id=item.id)
        _into_draft(case, item, wanted.document.field, actor)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def _offered(engine: Engine, tx: Tx, item_id: int, name: str, actor: Actor, *, lock: bool) -> tuple[Case, ItemRecord]:
    found = instances.by_item(tx, item_id, lock=lock)
    case = (load_seen if lock else load)(engine, tx, found, engine.now(), actor)
    item = work.by_id(tx, item_id)
    activity = open_for(case, item, actor)
    if name not in case.package.plans[activity.element].documents:
        raise NotAllowed(
            "这一步不能生成这种文书。", f"this step does not make {name!r}", "流程设计人员可在环节上开放。"
        )
    return case, item


def _into_draft(case: Case, item: ItemRecord, field: str | None, actor: Actor) -> None:
    """What the person has typed so far holds the field as it was; it must not take the new files away again."""
    kept = work.get_draft(case.tx, person_id=actor.id, scope=f"item:{item.id}")
    if kept is not None and field is not None and field in kept[0]:
        data = {**kept[0], field: case.row.variables[field]}
        work.save_draft(
            case.tx, person_id=actor.id, scope=f"item:{item.id}", title=case.row.title, data=data, at=case.now
        )

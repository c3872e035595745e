"""传阅: show an instance to others with read receipts; it never blocks, and travels on only where a package says so."""

from collections.abc import Sequence

from engine.errors import AlreadyHandled, Conflict, NotAllowed
from engine.model import Actor, Done
from engine.progress import Case, Letter, answer, command, log, tell
from engine.progress.aside import save_aside
from engine.progress.joining import join, offered, people
from engine.progress.opinions import words as written
from engine.progress.permission import REFUSALS, is_performer, part_of
from engine.progress.replaced import changed, joined, seat
from engine.progress.replaced import logins as logins_of
from engine.runtime import Engine
from engine.store import instances, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked

STOPPED = ("voided", "withdrawn")


def circulate(
    engine: Engine, item_id: int, logins: Sequence[str], actor: Actor, *, purpose: str = "", key: str | None = None
) -> Done:
    """Send these people something to read, from a part one has or had; who has it already gets it only once."""
    with command(engine, actor, key, ["circulate", item_id, list(logins), purpose]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = _own_activity(case, item, actor)
        offered(case.package.plans[activity.element], "circulate", "传阅")
        before = [i for i in work.of_instance(cmd.tx, case.row.id) if i.kind == "read"]
        readers = {i.performer_id for i in before}
        invited = [p for p in people(case, logins, keep_out=(actor.id,)) if p.id not in readers]
        if not invited:
            raise Conflict(
                "这些人都已收到传阅。", "all of them have it already", "可在办理记录查看阅知情况。", "work.circulated"
            )
        words = written(purpose)
        ids = join(
            case, activity, item, invited, kind="read", state="unread", facts={"sent_by": actor.id, "purpose": words}
        )
        said = {"step": activity.name, "actor": actor.name, "opinion": words}
        tell(case, "T-READ", "copy", [Letter(p.id, i, said) for p, i in zip(invited, ids, strict=True)])
        detail = {"opinion": words, "to": [p.login for p in invited], "to_names": [p.name for p in invited]}
        detail |= joined("readers", logins_of(case, before), [p.login for p in invited])
        log(case, "circulate", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def _own_activity(case: Case, item: ItemRecord, actor: Actor) -> ActivityRow:
    """The activity of a part this person has to decide or has decided, over or not; a reader's where it may travel."""
    if part_of(item) == "read" and item.performer_id == actor.id:
        if "pass_on" not in case.package.plans[item.element].actions:
            raise NotAllowed("传阅件不能再传给别人。", "readers do not pass it on", "请联系传阅人。")
    elif item.kind != "decide" or not (item.decided_by == actor.id or is_performer(item, actor)):
        raise NotAllowed("只有办理人可以传阅。", "only performers circulate", "请联系办理人。")
    if case.row.state in STOPPED:
        raise Conflict("这件已撤销或作废，不能传阅。", "the instance was stopped", "可查看办理记录。", "instance.ended")
    return next(a for a in instances.activities(case.tx, case.row.id) if a.id == item.activity_id)


def mark_read(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """已阅: the receipt, with an opinion if there is one; works after the instance has ended too."""
    with command(engine, actor, key, ["mark_read", item_id, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        _readable(case, item, actor)
        said = written(opinion)
        work.change(
            cmd.tx,
            item.id,
            state="done",
            outcome="read",
            opinion=said,
            opened_at=item.opened_at or cmd.now,
            decided_at=cmd.now,
            decided_by=actor.id,
        )
        activity = next(a for a in instances.activities(cmd.tx, case.row.id) if a.id == item.activity_id)
        detail = {"opinion": said, "purpose": item.facts["purpose"]}
        detail |= changed(seat(case, item), state="done", outcome="read")
        log(case, "read", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        if said:
            words = {"step": activity.name, "actor": actor.name, "opinion": said}
            tell(case, "T-ANSWER", "copy", [Letter(item.facts["sent_by"], None, words)])
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def _readable(case: Case, item: ItemRecord, actor: Actor) -> None:
    if item.performer_id != actor.id:
        raise NotAllowed("这不是传阅给您的件。", "it was not sent to you", "请从传阅列表打开。")
    if part_of(item) != "read":
        raise NotAllowed(REFUSALS[part_of(item)], "this is no item to read", "请打开后处理。")
    if item.state == "done" and item.decided_at is not None:
        raise AlreadyHandled(actor.name, item.decided_at, case.calendar.local(item.decided_at).strftime("%H:%M"))

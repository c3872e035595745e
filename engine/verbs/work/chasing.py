"""催阅: remind those who have been sent something to read and have not read it, once a working day each."""

from engine.errors import Conflict, NotAllowed
from engine.model import Actor, Done
from engine.progress import Case, Letter, answer, command, load_seen, log, tell
from engine.progress.aside import save_aside
from engine.progress.opinions import words as written
from engine.progress.permission import require_read
from engine.progress.urging import URGERS, urged, urging_day
from engine.runtime import Engine
from engine.store import instances, work
from engine.store.work import ItemRecord


def urge_readers(engine: Engine, number: str, actor: Actor, *, text: str = "", key: str | None = None) -> Done:
    """Remind the readers: one's own, or all of them for the initiator and those who supervise."""
    with command(engine, actor, key, ["urge_readers", number, text]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = load_seen(engine, cmd.tx, instances.by_number(cmd.tx, number, lock=True), cmd.now, actor)
        require_read(cmd.tx, case.row, actor)
        unread, words = _unread(case, actor), written(text)
        day = urging_day(case).isoformat()
        said = {"step": case.row.title, "actor": actor.name, "opinion": words}
        people = {i.performer_id: i.id for i in unread if i.performer_id is not None}
        letters = [Letter(person, item, said, f"urge-read:{item}:{day}") for person, item in people.items()]
        if not tell(case, "T-URGE-READ", "chase", letters, counted=True):
            raise Conflict(
                "今天已催阅过，下一工作日可再催。",
                "the readers were urged today",
                "可等待阅知，或电话联系。",
                "work.urged",
            )
        found = [case.directory.person(person) for person in people]
        detail = {"opinion": words, "to": list(people), "to_names": [p.name for p in found if p]}
        detail |= urged(case, "urge_read")
        log(case, "urge_read", detail=detail)
        save_aside(case)
        return cmd.answer(answer(case))


def _unread(case: Case, actor: Actor) -> list[ItemRecord]:
    """What waits to be read and was sent by this person, or by anybody if that is this person's business."""
    sent = [i for i in work.of_instance(case.tx, case.row.id) if i.kind == "read"]
    whole = case.row.initiator_id == actor.id or bool(actor.roles & URGERS)
    own = [i for i in sent if whole or i.facts.get("sent_by") == actor.id]
    if not own:
        raise NotAllowed(
            "只有传阅人、发起人和督办人员可以催阅。",
            "only who sent it, the initiator and supervisors",
            "请联系传阅人。",
        )
    unread = [i for i in own if i.state == "unread"]
    if not unread:
        raise Conflict("都已阅知。", "everybody has read it", "可在概览查看阅知情况。", "work.nobody")
    return unread

"""征求意见: ask others while one's own part stays one's own; their answers stand in the record and decide nothing."""

from collections.abc import Sequence

from engine.errors import BadInput
from engine.model import Actor, Done
from engine.progress import Case, Letter, answer, command, log, tell
from engine.progress.aside import save_aside
from engine.progress.asking import answered, hold, watch
from engine.progress.joining import join, offered, people
from engine.progress.opinions import words as written
from engine.progress.permission import open_for, part_of
from engine.progress.replaced import changed, joined, seat
from engine.progress.replaced import logins as logins_of
from engine.runtime import Engine
from engine.store import work
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked


def consult(
    engine: Engine, item_id: int, logins: Sequence[str], actor: Actor, *, question: str, key: str | None = None
) -> Done:
    """Ask these people for their opinion until one's own deadline, or as long as the step lets its clock stand for it.

    Whoever was asked already is not asked twice.
    """
    with command(engine, actor, key, ["consult", item_id, list(logins), question]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        offered(case.package.plans[activity.element], "consult", "征求意见")
        before = [i for i in work.of_activity(cmd.tx, activity.id) if i.kind == "consult" and i.state == "open"]
        asked = {i.performer_id for i in before}
        invited = people(case, logins, keep_out=asked | {actor.id})
        words = _words(question, "请写明要征求什么意见。")
        due = hold(case, activity, words)
        activity = next(a for a in case.open if a.id == activity.id)  # its clock may stand by now
        ids = join(
            case,
            activity,
            item,
            invited,
            kind="consult",
            facts={"asked_by": actor.id, "question": words, "of": item.id},
            due=due,
        )
        if due is not None:
            watch(case, activity, ids, due[0])
        said = {"step": activity.name, "due": due[0] if due else item.deadline, "actor": actor.name, "opinion": words}
        tell(case, "T-CONSULT", "todo", [Letter(p.id, i, said) for p, i in zip(invited, ids, strict=True)])
        detail = {"opinion": words, "to": [p.login for p in invited], "to_names": [p.name for p in invited]}
        detail |= joined("asked", logins_of(case, before), [p.login for p in invited])
        log(case, "consult", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def give_opinion(engine: Engine, item_id: int, actor: Actor, *, opinion: str, key: str | None = None) -> Done:
    """Answer what one was asked, or give one's opinion as assisting handler (协办); whoever asked or leads is told."""
    with command(engine, actor, key, ["give_opinion", item_id, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        asked = part_of(item)
        activity = open_for(case, item, actor, asked if asked == "assist" else "consult")
        words = _words(opinion, "请填写答复意见。")
        work.decide(cmd.tx, item, outcome="answer", opinion=words, data=None, at=cmd.now, by=actor.id)
        detail = {"opinion": words} | ({"question": item.facts["question"]} if asked == "consult" else {})
        detail |= changed(seat(case, item), state="done", outcome="answer")
        log(case, "answer", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        said = {"step": activity.name, "actor": actor.name, "opinion": words}
        tell(case, "T-ANSWER", "todo", [Letter(p, i, said) for p, i in _waiting(case, item)])
        answered(case, activity)
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def _waiting(case: Case, item: ItemRecord) -> list[tuple[int, int]]:
    """Who waits for this answer, with their own item: whoever asked, or those who lead."""
    if item.kind == "consult":
        return [(item.facts["asked_by"], item.facts["of"])]
    parts = work.of_activity(case.tx, item.activity_id)
    return [(i.performer_id, i.id) for i in parts if i.kind == "decide" and i.state == "open" and i.performer_id]


def _words(text: str, refusal: str) -> str:
    said = written(text)
    if not said:
        raise BadInput(refusal, "words are required", "填写后再提交。", "work.opinion")
    return said

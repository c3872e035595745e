"""视为没有不同意见: whoever a step names ends the waiting for countersigners who do not answer, or goes on waiting."""

from engine.errors import BadInput, NotOffered
from engine.model import Actor, Done
from engine.progress import answer, command, log, save
from engine.progress.opinions import words as written
from engine.progress.permission import open_for
from engine.progress.silence import ASK_AGAIN, SILENCE, listen, take_for_none, unanswered
from engine.progress.silent_close import go_on
from engine.runtime import Engine
from engine.store import timers, work
from engine.verbs.work.locking import locked


def answer_silence(
    engine: Engine, item_id: int, actor: Actor, *, assume: bool = True, opinion: str = "", key: str | None = None
) -> Done:
    """Take the silence of those who have not answered for no objection, or say why to wait and be asked again."""
    with command(engine, actor, key, ["silence", item_id, assume, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor, SILENCE)
        plan, said = case.package.plans[activity.element], written(opinion)
        if not assume and not said:
            raise BadInput("请说明为什么继续等待。", "say why to wait", "如“已沟通，对方两日内回复”。", "work.opinion")
        missing = unanswered(case, activity)
        if not missing:
            raise NotOffered("都已回复，不需要再决定。", "everybody has answered", "可查看办理记录。")
        outcome = "assumed" if assume else "wait"
        work.decide(cmd.tx, item, outcome=outcome, opinion=said, data=None, at=cmd.now, by=actor.id)
        timers.cancel_item(cmd.tx, item.id)
        log(case, SILENCE, activity=activity, item_id=item.id, detail={"outcome": outcome, "opinion": said})
        case.final = "已决定逾期未回如何处理"
        if assume:
            take_for_none(case, activity, plan, missing)
            go_on(case, activity, plan)
        else:
            listen(case, activity, plan, ASK_AGAIN)
            save(case)
        return cmd.answer(answer(case, item_id=item_id))

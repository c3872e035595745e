"""退回: close what is open and enter an earlier step, to go the way again or to come straight back."""

from collections.abc import Sequence

from engine import bpmn
from engine.errors import BadInput, NotAllowed
from engine.model import Actor, Done
from engine.package import Plan
from engine.progress import Case, answer, close, command, log, names, write_down
from engine.progress.opinions import words as written
from engine.progress.permission import open_for, return_targets
from engine.progress.undo import remember
from engine.runtime import Engine
from engine.store import work
from engine.store.instances import ActivityRow
from engine.verbs.work.locking import locked


def return_to(
    engine: Engine,
    item_id: int,
    actor: Actor,
    *,
    to: str | None = None,
    mode: str = "again",
    opinion: str = "",
    reasons: Sequence[str] = (),
    key: str | None = None,
) -> Done:
    """Return an instance to ``to`` (default: its first step). ``mode``: ``again`` 重走 or ``direct`` 直达 back here."""
    with command(engine, actor, key, ["return", item_id, to, mode, opinion, list(reasons)]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        plan = case.package.plans[activity.element]
        target = _target(case, plan, to, mode)
        said = _reason(case, opinion, reasons)
        remember(case, item)
        work.decide(cmd.tx, item, outcome="return", opinion=said, data=None, at=cmd.now, by=actor.id)
        detail = {"outcome": "return", "opinion": said, "to": target, "mode": mode, "reasons": list(reasons)}
        log(case, "return", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        _move_back(case, activity, target, mode, said)
        return cmd.answer(answer(case, item_id=item_id, undoable=True))


def _target(case: Case, plan: Plan, to: str | None, mode: str) -> str:
    if "return" not in plan.actions:
        raise NotAllowed("这一步不能退回。", "this step does not allow returning", "请选择其他结论。")
    if mode not in ("again", "direct"):
        raise BadInput(
            f"退回方式“{mode}”不认识。", f"unknown mode {mode!r}", "again（重走）或 direct（直达）。", "work.mode"
        )
    allowed = [element for element, _name in return_targets(case, plan)]
    target = to or (allowed[0] if allowed else "")
    if target not in allowed:
        hint = f"可退回：{'、'.join(allowed) or '无'}。"
        raise BadInput(f"不能退回到“{to}”。", f"cannot return to {to!r}", hint, "work.target")
    return target


def _reason(case: Case, opinion: str, reasons: Sequence[str]) -> str:
    if not opinion.strip():
        raise BadInput("请填写退回理由，说明需要改什么。", "a reason is required", "写明要改的地方。", "work.opinion")
    unknown = [r for r in reasons if r not in case.package.manifest.reasons]
    if unknown:
        raise BadInput(f"没有退回原因代码 {'、'.join(unknown)}。", f"unknown reason codes {unknown}", "", "work.reason")
    return written(opinion)


def _move_back(case: Case, activity: ActivityRow, target: str, mode: str, opinion: str) -> None:
    """Close what would open a second time, and only that: other branches go on, their opinions stay."""
    again = bpmn.superseded(case.package.process, case.row.snapshot, case.now, enter=(target,))
    tokens = tuple(dict.fromkeys((activity.token, *again)))
    closing = [a for a in case.open if a.token in tokens]
    for gone in closing:
        close(case, gone, "returned" if gone.id == activity.id else "cancelled")
    # whoever gets it back is told why, not that something new has come
    facts = {"from_step": activity.name, "opinion": opinion, "actor": case.actor.name if case.actor else ""}
    case.greeting = ("T-RETURNED", facts)
    step = bpmn.move(case.package.process, case.row.snapshot, names(case), case.now, cancel=tokens, enter=(target,))
    write_down(case, step, back_to=[a.element for a in closing] if mode == "direct" else [])

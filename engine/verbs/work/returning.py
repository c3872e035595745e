"""退回: close what is open and enter an earlier step, to go the way again or to come straight back."""

from collections.abc import Sequence

from engine import bpmn
from engine.errors import BadInput, NotAllowed
from engine.model import Actor, Done, Json
from engine.package import Package, Plan
from engine.progress import Case, Letter, answer, close, command, find, load, log, names, tell, write_down
from engine.progress.followers import tell_followers
from engine.progress.kept import ask_again
from engine.progress.opinions import words as written
from engine.progress.permission import open_for, return_targets
from engine.progress.reasons import require_reasons
from engine.progress.replaced import changed, seat
from engine.progress.returning import Closing, ReturnEffect, closing, effect, repeated, straight_back
from engine.progress.undo import remember
from engine.progress.word_check import of_case, told
from engine.runtime import Engine
from engine.store import history, instances, work
from engine.store.instances import ActivityRow
from engine.verbs.work.locking import locked

MODES = ("again", "direct")


def return_to(
    engine: Engine,
    item_id: int,
    actor: Actor,
    *,
    to: str | None = None,
    mode: str = "",
    opinion: str = "",
    reasons: Sequence[str] = (),
    only: Sequence[str] = (),
    key: str | None = None,
) -> Done:
    """Return an instance to ``to`` (default: its first step). ``mode``: ``again`` 重走 or ``direct`` 直达 back here.

    Without a mode the package says which reasons let it come straight back; for all others it goes the way again.
    ``only`` are the logins of countersigners who decide again when it comes back; what the others said counts on.
    """
    with command(engine, actor, key, ["return", item_id, to, mode, opinion, list(reasons), list(only)]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        plan = case.package.plans[activity.element]
        target = _target(case, plan, to, mode)
        require_reasons(case, plan, "return", reasons)
        mode = mode or by_reasons(case.package, reasons)
        said = _reason(opinion)
        remember(case, item)
        ask_again(case, repeated(case, target), only if mode == "again" else ())
        work.decide(cmd.tx, item, outcome="return", opinion=said, data=None, at=cmd.now, by=actor.id)
        detail = {"outcome": "return", "opinion": said, "to": target, "mode": mode, "reasons": list(reasons)}
        detail |= {"only": list(only)} if only else {}
        detail |= told(of_case(case, plan))
        ends = closing(case, activity, target)
        stay = [a.element for a in case.open if a not in ends.activities]
        was = seat(case, item) | {"steps": [a.element for a in case.open]}
        detail |= changed(was, state="done", outcome="return", steps=[target, *stay])
        log(case, "return", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        _move_back(case, activity, ends, target, mode, said)
        about: dict[str, Json] = {
            "from_step": activity.name,
            "step": case.package.plans[target].name,
            "opinion": said,
            "actor": actor.name,
        }
        tell_followers(case, "T-RETURNED", about)
        _tell_above(case, about)
        return cmd.answer(answer(case, item_id=item_id, undoable=True))


def by_reasons(package: Package, reasons: Sequence[str]) -> str:
    """Which way what is returned for these reasons comes back, unless whoever returns it says so (domain.md §2.3)."""
    straight = package.manifest.returns.direct if package.manifest.returns else ()
    return "direct" if reasons and set(reasons) <= set(straight) else "again"


def _tell_above(case: Case, about: dict[str, Json]) -> None:
    """From the n-th return on somebody above hears of it (domain.md §2.3)."""
    rule = case.package.manifest.returns
    if rule is None:
        return
    times = sum(entry.verb == "return" for entry in history.whole(case.tx, case.row))
    if times >= rule.after:
        people = find(case, rule.tell, needed=False).performers
        told = [Letter(p.id, None, about) for p in people if case.actor is None or p.id != case.actor.id]
        tell(case, "T-RETURNED", "copy", told)


def preview_return(engine: Engine, item_id: int, actor: Actor) -> tuple[ReturnEffect, ...]:
    """For every step one may return to and both ways back: what ends, what closes, which opinions stay."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
        activity = open_for(case, work.by_id(tx, item_id), actor)
        plan = case.package.plans[activity.element]
        if "return" not in plan.actions:
            return ()
        targets = [element for element, _name in return_targets(case, plan)]
        return tuple(effect(case, activity, target, mode) for target in targets for mode in MODES)


def _target(case: Case, plan: Plan, to: str | None, mode: str) -> str:
    if "return" not in plan.actions:
        raise NotAllowed("这一步不能退回。", "this step does not allow returning", "请选择其他结论。")
    if mode and mode not in MODES:
        raise BadInput(
            f"退回方式“{mode}”不认识。", f"unknown mode {mode!r}", "again（重走）或 direct（直达）。", "work.mode"
        )
    allowed = [element for element, _name in return_targets(case, plan)]
    target = to or (allowed[0] if allowed else "")
    if target not in allowed:
        hint = f"可退回：{'、'.join(allowed) or '无'}。"
        raise BadInput(f"不能退回到“{to}”。", f"cannot return to {to!r}", hint, "work.target")
    return target


def _reason(opinion: str) -> str:
    if not opinion.strip():
        raise BadInput("请填写退回理由，说明需要改什么。", "a reason is required", "写明要改的地方。", "work.opinion")
    return written(opinion)


def _move_back(case: Case, activity: ActivityRow, ends: Closing, target: str, mode: str, opinion: str) -> None:
    back_to = straight_back(case, ends) if mode == "direct" else []
    for gone in ends.activities:
        close(case, gone, "returned" if gone.id == activity.id else "cancelled")
    # whoever gets it back is told why, not that something new has come
    facts = {"from_step": activity.name, "opinion": opinion, "actor": case.actor.name if case.actor else ""}
    case.greeting = ("T-RETURNED", facts)
    step = bpmn.move(
        case.package.process, case.row.snapshot, names(case), case.now, cancel=ends.tokens, enter=(target,)
    )
    write_down(case, step, back_to=back_to)

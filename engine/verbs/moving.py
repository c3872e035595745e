"""重定位: an administrator asks to move an instance elsewhere, and a second person has to agree before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn
from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor, Done, Json
from engine.progress import Case, Letter, answer, close, command, load, load_seen, log, names, save, tell, write_down
from engine.progress.opinions import words as written
from engine.progress.permission import require_seen
from engine.progress.replaced import changed
from engine.runtime import Engine
from engine.store import Tx, consents, instances
from engine.store.consents import ConsentRow

KEEPERS = frozenset({"admin"})
SECONDS = frozenset({"admin", "supervisor"})


@dataclass(frozen=True, slots=True)
class MoveEffect:
    """What a move would do: open steps that end with the parts in them, steps that go on, steps that open."""

    ends: tuple[str, ...]
    stays_open: tuple[str, ...]
    opens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A move that waits for a second person; ``mine`` says that the reader asked for it."""

    id: int
    asked_by: str
    asked_at: datetime
    reason: str
    effect: MoveEffect
    mine: bool
    problem: str = ""  # why it cannot be done any more
    problem_en: str = ""


def preview_move(
    engine: Engine, number: str, actor: Actor, *, enter: Sequence[str], cancel: Sequence[int] | None = None
) -> MoveEffect:
    """What moving would do; nothing is written. ``cancel`` are ids of open activities, all of them by default."""
    with engine.store.reading() as tx:
        case = _case(engine, tx, number, actor, KEEPERS, lock=False)
        return _effect(case, enter, _ids(case, cancel))


def ask_move(
    engine: Engine,
    number: str,
    actor: Actor,
    *,
    enter: Sequence[str],
    reason: str,
    cancel: Sequence[int] | None = None,
    key: str | None = None,
) -> Done:
    """Ask for a move: it is tried, written down, and done when somebody else agrees."""
    with command(engine, actor, key, ["ask_move", number, list(enter), cancel, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _case(engine, cmd.tx, number, actor, KEEPERS)
        words = written(reason)
        if not words:
            raise BadInput("请填写原因。", "a reason is required", "写明原因后再提交。", "work.opinion")
        if consents.waiting(cmd.tx, case.row.id):
            raise Conflict(
                "这件已有一项申请在等人同意。", "a move is asked for already", "请先处理那一项。", "move.asked"
            )
        ids = _ids(case, cancel)
        effect = _effect(case, enter, ids)
        facts: dict[str, Json] = {"enter": list(enter), "cancel": list(ids), "reason": words}
        consents.ask(cmd.tx, instance_id=case.row.id, verb="move", by=actor.id, at=cmd.now, facts=facts)
        detail: dict[str, Json] = {"opinion": words, "from_names": list(effect.ends), "to_names": list(effect.opens)}
        log(case, "ask_move", detail=detail | changed({"request": ""}, request="waiting"))
        said = {"actor": actor.name, "reason": words, "state": "申请重定位，等您同意"}
        tell(case, "T-STATE", "todo", [Letter(p.id, None, said) for p in case.directory.admins if p.id != actor.id])
        save(case)
        return cmd.answer(answer(case))


def requests(engine: Engine, number: str, actor: Actor) -> tuple[Request, ...]:
    """Moves of an instance that wait for a second person, for those who may ask or agree."""
    if not actor.roles & SECONDS:
        return ()
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_number(tx, number), engine.now(), actor)
        require_seen(tx, case.row, actor)
        return tuple(_request(case, row, actor) for row in consents.waiting(tx, case.row.id))


def answer_move(
    engine: Engine,
    number: str,
    request_id: int,
    actor: Actor,
    *,
    agree: bool,
    opinion: str = "",
    key: str | None = None,
) -> Done:
    """The second person agrees, and it is done, or does not; whoever asked may take it back but not agree."""
    with command(engine, actor, key, ["answer_move", number, request_id, agree, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _case(engine, cmd.tx, number, actor, SECONDS)
        row = consents.by_id(cmd.tx, request_id)
        if row.instance_id != case.row.id or row.state != "waiting":
            raise Conflict("这项申请已经处理过了。", "the request was answered", "请刷新后再看。", "move.answered")
        own = row.asked_by == actor.id
        if own and agree:
            raise NotAllowed("须由另一个人同意。", "a second person has to agree", "请另一位管理员或督办人员同意。")
        said = written(opinion)
        state = "given" if agree else "withdrawn" if own else "refused"
        consents.answer(cmd.tx, row.id, state=state, by=actor.id, at=cmd.now)
        asked = case.directory.person(row.asked_by)
        detail: dict[str, Json] = {
            "opinion": said,
            "reason": row.facts["reason"],
            "asked_by": asked.login if asked else "",
        }
        if not own:
            words = {"actor": actor.name, "reason": said, "state": "重定位已执行" if agree else "不同意重定位"}
            tell(case, "T-STATE", "copy", [Letter(row.asked_by, None, words)])
        if agree:
            _move(case, row, detail)
        else:
            log(case, "refuse_move", detail=detail | changed({"request": "waiting"}, request=state))
            save(case)
        return cmd.answer(answer(case))


def _move(case: Case, row: ConsentRow, detail: dict[str, Json]) -> None:
    ids, enter = _ids(case, row.facts["cancel"]), tuple(row.facts["enter"])
    effect = _effect(case, enter, ids)
    before = [a.element for a in case.open]
    ending = [a for a in case.open if a.id in ids]
    tokens = tuple(a.token for a in ending)
    for gone in ending:
        close(case, gone, "cancelled")
    step = bpmn.move(case.package.process, case.row.snapshot, names(case), case.now, cancel=tokens, enter=enter)
    told = {"from_names": list(effect.ends), "to_names": list(effect.opens)}
    log(case, "move", detail={**detail, **told, "before": before, "after": [a.element for a in step.activities]})
    write_down(case, step)


def _request(case: Case, row: ConsentRow, actor: Actor) -> Request:
    problem, problem_en, effect = "", "", MoveEffect((), (), ())
    try:
        effect = _effect(case, row.facts["enter"], _ids(case, row.facts["cancel"]))
    except (BadInput, Conflict) as error:
        problem, problem_en = error.message_zh, error.message_en
    person = case.directory.person(row.asked_by)
    return Request(
        id=row.id,
        asked_by=person.name if person else "",
        asked_at=row.asked_at,
        reason=str(row.facts["reason"]),
        effect=effect,
        mine=row.asked_by == actor.id,
        problem=problem,
        problem_en=problem_en,
    )


def _effect(case: Case, enter: Sequence[str], ids: Sequence[int]) -> MoveEffect:
    """Try it on the core; what cannot be moved is refused here already."""
    unknown = [e for e in enter if e not in case.package.plans]
    if unknown or not enter:
        zh = f"没有环节 {'、'.join(unknown)}。" if unknown else "请选择要进入的环节。"
        raise BadInput(zh, f"no step {unknown}", "请选择流程图中的人工环节。", "work.target")
    ending = [a for a in case.open if a.id in ids]
    tokens = tuple(a.token for a in ending)
    _refuse_twice(case, enter, tokens)
    step = bpmn.move(case.package.process, case.row.snapshot, names(case), case.now, cancel=tokens, enter=tuple(enter))
    known, still = {a.token for a in case.open}, {a.id for a in step.activities}
    return MoveEffect(
        ends=tuple(a.name for a in case.open if a.token not in still),
        stays_open=tuple(a.name for a in case.open if a.token in still),
        opens=tuple(case.package.plans[a.element].name for a in step.activities if a.id not in known),
    )


def _refuse_twice(case: Case, enter: Sequence[str], tokens: Sequence[str]) -> None:
    """A branch that stays open must not be opened a second time on the way from the new place."""
    again = bpmn.superseded(case.package.process, case.row.snapshot, case.now, enter=tuple(enter))
    twice = [a for a in case.open if a.token not in tokens and (a.token in again or a.element in enter)]
    if twice:
        raise BadInput(
            f"“{'、'.join(a.name for a in twice)}”还在办理，从新的环节走下去会再开一次。",
            f"{', '.join(a.element for a in twice)} would be open twice",
            "请把这些环节也一并结束。",
            "move.twice",
        )


def _ids(case: Case, cancel: Sequence[int] | None) -> tuple[int, ...]:
    """The activities that end; what was asked for has to be open still."""
    opened = [a.id for a in case.open]
    wanted = opened if cancel is None else list(dict.fromkeys(cancel))
    if any(n not in opened for n in wanted):
        raise Conflict(
            "申请之后这件已经往下走了。", "it has gone on since", "请按现在的情况重新申请。", "move.outdated"
        )
    return tuple(wanted)


def _case(engine: Engine, tx: Tx, number: str, actor: Actor, roles: frozenset[str], *, lock: bool = True) -> Case:
    found = instances.by_number(tx, number, lock=lock)
    case = (load_seen if lock else load)(engine, tx, found, engine.now(), actor)
    require_seen(tx, case.row, actor)
    if not actor.roles & roles:
        raise NotAllowed("只有流程管理员可以移动一件事。", "only keepers may move an instance", "请联系流程管理员。")
    if case.row.state != "running":
        raise Conflict("这件没有在办理中，不能移动。", f"not while {case.row.state}", "请刷新查看。", "instance.state")
    return case

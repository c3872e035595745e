"""The loop that makes the calls: released, leased, called outside of any transaction, taken back, or given up."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from engine import bpmn, channels
from engine.bpmn.expressions import Assignment, compile_script
from engine.errors import InvalidPackage, SanbanError
from engine.model import Json
from engine.package import find_hooks, read_hooks
from engine.progress import Case, load, log, names, write_down
from engine.progress.case import incident
from engine.progress.damaged import put_off
from engine.runtime import Engine
from engine.store import bindings, instances
from engine.store.bindings import BindingRow, CallRow
from engine.store.tables import outgoing_call
from engine.verbs.bindings.paper_calls import draw_up, service_of, wants_paper

logger = structlog.get_logger(__name__)
LEASE: Final = timedelta(seconds=40)  # longer than a call may take
SPREAD: Final = 20  # instances released at a time


def perform_due(engine: Engine, *, limit: int = 20) -> int:
    """Release who waits for a binding that is there now, and make the calls that are due; how many were made."""
    with engine.store.reading() as tx:
        released = bindings.released(tx, SPREAD)
        due = bindings.due_calls(tx, engine.now(), limit)
    for instance_id in released:
        try:
            _release(engine, instance_id)
        except SanbanError:  # one broken instance must not stop the others
            logger.exception("not released", instance=instance_id)
    return sum(_perform(engine, call) for call in due)


def _release(engine: Engine, instance_id: int) -> None:
    with engine.store.transaction() as tx:
        rows = instances.lock_free(tx, [instance_id])
        for row in rows:
            if row.state == "running":
                case = load(engine, tx, row, engine.now())
                write_down(case, bpmn.assign(case.package.process, row.snapshot, names(case), case.now))


def _perform(engine: Engine, call: CallRow) -> bool:
    if not call.sound:
        put_off(engine, outgoing_call, {call.id: call.instance_id})
        return False
    with engine.store.transaction() as tx:
        if not bindings.lease(tx, call, engine.now(), LEASE):
            return False
    try:
        if wants_paper(call):
            return draw_up(engine, call)
        prepared = _prepare(engine, call)
        if prepared is None:
            return False
        binding, known = prepared
        _take_back(engine, call, binding, _ask(engine, binding, known, call))
    except channels.ChannelError as error:
        _failed(engine, call, error, again=error.retry)
        return False
    except SanbanError as error:
        _failed(engine, call, error, again=False)
        return False
    return True


def _prepare(engine: Engine, call: CallRow) -> tuple[BindingRow, Mapping[str, Json]] | None:
    """What it is bound to and what it may send; a call that nobody waits for any more is cancelled."""
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, call.instance_id)
        binding = bindings.find(tx, row.definition_id, call.wanted) or _own_hook(row.process, call)
        case = load(engine, tx, row, engine.now())
        known = _known(case, call) if binding is not None else None
        if binding is None or known is None:
            bindings.settle(tx, [call.id], "cancelled", case.now)
            return None
        return binding, known


def _own_hook(process: str, call: CallRow) -> BindingRow | None:
    """What a stub that names a hook is bound to, as long as nobody binds it otherwise: all goes in, all comes back."""
    if not call.wanted.startswith(bpmn.HOOK):
        return None
    facts = {"hook": call.wanted.removeprefix(bpmn.HOOK), "send": "", "take": ""}
    return BindingRow(
        id=0,
        process=process,
        wanted=call.wanted,
        version=bindings.EVERY,
        kind="hook",
        facts=facts,
        bound_by=None,
        bound_at=call.asked_at,
    )


def _known(case: Case, call: CallRow) -> Mapping[str, Json] | None:
    """The variables at the place that waits, or as they are now for a listener; None if nothing waits any more."""
    if _listens(call):
        return {
            **names(case),
            "event": call.wanted.removeprefix(bpmn.LISTENER).partition(" ")[0],
            "element": call.element,
        }
    service = service_of(case, call)
    if service is None:
        return None
    shared = names(case) if service.variables is None else service.variables
    return {**shared, **service.local}


def _listens(call: CallRow) -> bool:
    """Whether nothing waits for the call."""
    return call.wait.startswith(bindings.LISTENED)


def _ask(engine: Engine, binding: BindingRow, known: Mapping[str, Json], call: CallRow) -> Json:
    """The answer from outside; nothing is asked for a binding to assignments."""
    facts, key = binding.facts, f"call-{call.instance_id}-{call.id}"
    body = _run(compile_script(facts["send"]), known)
    if binding.kind == "hook":
        path = _hook(engine, binding)
        return channels.call_hook(path, facts["hook"], {**(body if facts["send"] else known), "_call": key})
    if binding.kind != "http":
        return body
    secret = engine.settings.call_tokens.get(facts["token"])
    return channels.send(
        channels.Call(
            facts["method"],
            facts["url"],
            body,
            token=secret.get_secret_value() if secret else "",
            key=key,
        ),
        engine.settings,
        engine.now(),
    )


def _hook(engine: Engine, binding: BindingRow) -> Path:
    """The file that has the function."""
    name = binding.facts["hook"]
    path = find_hooks(engine.settings.processes, binding.process)
    if path is None or name not in read_hooks(path):
        raise InvalidPackage(
            f"没有找到钩子 {name}。",
            f"there is no hook {name!r}",
            f"请在 SANBAN_PROCESSES 下流程 {binding.process} 的文件夹的 hooks.py 中写这个函数。",
            "package.no_hook",
        )
    return path


def _take_back(engine: Engine, call: CallRow, binding: BindingRow, answer: Json) -> None:
    """Map the answer to variables and let the instance go on, if it still waits."""
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, call.instance_id, lock=True)
        case = load(engine, tx, row, engine.now())
        known = _known(case, call)
        if known is None:
            bindings.settle(tx, [call.id], "cancelled", case.now)
            return
        taken = _taken(binding, answer, known)
        failed = answer.get("bpmn_error") if isinstance(answer, dict) else None
        bindings.settle(tx, [call.id], "done", case.now, error=None)
        if _listens(call):
            _heard(case, taken)
            return
        log(case, "waits", detail={"element": call.element, "opinion": "外部处理已完成。"})
        step = bpmn.receive(
            case.package.process,
            row.snapshot,
            names(case),
            case.now,
            element=call.wait,
            data=taken,
            error=str(failed) if failed else None,
        )
        write_down(case, step)


def _taken(binding: BindingRow, answer: Json, known: Mapping[str, Json]) -> dict[str, Json]:
    """What of an answer becomes variables."""
    taken = _run(compile_script(binding.facts["take"]), {**known, "answer": answer})
    if binding.kind == "expression" or (binding.kind == "hook" and not binding.facts["take"]):
        return {**{name: value for name, value in (answer or {}).items() if name != "bpmn_error"}, **taken}
    return taken


def _heard(case: Case, taken: Mapping[str, Json]) -> None:
    """A listener has been told; what it gives back is written as long as somebody can still use it."""
    if taken and case.row.state == "running":
        process, snapshot = case.package.process, case.row.snapshot
        write_down(case, bpmn.assign(process, snapshot, {**names(case), **taken}, case.now))


def _failed(engine: Engine, call: CallRow, error: SanbanError, *, again: bool) -> None:
    tries = call.attempts + 1
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, call.instance_id, lock=True)
        now, words = engine.now(), error.message_zh[:400]
        if again and tries < channels.MOST_TRIES:
            bindings.settle(
                tx, [call.id], "waiting", now, next_try=now + channels.wait_after(tries, call.id), error=words
            )
            return
        bindings.settle(tx, [call.id], "dead", now, error=words)
        incident(load(engine, tx, row, now), "call", call.element, f"外部处理失败（{tries} 次）：{words}")
        instances.save_head(tx, row)
        logger.warning("call given up", call=call.id, instance=row.number, code=error.reason)


def _run(assignments: tuple[Assignment, ...], known: Mapping[str, Json]) -> dict[str, Json]:
    """Assignments one after another; each may use those before."""
    given: dict[str, Json] = {}
    for assignment in assignments:
        given[assignment.name] = assignment.value.evaluate({**known, **given})
    return given

"""Bindings: an administrator says what stands in for Java, a worker or a foreign script; the calls that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from engine import bpmn, channels
from engine.bpmn.expressions import Assignment, compile_script
from engine.errors import BadInput, NotAllowed, NotFound, NotOffered, SanbanError
from engine.model import Actor, Json
from engine.progress import Case, load, log, names, write_down
from engine.progress.case import incident
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import bindings, definitions, instances
from engine.store.bindings import BindingRow, CallRow

logger = structlog.get_logger(__name__)
LEASE: Final = timedelta(seconds=40)  # longer than a call may take
WAITS: Final = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
MOST_TRIES: Final = len(WAITS) + 1
SPREAD: Final = 20  # instances released at a time


@dataclass(frozen=True, slots=True)
class Bound:
    """A stub of a process: who calls for it, and what it is bound to, if it is."""

    wanted: str
    elements: tuple[str, ...]
    waits: bool
    binding: BindingRow | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A call that failed for good and can be tried again."""

    id: int
    number: str
    element: str
    error: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place where an instance waits for something outside; ``state`` is unbound, waiting or dead."""

    element: str
    wanted: str
    state: str
    error: str = ""
    next_try: datetime | None = None


def stubs(engine: Engine, key: str) -> tuple[Bound, ...]:
    """Everything the current version calls for, in the order of the diagram, each name once."""
    with engine.store.reading() as tx:
        package = engine.package(tx, definitions.current_id(tx, key))
        bound = {row.wanted: row for row in bindings.of_process(tx, key)}
    found: dict[str, list[bpmn.Stub]] = {}
    for stub in package.process.stubs:
        if stub.wanted:
            found.setdefault(f"{stub.kind}:{stub.wanted}", []).append(stub)
    return tuple(
        Bound(wanted, tuple(s.name or s.element for s in group), any(s.waits for s in group), bound.get(wanted))
        for wanted, group in found.items()
    )


def bind(engine: Engine, key: str, wanted: str, facts: Mapping[str, str], actor: Actor) -> None:
    """Bind a stub to an HTTP call (``url`` is given) or to assignments; who waits for it goes on by itself.

    ``facts``: ``url``, ``method``, ``token`` (name of a secret), ``send`` and ``take`` (assignments in our language;
    ``take`` may name ``answer``).
    """
    _require_admin(actor)
    clean = _checked(engine, facts)
    if all(stub.wanted != wanted for stub in stubs(engine, key) if stub.waits):
        raise NotFound(f"流程没有名为“{wanted}”的桩。", f"no stub {wanted!r} in {key}", "请从列表中选择。")
    with engine.store.transaction() as tx:
        kind = "http" if clean["url"] else "expression"
        now = engine.now()
        bindings.put(tx, process=key, wanted=wanted, kind=kind, facts=clean, bound_by=actor.id, bound_at=now)


def unbind(engine: Engine, key: str, wanted: str, actor: Actor) -> None:
    """From now on instances wait there again."""
    _require_admin(actor)
    with engine.store.transaction() as tx:
        if not bindings.remove(tx, key, wanted):
            raise NotFound(f"“{wanted}”没有绑定。", f"{wanted!r} is not bound", "请刷新页面。")


def given_up(engine: Engine, key: str) -> tuple[GivenUp, ...]:
    """Calls of a process that failed for good."""
    with engine.store.reading() as tx:
        dead = bindings.dead_calls(tx, key)
    return tuple(GivenUp(call.id, number, call.element, call.error or "") for call, number in dead)


def retry(engine: Engine, call_id: int, actor: Actor) -> None:
    """Try a call that was given up once more, from the beginning."""
    _require_admin(actor)
    with engine.store.transaction() as tx:
        call = bindings.call(tx, call_id)
        if call.state != "dead":
            raise NotOffered("这次调用没有失败，无需重试。", "this call was not given up", "请刷新页面。")
        now = engine.now()
        bindings.settle(tx, [call.id], "waiting", now, attempts=0, next_try=now, error=None)
        bindings.resolve(tx, call.instance_id, "call", call.element, now)


def waiting(engine: Engine, number: str, actor: Actor) -> tuple[Waiting, ...]:
    """Where an instance waits for something outside, for its page."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        if row.state != "running":
            return ()
        calls = [
            Waiting(call.element, call.wanted, call.state, call.error or "", call.next_try)
            for call in bindings.calls_of(tx, row.id)
            if call.state in ("waiting", "dead")
        ]
        unbound = [Waiting(element, wanted, "unbound") for element, wanted in bindings.unbound(tx, row.id)]
        return (*unbound, *calls)


# ------------------------------------------------------------------ the loop


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
    with engine.store.transaction() as tx:
        if not bindings.lease(tx, call, engine.now(), LEASE):
            return False
    try:
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
        binding = bindings.find(tx, row.process, call.wanted)
        case = load(engine, tx, row, engine.now())
        service = _service(case, call) if binding is not None and row.state == "running" else None
        if binding is None or service is None:
            bindings.settle(tx, [call.id], "cancelled", case.now)
            return None
        return binding, _known(case, service)


def _known(case: Case, service: bpmn.Service) -> Mapping[str, Json]:
    """The variables at the place that waits."""
    shared = names(case) if service.variables is None else service.variables
    return {**shared, **service.local}


def _service(case: Case, call: CallRow) -> bpmn.Service | None:
    step = bpmn.assign(case.package.process, case.row.snapshot, names(case), case.now)
    return next((service for service in step.services if service.id == call.wait), None)


def _ask(engine: Engine, binding: BindingRow, known: Mapping[str, Json], call: CallRow) -> Json:
    """The answer from outside; nothing is asked for a binding to assignments."""
    facts = binding.facts
    body = _run(compile_script(facts["send"]), known)
    if binding.kind != "http":
        return body
    secret = engine.settings.call_tokens.get(facts["token"])
    return channels.send(
        channels.Call(
            facts["method"],
            facts["url"],
            body,
            token=secret.get_secret_value() if secret else "",
            key=f"call-{call.instance_id}-{call.id}",
        ),
        engine.settings,
        engine.now(),
    )


def _take_back(engine: Engine, call: CallRow, binding: BindingRow, answer: Json) -> None:
    """Map the answer to variables and let the instance go on, if it still waits."""
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, call.instance_id, lock=True)
        case = load(engine, tx, row, engine.now())
        service = _service(case, call) if row.state == "running" else None
        if service is None:
            bindings.settle(tx, [call.id], "cancelled", case.now)
            return
        taken = _run(compile_script(binding.facts["take"]), {**_known(case, service), "answer": answer})
        if binding.kind == "expression":
            taken = {**(answer or {}), **taken}
        failed = answer.get("bpmn_error") if isinstance(answer, dict) else None
        bindings.settle(tx, [call.id], "done", case.now, error=None)
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


def _failed(engine: Engine, call: CallRow, error: SanbanError, *, again: bool) -> None:
    tries = call.attempts + 1
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, call.instance_id, lock=True)
        now, words = engine.now(), error.message_zh[:400]
        if again and tries < MOST_TRIES:
            bindings.settle(tx, [call.id], "waiting", now, next_try=now + WAITS[tries - 1], error=words)
            return
        bindings.settle(tx, [call.id], "dead", now, error=words)
        incident(load(engine, tx, row, now), "call", call.element, f"外部处理失败（{tries} 次）：{words}")
        instances.save_head(tx, row)
        logger.warning("call given up", call=call.id, instance=row.number, error=str(error)[:200])


def _run(assignments: tuple[Assignment, ...], known: Mapping[str, Json]) -> dict[str, Json]:
    """Assignments one after another; each may use those before."""
    given: dict[str, Json] = {}
    for assignment in assignments:
        given[assignment.name] = assignment.value.evaluate({**known, **given})
    return given


def _checked(engine: Engine, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of a binding with everything that can be wrong told now, and not at night."""
    clean = {name: str(facts.get(name) or "").strip() for name in ("url", "method", "token", "send", "take")}
    clean["method"] = clean["method"].upper() or "POST"
    if not clean["url"] and not clean["send"]:
        raise BadInput(
            "请填写要调用的地址，或直接写赋值。",
            "neither an address nor assignments",
            "例如 approved = true。",
            "url.missing",
        )
    if clean["method"] not in channels.METHODS:
        raise BadInput(
            f"不支持方法 {clean['method']}。", "the method is not offered", "请选择 POST、PUT 或 GET。", "url.method"
        )
    if clean["url"]:
        channels.refuse_unlisted(clean["url"], engine.settings)
    if clean["token"] and clean["token"] not in engine.settings.call_tokens:
        raise BadInput(
            f"没有名为“{clean['token']}”的密钥。",
            "no such secret",
            "请管理员在 SANBAN_CALL_TOKENS 中登记。",
            "url.token",
        )
    compile_script(clean["send"])
    compile_script(clean["take"])
    return clean


def _require_admin(actor: Actor) -> None:
    if "admin" not in actor.roles:
        raise NotAllowed("只有系统管理员可以绑定外部处理。", "only administrators may bind", "请联系系统管理员。")

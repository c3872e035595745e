"""What a process wants from outside, and what an administrator binds it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn, channels
from engine.bpmn.expressions import compile_script
from engine.errors import BadInput, InvalidPackage, NotAllowed, NotFound, NotOffered
from engine.model import Actor
from engine.package import find_hooks, read_hooks
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import bindings, definitions, instances
from engine.store.bindings import BindingRow


@dataclass(frozen=True, slots=True)
class Bound:
    """A stub of a process: who calls for it, and what it is bound to, if it is; ``hook`` is its own function."""

    wanted: str
    elements: tuple[str, ...]
    waits: bool
    binding: BindingRow | None
    hook: str = ""


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
    offered = hooks(engine, key)
    found: dict[str, list[bpmn.Stub]] = {}
    for stub in package.process.stubs:
        if stub.wanted:
            found.setdefault(f"{stub.kind}:{stub.wanted}", []).append(stub)
    return tuple(
        Bound(
            wanted,
            tuple(s.name or s.element for s in group),
            any(s.waits for s in group),
            bound.get(wanted),
            hook=next((s.wanted for s in group if s.kind == "hook" and s.wanted in offered), ""),
        )
        for wanted, group in found.items()
    )


def hooks(engine: Engine, key: str) -> tuple[str, ...]:
    """The functions that a process may call; none if its file cannot be read, which its calls then say."""
    path = find_hooks(engine.settings.processes, key)
    try:
        return read_hooks(path) if path is not None else ()
    except InvalidPackage:
        return ()


def bind(engine: Engine, key: str, wanted: str, facts: Mapping[str, str], actor: Actor) -> None:
    """Bind a stub to an HTTP call (``url``), a hook (``hook``) or assignments; who waits for it goes on by itself.

    ``facts``: ``hook``, ``url``, ``method``, ``token`` (name of a secret), ``send`` and ``take`` (assignments in our
    language; ``take`` may name ``answer``).
    """
    _require_admin(actor)
    clean = _checked(engine, key, facts)
    if all(stub.wanted != wanted for stub in stubs(engine, key) if stub.waits):
        raise NotFound(f"流程没有名为“{wanted}”的桩。", f"no stub {wanted!r} in {key}", "请从列表中选择。")
    with engine.store.transaction() as tx:
        kind = "http" if clean["url"] else "hook" if clean["hook"] else "expression"
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


def _checked(engine: Engine, key: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of a binding with everything that can be wrong told now, and not at night."""
    clean = {name: str(facts.get(name) or "").strip() for name in ("hook", "url", "method", "token", "send", "take")}
    clean["method"] = clean["method"].upper() or "POST"
    if clean["hook"] and clean["url"]:
        raise BadInput("地址和钩子只能填一个。", "both an address and a hook", "请清空其中一个。", "url.missing")
    if clean["hook"] and clean["hook"] not in hooks(engine, key):
        raise BadInput(
            f"没有钩子 {clean['hook']}。",
            f"no hook {clean['hook']!r}",
            "请选择该流程包 hooks.py 中的函数。",
            "package.no_hook",
        )
    if not clean["url"] and not clean["send"] and not clean["hook"]:
        raise BadInput(
            "请填写要调用的地址，选择钩子，或直接写赋值。",
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

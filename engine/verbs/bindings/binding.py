"""What a process wants from outside, and what an administrator binds it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn, channels
from engine.bpmn.expressions import compile_script
from engine.errors import BadInput, InvalidPackage, NotAllowed, NotFound, NotOffered
from engine.model import Actor
from engine.package import find_hooks, read_hooks
from engine.progress.own_house import require_unit
from engine.progress.permission import require_seen, within_reach
from engine.progress.seen import require_unchanged, revision_of
from engine.runtime import Engine
from engine.store import Tx, bindings, definitions, instances
from engine.store.bindings import EVERY, BindingRow, CallRow


@dataclass(frozen=True, slots=True)
class Bound:
    """A stub of a process: who calls for it in which versions, and what it is bound to; ``hook`` is its own function.

    ``bindings`` holds that of every version first, then those of single ones.
    """

    wanted: str
    elements: tuple[str, ...]
    waits: bool
    bindable: bool
    versions: tuple[int, ...]  # the newest first
    bindings: tuple[BindingRow, ...]
    hook: str = ""

    @property
    def binding(self) -> BindingRow | None:
        """What counts for the newest version that calls for it."""
        return self.bound(self.versions[0])

    @property
    def unbound(self) -> tuple[int, ...]:
        """Versions whose instances wait."""
        return tuple(v for v in self.versions if self.waits and not self.hook and self.bound(v) is None)

    def bound(self, version: int) -> BindingRow | None:
        """What counts for a version: its own, or that of every version."""
        return next((row for row in reversed(self.bindings) if row.version in (version, EVERY)), None)


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
    """What the current version calls for, and every other one on which somebody still works, each name once."""
    with engine.store.reading() as tx:
        used = definitions.in_use(tx, key)
        if not used:
            definitions.current_id(tx, key)  # says that there is no such process
        packages = [(row.version, engine.package(tx, row.id)) for row in used]
        rows = bindings.of_process(tx, key)
    found: dict[str, list[tuple[int, bpmn.Stub]]] = {}
    for version, package in packages:
        for stub in package.process.stubs:
            if stub.wanted and stub.kind != "document":
                found.setdefault(f"{stub.kind}:{stub.wanted}", []).append((version, stub))
    offered = hooks(engine, key)
    return tuple(
        Bound(
            wanted,
            tuple(dict.fromkeys(s.name or s.element for _, s in group)),
            any(s.waits for _, s in group),
            any(s.bindable for _, s in group),
            tuple(dict.fromkeys(version for version, _ in group)),
            tuple(row for row in rows if row.wanted == wanted),
            hook=next((s.wanted for _, s in group if s.kind == "hook" and s.wanted in offered), ""),
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


def bind(
    engine: Engine, key: str, wanted: str, facts: Mapping[str, str], actor: Actor, *, version: int = EVERY
) -> None:
    """Bind a stub to an HTTP call (``url``), a hook (``hook``) or assignments; who waits for it goes on by itself.

    ``facts``: ``hook``, ``url``, ``method``, ``token`` (name of a secret), ``send`` and ``take`` (assignments in our
    language; ``take`` may name ``answer``). ``version`` 0 is for every version that has no binding of its own.
    """
    _require_admin(actor)
    require_unit(actor, None)  # a process is of the house, and its bindings with it
    clean = _checked(engine, key, facts)
    stub = next((stub for stub in stubs(engine, key) if stub.wanted == wanted and stub.bindable), None)
    if stub is None:
        raise NotFound(f"流程没有名为“{wanted}”的桩。", f"no stub {wanted!r} in {key}", "请从列表中选择。")
    if version not in (EVERY, *stub.versions):
        raise NotFound(
            f"第 {version} 版没有“{wanted}”，或已没有在办的件。",
            f"version {version} does not call for {wanted!r}, or nobody works on it any more",
            "请从列表中选择版本，或绑定到所有版本。",
        )
    with engine.store.transaction() as tx:
        _require_unchanged(tx, key, actor)
        kind = "http" if clean["url"] else "hook" if clean["hook"] else "expression"
        values = {"process": key, "wanted": wanted, "version": version, "kind": kind, "facts": clean}
        bindings.put(tx, **values, bound_by=actor.id, bound_at=engine.now())


def unbind(engine: Engine, key: str, wanted: str, actor: Actor, *, version: int = EVERY) -> None:
    """From now on instances of that version (0: of every one without its own) wait there again."""
    _require_admin(actor)
    require_unit(actor, None)
    with engine.store.transaction() as tx:
        _require_unchanged(tx, key, actor)
        if not bindings.remove(tx, key, wanted, version):
            raise NotFound(f"“{wanted}”没有绑定。", f"{wanted!r} is not bound", "请刷新页面。")


def revision(engine: Engine, key: str) -> int:
    """Another number as soon as a stub of the process is bound otherwise."""
    with engine.store.reading() as tx:
        return _revision(tx, key)


def _revision(tx: Tx, key: str) -> int:
    return revision_of(*((row.wanted, row.version, row.bound_at) for row in bindings.of_process(tx, key)))


def _require_unchanged(tx: Tx, key: str, actor: Actor) -> None:
    if actor.seen is not None:
        definitions.lock(tx, key)  # of two who have read the same, the second sees what the first did
        require_unchanged(actor, _revision(tx, key))


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
        row = instances.by_id(tx, call.instance_id)
        if not within_reach(actor, row.unit_id):
            raise instances.missing(row.number)
        if call.state != "dead":
            raise NotOffered("这次调用没有失败，无需重试。", "this call was not given up", "请刷新页面。")
        now = engine.now()
        bindings.settle(tx, [call.id], "waiting", now, attempts=0, next_try=now, error=None)
        bindings.resolve(tx, call.instance_id, "call", call.element, now)


def waiting(engine: Engine, number: str, actor: Actor) -> tuple[Waiting, ...]:
    """Where an instance waits for something outside, for its page."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_seen(tx, row, actor)
        if row.state != "running":
            return ()
        calls = [
            Waiting(call.element, call.wanted, call.state if call.sound else "waiting", call.error or "", call.next_try)
            for call in bindings.calls_of(tx, row.id, judged=False)
            if call.state == "dead" or _waits(call)
        ]
        unbound = [Waiting(element, wanted, "unbound") for element, wanted in bindings.unbound(tx, row.id)]
        return (*unbound, *calls)


def _waits(call: CallRow) -> bool:
    """Whether the instance waits for it; one that is not as it was written is always told."""
    return not call.sound or (call.state == "waiting" and not call.wait.startswith(bindings.LISTENED))


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

"""Ladders rewritten by the house in versions, for a process or all of them, for a unit or the whole house."""

import re
from dataclasses import dataclass
from importlib.resources import files

from engine import limits
from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.progress.house_ladders import newest, read
from engine.progress.house_limits import KEEPERS, READERS, require, unit_chain
from engine.progress.own_house import require_scope
from engine.runtime import Engine
from engine.store import Tx, definitions, ladders
from engine.store.ladders import LadderRow

LONGEST = 20_000
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class LadderView:
    """A ladder as it counts now, as a text to be edited, with its versions; ``row`` None: as the package says."""

    ladder: limits.Ladder
    text: str
    row: LadderRow | None
    versions: tuple[LadderRow, ...]


def get(engine: Engine, key: str, name: str, actor: Actor, *, scope: str = "") -> LadderView:
    """The ladder of a process for a unit."""
    require(actor, READERS)
    with engine.store.reading() as tx:
        known, text = _package(engine, tx, key)
        if name not in known:
            raise NotFound(f"没有升级阶梯“{name}”。", f"no ladder {name!r}", "请从时限表打开。")
        rows = engine.ladders(tx)
        row = newest(rows, name, key, unit_chain(engine, tx, scope))
        return LadderView(
            ladder=read(row.text)[name] if row else known[name],
            text=row.text if row else section(text, name) or section(_shipped(), name),
            row=row,
            versions=tuple(r for r in rows if r.name == name and r.process in ("", key)),
        )


def rewrite(engine: Engine, key: str, name: str, actor: Actor, *, text: str, scope: str = "", note: str) -> int:
    """Another ladder of that name from now on; timers that wait keep theirs. The number of the version."""
    require(actor, KEEPERS)
    if len(text) > LONGEST:
        raise _refused("阶梯太长", "the ladder is too long")
    found = limits.load_ladders(text)
    if set(found) != {name}:
        raise _refused(f"文本须只写阶梯 {name}", f"the text must hold {name} alone")
    with engine.store.transaction() as tx:
        if name not in _package(engine, tx, key)[0]:
            raise NotFound(f"没有升级阶梯“{name}”。", f"no ladder {name!r}", "请从时限表打开。")
        unit_chain(engine, tx, scope)
        require_scope(engine.directory(tx), actor, scope)
        version = _add(engine, tx, key, name, scope, text, actor, note=note, withdrawn=False)
    engine.forget()
    return version


def withdraw(engine: Engine, key: str, name: str, actor: Actor, *, scope: str = "", note: str) -> int:
    """The package's ladder counts again from now on."""
    require(actor, KEEPERS)
    with engine.store.transaction() as tx:
        require_scope(engine.directory(tx), actor, scope)
        rows = [r for r in ladders.every(tx) if (r.process, r.scope, r.name) == (key, scope, name)]
        if not rows or rows[0].withdrawn:
            raise _refused("这一级没有改写过这个阶梯", "there is nothing to withdraw")
        version = _add(engine, tx, key, name, scope, rows[0].text, actor, note=note, withdrawn=True)
    engine.forget()
    return version


def section(text: str, name: str) -> str:
    """The part of a ladders.toml that one ladder is written in."""
    kept, inside = [], False
    for line in text.splitlines():
        if line.startswith("["):
            inside = re.fullmatch(rf"\[\[?{re.escape(name)}(\.[a-z]+)?\]\]?", line.strip()) is not None
        if inside and not line.startswith("#"):
            kept.append(line)
    return "\n".join(kept).strip() + "\n" if kept else ""


def _add(
    engine: Engine, tx: Tx, key: str, name: str, scope: str, text: str, actor: Actor, *, note: str, withdrawn: bool
) -> int:
    said = note.strip()[:LONGEST_NOTE]
    if not said:
        raise _refused("请写明调整的依据", "a note is required")
    return ladders.add(
        tx,
        process=key,
        scope=scope,
        name=name,
        text=text,
        withdrawn=withdrawn,
        note=said,
        at=engine.now(),
        by_id=actor.id,
    )


def _package(engine: Engine, tx: Tx, key: str) -> tuple[dict[str, limits.Ladder], str]:
    """The ladders of a process and the text in which its package writes its own."""
    row = definitions.current(tx, key)
    if row is None:
        raise NotFound(f"没有流程“{key}”。", f"no process {key!r}", "请从列表选择流程。")
    written = definitions.files(tx, row.id).get("ladders.toml", b"")
    return dict(engine.package(tx, row.id).ladders), written.decode("utf-8")


def _shipped() -> str:
    return files("engine.limits").joinpath("ladders.toml").read_text("utf-8")


def _refused(zh: str, en: str) -> BadInput:
    return BadInput(f"{zh}。", en, "请改正后再保存；写法见操作指南“调整时限或阶梯”。", code="limit.rule")

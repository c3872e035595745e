"""The whole book: a cover, a table of contents and one chapter to each deployed process, as PDF."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from engine import documents
from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import definitions
from engine.verbs.handbook.chapters import chapter
from engine.verbs.handbook.people import Naming

TEMPLATE: Final = Path(__file__).with_name("handbook.typ")
READERS: Final = frozenset({"clerk", "leader", "supervisor", "designer", "admin", "auditor"})
SECONDS: Final = 120.0  # all chapters with their pictures, on a slow machine


def handbook(engine: Engine, actor: Actor | None, *, keys: Collection[str] = ()) -> bytes:
    """The processes that are deployed now, or those that are named, in the order of their categories."""
    if actor is not None and not actor.roles & READERS:
        raise NotAllowed("流程手册由办公室印发。", "the handbook is printed by the office", "请联系办公室。")
    with engine.store.reading() as tx:
        rows = [row for row in definitions.all_current(tx) if not keys or row.key in keys]
        if lost := sorted(set(keys) - {row.key for row in rows}):
            raise NotFound(f"没有名为“{lost[0]}”的流程。", f"no process {lost[0]}", "请检查流程代码。")
        if not rows:
            raise NotFound("还没有发布流程。", "no process is deployed", "请先发布流程。", "handbook.empty")
        house = engine.directory(tx)
        posts = {post.code: post.title for post in reversed(house.posts)}
        naming = Naming(posts, {unit.code: unit.called for unit in house.units})
        chapters = [chapter(row, engine.package(tx, row.id), naming) for row in rows]
        today = engine.calendar(tx).local(engine.now()).date()
    chapters.sort(key=lambda one: (str(one["category"]), str(one["key"])))
    data = {"organisation": engine.settings.organisation, "date": f"{today:%Y 年 %m 月 %d 日}", "chapters": chapters}
    return documents.render(
        {TEMPLATE.name: TEMPLATE.read_bytes()},
        TEMPLATE.name,
        data,
        form="pdf",
        at=engine.now(),
        fonts=engine.settings.fonts,
        seconds=SECONDS,
    )

"""The five boxes of a person: to do, done, started by me, circulated, drafts."""

from dataclasses import replace
from datetime import time
from typing import Any

from engine.errors import BadInput
from engine.model import Actor, Page
from engine.runtime import Engine
from engine.store import circulation, history, inbox, work
from engine.verbs.inbox.pending import missing, retractable
from engine.verbs.inbox.rows import Desk, draft_row, instance_row, item_row, item_rows

BOXES = ("todo", "done", "mine", "cc", "drafts")
MOST = 200


def page(
    engine: Engine,
    actor: Actor,
    *,
    box: str = "todo",
    due: str | None = None,
    process: str | None = None,
    urgency: str | None = None,
    on_behalf: bool | None = None,
    text: str | None = None,
    read: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """One page of a box. ``counts`` of to-do: total, overdue, today, week, later, none, urgent, on_behalf, unread."""
    if box not in BOXES or not 1 <= limit <= MOST or offset < 0:
        raise BadInput(
            "列表参数不对。", "bad list parameters", f"limit 为 1–{MOST}，offset 不小于 0。", "list.parameters"
        )
    wanted = inbox.Wanted(process=process, urgency=urgency, due=due, text=text, on_behalf=bool(on_behalf))
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        if box == "todo":
            return _todo(desk, wanted, limit, offset)
        if box == "done":
            rows, total = inbox.done(tx, person_id=actor.id, wanted=wanted, limit=limit, offset=offset)
            back = retractable(engine, tx, rows, actor)
            found_rows = tuple(replace(row, retractable=row.id in back) for row in item_rows(desk, rows))
            return Page(found_rows, total, {"total": total}, limit, offset)
        if box == "mine":
            return _started(desk, wanted, limit, offset)
        if box == "drafts":
            return _drafts(desk, limit, offset)
        sent, found = circulation.circulated(
            tx, person_id=actor.id, now=desk.now, wanted=wanted, limit=limit, offset=offset, read=read
        )
        found["read"] = found["total"] - found["unread"]
        total = found["total"] if read is None else found["read" if read else "unread"]
        return Page(item_rows(desk, sent), total, found, limit, offset)


def _todo(desk: Desk, wanted: inbox.Wanted, limit: int, offset: int) -> Page:
    who: dict[str, Any] = {
        "person_id": desk.actor.id,
        "pools": desk.actor.pools,
        "times": desk.times,
        "wanted": wanted,
    }
    rows, counts = inbox.todo(desk.tx, **who, limit=limit, offset=offset)
    found = tuple(item_row(desk, r, r.attachments, ()) for r in rows)
    return Page(found, counts["total"], counts, limit, offset)


def _started(desk: Desk, wanted: inbox.Wanted, limit: int, offset: int) -> Page:
    rows, total = inbox.started(
        desk.tx, person_id=desk.actor.id, process=wanted.process, text=wanted.text, limit=limit, offset=offset
    )
    held = inbox.holders(desk.tx, [r.id for r in rows], desk.now)
    running = inbox.running_started(desk.tx, desk.actor.id)
    since = desk.calendar.at(desk.calendar.on_or_before(desk.calendar.day_of(desk.now)), time(0))
    urged = history.latest(desk.tx, [r.id for r in rows], "urge", since)
    found = tuple(replace(instance_row(desk, r, held.get(r.id, [])), urged=urged.get(r.id)) for r in rows)
    return Page(found, total, {"total": total, "running": running}, limit, offset)


def _drafts(desk: Desk, limit: int, offset: int) -> Page:
    kept = work.drafts(desk.tx, desk.actor.id)
    rows = tuple(
        draft_row(desk, scope, title, saved, missing(desk.engine, desk.tx, scope, data, desk.actor))
        for scope, title, data, saved in kept[offset : offset + limit]
    )
    return Page(rows, len(kept), {"total": len(kept)}, limit, offset)


def counts(engine: Engine, actor: Actor) -> dict[str, int]:
    """Numbers for the side bar, from the queries of the lists themselves."""
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        open_items = inbox.todo_counts(
            tx, person_id=actor.id, pools=actor.pools, times=desk.times, wanted=inbox.Wanted()
        )
        return {
            **open_items,
            "todo": open_items["total"],
            "mine": inbox.running_started(tx, actor.id),
            "cc": circulation.unread(tx, person_id=actor.id, now=desk.now),
            "drafts": len(work.drafts(tx, actor.id)),
        }


def by_process(engine: Engine, actor: Actor) -> dict[str, int]:
    """Open items by process, for the filter of the inbox."""
    with engine.store.reading() as tx:
        return inbox.processes(tx, person_id=actor.id, pools=actor.pools, now=engine.now())

"""Meetings proposed and approved through the verbs, for tests of their checklists."""

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.store import checklists
from engine.verbs import definitions, files, instances, meetings, people, work
from engine.verbs.meetings import Entry
from tests.support.clock import FakeClock

LEADS = {
    "coordinator": "fuzhuren",
    "secretary_lead": "bgs1",
    "venue_lead": "huiwu_a",
    "it_lead": "xxb1",
    "logistics_lead": "huiwu_b",
    "reception_lead": "bgs_liaison",
    "publicity_lead": "dqb1",
    "security_lead": "ahb1",
}


def house_of_meetings(schema: Path, home: Path, now: str) -> Engine:
    """The demo organisation with the process of meetings and a medium one of 2026-03-26, at that office time."""
    shutil.copy(schema, home / "sanban.db")
    engine = open_engine(now=FakeClock(now), settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(SHIPPED / "meeting_preparation"))
    propose(engine, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    return engine


def copy_of(house: Path, home: Path, clock: FakeClock, now: str) -> Iterator[Engine]:
    """That house in another folder, open until the test has ended."""
    shutil.copy(house / "sanban.db", home)
    shutil.copy(house / "audit.key", home)  # what its record was written with
    clock.at(now)
    engine = open_engine(now=clock, settings=Settings(home=home))
    yield engine
    engine.close()


def propose(
    engine: Engine, title: str, *, start: str, end: str, approved: bool = True, level: str = "中型", **more: Any
) -> str:
    """Propose a meeting, and approve it with everybody who is asked; its number. Times are office time."""
    actor = people.actor(engine, "ahb1")
    data = {
        "title": title,
        "category": "推进会、调度会",
        "level": level,
        "mode": "现场",
        "host_unit": "ahb",
        "start_at": f"{start.replace(' ', 'T')}:00+08:00",
        "end_at": f"{end.replace(' ', 'T')}:00+08:00",
        "venue": "第二会议室",
        "host": "vp_a",
        "agenda": "通报情况；部署整改。",
        "attendees": "各部门负责人。",
        "headcount": 45,
        "budget": "3000.00",
        "planned": True,
        "press": False,
        "recording": False,
        **LEADS,
        **more,
    }
    number = instances.start(engine, "meeting_preparation", data, actor).number
    while approved:
        items = [i for i in instances.get(engine, number, actor).items if i.state == "open"]
        if any(i.entry for i in items):
            break
        holder = people.directory(engine).person(items[0].performer_id)
        assert holder is not None
        work.decide(engine, items[0].id, "approve", people.actor(engine, holder.login), opinion="同意。")
    return number


def propose_board(engine: Engine, title: str, *, start: str, end: str) -> str:
    """The same for a regular meeting of the board."""
    kind: dict[str, Any] = {
        "category": "董事会",
        "board_kind": "定期会议",
        "host_unit": "dsb",
        "host": "chairman",
        "headcount": 12,
    }
    return propose(engine, title, start=start, end=end, level="小型", coordinator="dsb_head", **kind)


def settle_stars(engine: Engine, number: str, *, leave: Collection[str] = ()) -> tuple[int, str]:
    """Do every entry with a star, and what those depend on, with evidence; the last one and its owner's login."""
    last = (0, "")
    while wanted := [entry for entry in _wanted(engine, number) if entry.code not in leave]:
        for entry in wanted:
            item = work.view(engine, entry.item_id or 0, people.actor(engine, "zhuren")).item
            person = people.directory(engine).person(item.performer_id)
            assert person is not None
            owner = people.actor(engine, person.login)
            proof = files.put(engine, "佐证.txt", [b"ok"], owner).id
            work.decide(engine, item.id, "done", owner, attachments=[proof])
            last = (item.id, owner.login)
    return last


def _wanted(engine: Engine, number: str) -> list[Entry]:
    """Open entries that a star needs and that wait for nothing."""
    board = meetings.board(engine, number, people.actor(engine, "zhuren"))
    open_ones = {e.code: e for phase in board.phases for e in phase.entries if e.state == "open" and not e.beside}
    needed = {e.code for e in open_ones.values() if e.key}
    for _ in open_ones:
        needed |= {code for name in needed for code, _title, still in open_ones[name].requires if still}
    return [open_ones[code] for code in sorted(needed) if not open_ones[code].blocked]


def suggest_revision(engine: Engine, entry: str, *, change: str = "change", **given: Any) -> int:
    """A proposal for the checklist as a review leaves it; its id."""
    key = "meeting_preparation"
    with engine.store.transaction() as tx:
        row = {"process": key, "file": "checklists/meeting.csv", "instance_id": None, "by_id": None, "at": engine.now()}
        checklists.propose(tx, [{**row, "change": change, "entry": entry, "given": given, "why": "复盘所见。"}])
        return checklists.proposals(tx, key)[0].id

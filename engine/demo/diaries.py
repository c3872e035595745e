"""Leaders' diaries: what the office has written into them by hand; meetings write themselves."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.demo.clock import Diary
from engine.demo.office import Office
from engine.demo.story import rows
from engine.verbs import registers

DIARIES = "leader_diary"


def plan(office: Office, diary: Diary) -> None:
    """The entries of the file, each written down on its day."""
    for row, at, _ordinal in rows("diaries", "entries", diary):
        office.plan(at, _noted(office, diary, row))


def _noted(office: Office, diary: Diary, row: Mapping[str, Any]) -> Callable[[], None]:
    def act() -> None:
        day = diary.day(-row["ahead"]).isoformat()
        data = {name: row[name] for name in ("leaders", "topic", "kind", "place", "clash_note") if name in row}
        data |= {"start_at": f"{day}T{row['since']}:00+08:00", "end_at": f"{day}T{row['until']}:00+08:00"}
        registers.add(office.engine, DIARIES, data, office.actor(row["by"]))

    return act

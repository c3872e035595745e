"""首问进展: at the end of a working day one notice with every step that the cases of a first contact have come to.

For those who want it so; ends, stops and hand-overs are told at once in any case (domain.md M071).
"""

from collections.abc import Sequence
from datetime import time

from engine import limits
from engine.model import Json
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import first_contacts
from engine.store.first_contacts import ChangeRow
from engine.verbs.notifications.wording import is_secret

AT = time(17, 0)
LINES = 40


def send_first_digests(engine: Engine) -> int:
    """Tell what has happened since the last time; how many people got a notice."""
    with engine.store.transaction() as tx:
        now, calendar = engine.now(), engine.calendar(tx)
        local = calendar.local(now)
        if not calendar.is_working(local.date()) or local.time() < AT:
            return 0
        rows = first_contacts.untold(tx, now)
        if not rows:
            return 0
        by_person: dict[int, list[ChangeRow]] = {}
        for row in rows:
            if row.active:
                by_person.setdefault(row.person_id, []).append(row)
        told = {person: _facts(found, calendar) for person, found in by_person.items()}
        first_contacts.told(tx, [row.id for row in rows])
        return announce(engine, tx, "T-FIRST-DAY", told, link="/mine", kind="copy")


def _facts(rows: Sequence[ChangeRow], calendar: limits.Calendar) -> dict[str, Json]:
    numbers = list(dict.fromkeys(row.number for row in rows))
    lines = []
    for number in numbers[:LINES]:
        own = [row for row in rows if row.number == number]
        said = "；".join(f"{calendar.local(row.at):%m-%d %H:%M} {row.words}" for row in own)
        lines.append(f"{_what(own[0])}：{said}")
    if len(numbers) > LINES:
        lines.append(f"……另有 {len(numbers) - LINES} 件，见“我的”")
    return {"cases": len(numbers), "n": len(rows), "lines": lines}


def _what(row: ChangeRow) -> str:
    hidden = row.known_to is not None or row.variables is None or is_secret(row.variables)
    return f"涉密事项（{row.number}）" if hidden else f"《{row.title}》（{row.number}）"

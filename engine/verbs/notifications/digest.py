"""The list of the day: on working mornings one notice for each person who has something due, late or to read."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from engine import limits
from engine.channels import wishes
from engine.model import Json
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import digests, people
from engine.store.digests import DueRow
from engine.verbs.notifications.wording import is_secret

AT = time(8, 30)
LATEST = time(12, 0)  # a list of the morning that comes in the afternoon is no help
LINES = 10


def send_digests(engine: Engine) -> int:
    """Write the list of this morning, once a day whoever calls how often; how many people got one."""
    with engine.store.transaction() as tx:
        now, calendar = engine.now(), engine.calendar(tx)
        local = calendar.local(now)
        if not calendar.is_working(local.date()) or not AT <= local.time() <= LATEST:
            return 0
        tonight = calendar.at(local.date() + timedelta(days=1), time(0)) - timedelta(microseconds=1)
        due: dict[int, list[DueRow]] = {}
        for row in digests.due(tx, now, tonight):
            due.setdefault(row.person_id, []).append(row)
        unread = digests.to_read(tx, now)
        told = {
            person: _facts(due.get(person, []), unread.get(person, 0), now, calendar)
            for person, settings in people.settings_of_all(tx).items()
            if (person in due or unread.get(person)) and wishes.digest(settings)
        }
        return announce(engine, tx, "T-DIGEST", told, link="/inbox", once=f"digest:{local:%Y-%m-%d}")


def _facts(rows: Sequence[DueRow], unread: int, now: datetime, calendar: limits.Calendar) -> dict[str, Json]:
    late = sum(row.deadline < now for row in rows)
    lines = [_line(row, now, calendar) for row in rows[:LINES]]
    if len(rows) > LINES:
        lines.append(f"……另有 {len(rows) - LINES} 件")
    return {"late": late, "today": len(rows) - late, "unread": unread, "lines": lines}


def _line(row: DueRow, now: datetime, calendar: limits.Calendar) -> str:
    secret = row.variables is None or is_secret(row.variables)
    what = f"涉密事项（{row.number}）" if secret else f"《{row.title}》{row.name}"
    when = f"{calendar.local(row.deadline):%m-%d %H:%M}"
    return f"【逾期】{what}，应于 {when} 办结" if row.deadline < now else f"{what}，今日 {when[-5:]} 到期"

"""The directory taken over by itself, once a day at the time of the settings; administrators hear what came of it.

It is the import by hand (decision 062): half a directory is held back, and whoever leaves is signed out at once.
"""

from datetime import date, timedelta

import structlog

from engine.errors import SanbanError, TooSoon, Unreachable
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import house
from engine.verbs.people.importing import DIRECTORY, RosterPreview, apply_roster, directory_rows

log = structlog.get_logger(__name__)

MARK = "directory-sync"
AGAIN = timedelta(minutes=10)  # after a directory that did not answer
NAMED = 5  # leavers that the notice names


def sync_due(engine: Engine) -> bool:
    """Take the directory over if its time has come today; whether it was asked. Two at once do it once."""
    at, now = engine.settings.ldap_sync, engine.now()
    local = now.astimezone(engine.zone)
    if at is None or not engine.settings.ldap_url or local.time() < at:
        return False
    with engine.store.reading() as tx:
        tried, facts = house.last_mark(tx, MARK)
    if facts.get("day") == local.date().isoformat() and (facts["settled"] or now - tried < AGAIN):
        return False
    _take_over(engine, local.date())
    return True


def _take_over(engine: Engine, day: date) -> None:
    settled, said = True, ""
    try:
        found = apply_roster(engine, directory_rows(engine), DIRECTORY, None)
        said = _changes(found)
        log.info("directory taken over", digest=found.digest)
    except (Unreachable, TooSoon) as error:
        settled, said = False, f"没有执行：{error.message_zh}"
        log.warning("directory not taken over", reason=error.reason)
    except SanbanError as error:
        said = f"没有执行：{error.message_zh}{error.hint}"
        log.error("directory not taken over", reason=error.reason)
    with engine.store.transaction() as tx:
        house.beat(tx, MARK, engine.now(), {"day": day.isoformat(), "settled": settled})
        if said:
            told = {person.id: {"result": said} for person in engine.directory(tx).admins}
            once = f"roster:{day}:{'settled' if settled else 'down'}"
            announce(engine, tx, "T-ROSTER", told, link="/admin/org/import", once=once)


def _changes(found: RosterPreview) -> str:
    """What changed, in words; nothing to say if nothing did."""
    difference = found.difference
    if difference is None or difference.empty:
        return ""
    counts = (
        ("新增", len(difference.added)),
        ("返岗", len(difference.back)),
        ("信息变更", len(difference.changed)),
        ("岗位变动", len(difference.moved)),
        ("离岗", len(difference.left)),
    )
    said = "，".join(f"{word} {count} 人" for word, count in counts if count) or "单位、岗位有变更"
    names = [person.name for person in difference.left]
    more = "等" if len(names) > NAMED else ""
    return said + (f"（离岗：{'、'.join(names[:NAMED])}{more}）" if names else "")

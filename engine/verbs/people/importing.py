"""The organisation from a roster: looked at first, then all of it in one transaction, or nothing."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import orjson
import structlog

from engine import ldap
from engine.csv_files import csv_rows
from engine.errors import BadInput, BadRows, Conflict, RowFault
from engine.model import Actor, Json
from engine.org import COLUMNS, Difference, Directory, Person, Roster, after, compare, read_roster
from engine.progress import load
from engine.progress.notices import announce
from engine.progress.reassigning import heir
from engine.progress.rotation import write_slip
from engine.runtime import Engine
from engine.sheets import MOST_BYTES, MOST_ROWS, read_sheet
from engine.store import Tx, absences, directories, house_record, instances, staffing, work
from engine.verbs.people.account_changes import watchers
from engine.verbs.people.handing_over import carry_out
from engine.verbs.people.moving import Moved, listed, told
from engine.verbs.people.rules import administrates, find_person, not_for_oneself, within_reach
from engine.verbs.people.settling_roster import dismiss, spell, write_down
from engine.verbs.people.staffing import known_outside

log = structlog.get_logger(__name__)

Rows = Sequence[Sequence[str]]
REASON = "花名册中已不在岗"
DIRECTORY = "目录服务"  # stands for the name of a table; who has a password here is not of the directory


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who would leave, with their open work and who would get each part of it."""

    login: str
    name: str
    unit: str
    work: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a roster would do. With faults, or held back, it is not applied; ``digest`` names exactly these changes."""

    name: str
    faults: tuple[RowFault, ...]
    difference: Difference | None
    leavers: tuple[Leaver, ...]
    held_back: bool
    digest: str


def table_rows(content: bytes, name: str) -> Rows:
    """The rows of an uploaded workbook or CSV file; BadInput says what is wrong with the file."""
    if not name.lower().endswith(".csv"):
        return read_sheet(content, name)
    try:
        rows = csv_rows(content) if len(content) <= MOST_BYTES else None
    except csv.Error as error:
        raise _unreadable(name, f"bad CSV: {error}") from error
    if rows is None or len(rows) > MOST_ROWS:
        raise _unreadable(name, "too large, or an encoding that is not known")
    return rows


def directory_rows(engine: Engine) -> Rows:
    """Everybody in the directory as a roster; Unreachable if it does not answer."""
    if not engine.settings.ldap_url:
        raise BadInput("没有设置目录服务。", "no directory is set", "请设置 SANBAN_LDAP_URL。", "org.no_directory")
    return ldap.everybody(engine.settings)


def _unreadable(name: str, en: str) -> BadInput:
    hint = f"CSV 须为 UTF-8 或 GB18030，不超过 {MOST_ROWS} 行；也可另存为 Excel。"
    return BadInput(f"“{name[:60]}”不能读取。", f"{name[:60]}: {en}", hint, "org.table")


def preview_roster(engine: Engine, rows: Rows, name: str, actor: Actor | None) -> RosterPreview:
    """What would be added, changed, moved and left; nothing is written."""
    administrates(actor)
    with engine.store.reading() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        return _look(engine, tx, now, rows, name, actor)[1]


def apply_roster(
    engine: Engine, rows: Rows, name: str, actor: Actor | None, *, seen: str = "", let_go: int | None = None
) -> RosterPreview:
    """Do what was looked at; ``seen`` is the digest of that, ``let_go`` confirms how many leave when they are many.

    The organisation changes in one transaction with its entry in the record of the house; the open work of leavers
    follows part by part, and is finished by the scheduler if that is interrupted.
    """
    administrates(actor)
    slips: list[int] = []
    with engine.store.reading() as tx:
        roster, found = _look(engine, tx, directories.load(tx, engine.now(), engine.zone), rows, name, actor)
    if found.difference is not None:
        spell(roster, found.difference)
    with engine.store.transaction() as tx:
        house_record.lock(tx)
        now = directories.load(tx, engine.now(), engine.zone)
        roster, found = _look(engine, tx, now, rows, name, actor)
        _applicable(found, seen, let_go)
        difference = found.difference
        if difference is not None and not difference.empty:
            asking = None if known_outside(engine) else (actor.id if actor else None, engine.now())
            write_down(tx, now, roster, difference, asking)
            slips = [slip for person in difference.left if (slip := _let_go(engine, tx, now, person, actor))]
            _remember(engine, tx, found, difference, actor)
    engine.forget()
    if actor is not None:
        log.info("organisation imported", by=actor.id, digest=found.digest)
    done = [carry_out(engine, slip, actor) for slip in slips]
    moved = {moved.item: moved for slip in done for moved in slip.moved}
    leavers = (replace(p, work=tuple(moved.get(row.item, row) for row in p.work)) for p in found.leavers)
    return replace(found, leavers=tuple(leavers))


def _applicable(found: RosterPreview, seen: str, let_go: int | None) -> None:
    if found.faults:
        raise BadRows("没有导入", found.faults, "org.rows")
    if seen and seen != found.digest:
        raise Conflict(
            "预览之后组织或花名册有了变化，没有导入。",
            "the organisation or the roster has changed since the preview",
            "请重新预览，核对后再导入。",
            "org.preview_old",
        )
    leaving = len(found.leavers)
    if found.held_back and let_go != leaving:
        raise BadInput(
            f"将有 {leaving} 人离岗，超过现有人数的五分之一，没有导入。",
            f"{leaving} people would leave, more than a fifth",
            f"请检查花名册是否完整；确实如此，请在服务器上用 sanban org import 文件 --apply --let-go {leaving} 导入。",
            "org.too_many_leave",
        )


def _look(
    engine: Engine, tx: Tx, now: Directory, rows: Rows, name: str, actor: Actor | None
) -> tuple[Roster, RosterPreview]:
    roster = read_roster(rows, now)
    reach = actor.reach if actor is not None else None
    faults = tuple(sorted((*roster.faults, *_outside(now, roster, actor)), key=lambda fault: fault.line))
    if faults:
        return roster, RosterPreview(name, faults, None, (), False, "")
    kept = staffing.with_password(tx) if name == DIRECTORY else frozenset()
    difference = compare(now, roster, staffing.contacts(tx), reach, kept)
    if actor is not None and any(one.login == actor.login for one in difference.moved):
        not_for_oneself(now, actor, find_person(now, actor.login))
    later = after(now, roster, difference)
    leavers = tuple(_leaver(engine, tx, now, later, person, actor) for person in difference.left)
    return roster, RosterPreview(name, (), difference, leavers, difference.empties, _digest(rows, difference))


def _outside(now: Directory, roster: Roster, actor: Actor | None) -> list[RowFault]:
    """What an administrator of a company names of other companies."""
    if actor is None or actor.reach is None:
        return []
    faults, own = [], {unit.code for unit in now.units if unit.id in actor.reach}
    zh, en = "不在您管理的单位范围内", "not among the units that you administrate"
    new = {entry.code for entry in roster.units if now.unit(entry.code) is None and entry.parent in own}
    for entry in roster.units:
        if entry.code not in own | new or (entry.parent and entry.parent not in own | new and entry.code in new):
            faults.append(RowFault(entry.line, COLUMNS["unit"][0], entry.code, zh, en))
    for member in roster.members:
        person = now.person(member.login)
        if person is not None and not within_reach(now, actor, person):
            faults.append(RowFault(member.line, COLUMNS["login"][0], member.login, zh, en))
    return faults


def _leaver(engine: Engine, tx: Tx, now: Directory, later: Directory, person: Person, actor: Actor | None) -> Leaver:
    unit = now.main_unit(person)
    rows = told(tx, listed(absences.held(tx, person.id)), actor)
    return Leaver(
        person.login,
        person.name,
        unit.name if unit else "",
        tuple(_receiving(engine, tx, later, person, row) for row in rows),
    )


def _receiving(engine: Engine, tx: Tx, later: Directory, leaver: Person, row: Moved) -> Moved:
    case = load(engine, tx, instances.by_item(tx, row.item), engine.now())
    item = work.by_id(tx, row.item)
    found, problem = heir(case, case.package.plans[item.element], item, leaver, later)
    return replace(row, to=found.login if found else "", to_name=found.name if found else "", reason=problem)


def _let_go(engine: Engine, tx: Tx, now: Directory, person: Person, actor: Actor | None) -> int | None:
    has_work = absences.held(tx, person.id) or absences.lent(tx, person.id)
    dismiss(tx, now, person.id)
    if not has_work:
        return None
    at, by = engine.now(), actor.id if actor else None
    return write_slip(tx, "leaver", person, None, at, by=by, due=at, reason=REASON)


def _remember(engine: Engine, tx: Tx, found: RosterPreview, difference: Difference, actor: Actor | None) -> None:
    detail: dict[str, Json] = {"table": found.name[:120], "digest": found.digest, **_told(difference)}
    house_record.append(tx, "roster", engine.now(), actor_id=actor.id if actor else None, detail=detail)
    words = (
        f"导入花名册：新增 {len(difference.added)} 人，返岗 {len(difference.back)} 人，离岗 {len(difference.left)} 人"
    )
    facts: dict[str, Json] = {"person": "组织与人员", "result": words, "actor": actor.name if actor else "系统"}
    told = [one for one in watchers(engine.directory(tx), None, actor) if actor is None or one != actor.id]
    announce(engine, tx, "T-ACCOUNT", dict.fromkeys(told, facts), link="/admin/users")


def _told(difference: Difference) -> dict[str, Json]:
    """The difference as plain values: people by login, without how to reach them."""
    return {
        "units": [entry.code for entry in difference.units_added],
        "units_changed": [asdict(c) for c in difference.units_changed],
        "posts": [f"{entry.unit}.{entry.code}" for entry in difference.posts_added],
        "posts_changed": [asdict(c) for c in difference.posts_changed],
        "added": [member.login for member in difference.added],
        "back": [member.login for member in difference.back],
        "changed": [asdict(c) for c in difference.changed],
        "moved": [asdict(r) for r in difference.moved],
        "left": [person.login for person in difference.left],
    }


def _digest(rows: Rows, difference: Difference) -> str:
    said = orjson.dumps([_told(difference), rows], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()

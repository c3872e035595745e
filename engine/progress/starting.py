"""A new instance: number, title, first row and first step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from engine import bpmn, limits
from engine.errors import BadInput
from engine.model import URGENCIES, Actor, Json
from engine.package import Package
from engine.progress.case import Case, Wanted, find, log, names, note_knowers, person_as_actor, unit_of
from engine.progress.house_limits import house_limit
from engine.progress.timing import arm_instance, instant
from engine.runtime import Engine, evaluate
from engine.store import Tx, definitions, files, instances, registers


class Advance(Protocol):
    """What follows the first step: engine.progress.advance.write_down."""

    def __call__(self, case: Case, step: bpmn.Step) -> None: ...


_NEWBORN: Final[Mapping[str, Any]] = {
    "state": "running",
    "ended_at": None,
    "outcome": None,
    "deadline": None,
    "warn_at": None,
    "stages": None,
    "frozen_light": None,
    "revision": 0,
    "snapshot": b"",
    "history_seq": 0,
    "history_hash": "",
    "undo": None,
}


def prepare(
    engine: Engine,
    tx: Tx,
    process: str,
    data: Mapping[str, Json],
    actor: Actor,
    now: datetime,
    *,
    urgency: str | None = None,
    title: str | None = None,
    source: str | None = None,
    parent_id: int | None = None,
    parent_wait: str | None = None,
    known_to: str | None = None,
) -> Case:
    """Insert the row of a new instance and hand back its case; nothing of the diagram has run yet."""
    definition_id = definitions.current_id(tx, process)
    package = engine.package(tx, definition_id)
    chosen = urgency or data.get(package.manifest.urgency_field) or URGENCIES[-1]
    if chosen not in URGENCIES:
        raise BadInput(
            f"紧急程度“{chosen}”不是特急、加急、平件之一。", f"unknown urgency {chosen!r}", "请选择三者之一。"
        )
    directory = engine.directory(tx)
    unit = unit_of(directory, actor, now)
    values: dict[str, Any] = {
        **_NEWBORN,
        "number": _number(engine, tx, package, now),
        "definition_id": definition_id,
        "process": package.manifest.key,
        "title": (title or title_of(package, data))[:200],
        "urgency": chosen,
        "initiator_id": actor.id,
        "unit_id": unit.id if unit else None,
        "started_at": now,
        "variables": {**package.empty, **{k: v for k, v in data.items() if k in package.empty}},
        "visits": {},
        "parent_id": parent_id,
        "parent_wait": parent_wait,
        "source": source,
        "known_to": known_to,
        "first_contact_id": actor.id,
    }
    row = instances.InstanceRow(id=instances.insert(tx, **values), **values)
    case = Case(engine, tx, row, package, now, actor)
    note_knowers(case)
    return case


def begin(case: Case, advance: Advance, *, submitted: bool) -> None:
    """Run the first step; ``submitted`` says that the start form is the drafting step's own work."""
    log(case, "start", detail={"data": case.row.variables, "urgency": case.row.urgency})
    whole = case.package.manifest.limit
    rule = house_limit(case, "")
    if whole is not None or rule is not None:
        limit = limits.by_urgency(rule.limit_text if rule else whole.value if whole else None, case.row.urgency)
        due = limits.deadline(limit, case.now, case.calendar) if limit else None
        wanted = instant(names(case).get(whole.required), case) if whole and whole.required else None
        if wanted is not None and case.now < wanted and (due is None or wanted < due):
            due, limit = wanted, limits.parse_limit(f"AT {case.calendar.local(wanted):%Y-%m-%d %H:%M}")
        ladder = rule.ladder if rule and rule.ladder else whole.ladder if whole else None
        arm_instance(case, due, ladder, limit=limit, warn=rule.warn if rule else "")
    case.starting = submitted and case.package.manifest.first is not None
    advance(case, bpmn.start(case.package.process, names(case), case.now))


def start_others(case: Case, advance: Advance) -> None:
    """Start the instances that service tasks asked for; they know whom they come from."""
    wanted, case.to_start = case.to_start, []
    for one in wanted:
        child = prepare(
            case.engine,
            case.tx,
            one.process,
            one.data,
            _beginner(case, one),
            case.now,
            urgency=case.row.urgency if one.wait else None,
            parent_id=case.row.id,
            parent_wait=one.wait,
            source=case.row.number,
            known_to=case.row.known_to,
        )
        child.held, child.actor = case.held, case.actor or person_as_actor(case)
        own_files(child)
        begin(child, advance, submitted=one.submitted)


def _beginner(case: Case, one: Wanted) -> Actor:
    """Whose matter the new instance is: by rule, also while they are away, or that of whoever has taken the step."""
    found = find(case, one.initiator, needed=False).performers if one.initiator else ()
    for person in (case.directory.person(id) for f in found[:1] for id in (f.principal_id, f.id)):
        if person is not None and person.active:
            return Actor(person.id, person.login, person.name)
    return case.actor or person_as_actor(case)


def own_files(child: Case) -> None:
    """Files handed over become attachments of the new instance too: who may read it may read them."""
    for field in child.package.form.fields:
        value = child.row.variables.get(field.id)
        if field.type in ("file", "files") and value:
            ids = value if isinstance(value, list) else [value]
            mine = [files.copy(child.tx, str(i), child.row.id, child.now) for i in ids]
            kept = [i for i in mine if i is not None]
            child.row.variables = child.row.variables | {field.id: kept if isinstance(value, list) else kept[0]}


def title_of(package: Package, data: Mapping[str, Json]) -> str:
    """The title of an instance by the manifest: a field or an expression."""
    rule = package.manifest.title_field
    value = evaluate(rule, {**package.empty, **data}) if "{" in rule else data.get(rule)
    return str(value or package.manifest.title)


def _number(engine: Engine, tx: Tx, package: Package, now: datetime) -> str:
    year = engine.calendar(tx).local(now).year
    ordinal = registers.take(tx, f"instance:{package.manifest.code}", year)
    return package.manifest.number_pattern().format(year=year, n=ordinal)

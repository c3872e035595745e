"""One instance inside one open transaction: what every part of progress looks at and writes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import forms
from engine import limits, org
from engine.errors import Outdated
from engine.model import Actor, Json, NextStep
from engine.package import Package
from engine.progress.knowing import keep_list, knowers
from engine.progress.lookups import Lookups
from engine.runtime import Engine, evaluate
from engine.store import Tx, history, house, instances, registers
from engine.store.instances import ActivityRow, InstanceRow
from engine.store.judging import SEALED

# names that the engine sets; forms may not use them, scripts cannot keep a change to them
CONSTANTS: Final = ("initiator", "initiator_unit", "urgency", "number", "today")
A_MOMENT: Final = timedelta(seconds=1)
RESULTS: Final = ("outcome", "outcomes", "results", "rulings")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another instance that a step asks for: who waits for its end, and by which rule one finds who begins it."""

    process: str
    data: dict[str, Json]
    submitted: bool
    wait: str | None = None
    initiator: str = ""  # default: whoever has taken the step


@dataclass(slots=True)
class Case:
    """The working state of one command on one instance. Lives as long as its transaction."""

    engine: Engine
    tx: Tx
    row: InstanceRow
    package: Package
    now: datetime
    actor: Actor | None = None
    held: timedelta = timedelta(0)  # how long the next performers must not see it yet
    open: list[ActivityRow] = field(default_factory=list)
    next: list[NextStep] = field(default_factory=list)
    created_activities: list[int] = field(default_factory=list)
    closed_activities: list[int] = field(default_factory=list)
    final: str = ""  # why the last decision cannot be taken back, if it cannot
    undo: dict[str, Json] | None = None  # what this command replaces, see engine.progress.undo
    greeting: tuple[str, Mapping[str, Json]] = ("T-NEW", MappingProxyType({}))  # the notice for what opens
    left_as: str = "cancelled"  # what activities become whose path is left; expired when time did it
    starting: bool = False
    local: Mapping[str, Json] = field(default_factory=dict)  # what only the step at hand sees: its loop item
    agreed: tuple[int, int | None] | None = None  # who has just agreed alone to a step, and for whom
    rung: int = 0  # listeners that this command has told
    begun: bool = False  # whether listeners were told that the instance begins
    to_start: list[Wanted] = field(default_factory=list)

    @property
    def directory(self) -> org.Directory:
        return self.engine.directory(self.tx)

    @property
    def calendar(self) -> limits.Calendar:
        """Of the unit that began the instance: its office hours and days off."""
        return self.engine.calendar(self.tx, self.row.unit_id)

    @property
    def visible_at(self) -> datetime:
        """From when on others see what this command opens."""
        return self.now + self.held


def load(
    engine: Engine,
    tx: Tx,
    row: InstanceRow,
    now: datetime,
    actor: Actor | None = None,
    *,
    activities: list[ActivityRow] | None = None,
) -> Case:
    """A case for an instance that this transaction has locked; ``activities`` are its open ones, if known."""
    case = Case(engine, tx, row, engine.package(tx, row.definition_id), now, actor)
    case.open = instances.open_activities(tx, row.id) if activities is None else activities
    return case


def load_seen(engine: Engine, tx: Tx, row: InstanceRow, now: datetime, actor: Actor) -> Case:
    """The case for an instance that somebody changes; Outdated if it is not any more what they say they have seen."""
    case = load(engine, tx, row, now, actor)
    if actor.seen is not None and actor.seen != row.revision:
        raise Outdated(row.revision)
    return case


def names(case: Case) -> dict[str, Json]:
    """Everything an expression of the diagram may name; what the engine sets wins over what people enter."""
    initiator = case.directory.person(case.row.initiator_id)
    unit = case.directory.unit(case.row.unit_id) if case.row.unit_id is not None else None
    return {
        **case.package.empty,
        **case.row.variables,
        **forms.amounts(case.package.form, case.row.variables),
        **case.local,
        "outcome": case.row.variables.get("outcome"),
        "outcomes": case.row.variables.get("outcomes", []),
        "results": case.row.variables.get("results", {}),
        "rulings": case.row.variables.get("rulings", {}),
        "initiator": initiator.login if initiator else "",
        "initiator_unit": unit.code if unit else "",
        "urgency": case.row.urgency,
        "number": case.row.number,
        "today": case.calendar.local(case.now).date().isoformat(),
    }


def ask(case: Case, text: str, known: Mapping[str, Json] | None = None) -> Json:
    """Value of an expression that may look into registers, earlier instances and the calendar."""
    seen = names(case) if known is None else known
    found = Lookups(
        case.tx,
        case.directory,
        case.calendar,
        case.now,
        process=case.row.process,
        known=seen,
        own=case.row.id,
        house=case.engine.settings,
    )
    return evaluate(text, seen, found.functions())


def constants(case: Case) -> dict[str, Json]:
    """The engine's own names and their values, for conditions of a form; ``now`` is an instant as forms write it."""
    known = names(case)
    said: dict[str, Json] = {"now": case.calendar.local(case.now).isoformat(), "chosen": ""}
    return {name: known[name] for name in (*CONSTANTS, *RESULTS)} | said


def keep(case: Case, variables: Mapping[str, Json]) -> None:
    """Take over the variables of a step, without what the engine sets itself."""
    own = {key: case.row.variables[key] for key in (*RESULTS, *CONSTANTS) if key in case.row.variables}
    case.row.variables = {k: v for k, v in variables.items() if k not in CONSTANTS and k not in RESULTS} | own


def facts(case: Case, performer: str = "", rule: str = "") -> org.Facts:
    """What performer rules may look at; the office hours only if the rule asks for them."""
    known = names(case)
    contact = case.directory.person(case.row.first_contact_id)

    def look_up(register: str, label: str) -> Mapping[str, Json] | None:
        found = registers.by_label(case.tx, register, label)
        return None if found is None else {**found.data, "state": found.state}

    return org.Facts(
        variables=known | {"first_contact": contact.login} if contact else known,
        initiator=known["initiator"],
        initiator_unit=known["initiator_unit"],
        results=known["results"],
        performer=performer,
        process=case.row.process,
        category=case.package.manifest.category,
        genre=str(known.get(case.package.manifest.genre_field) or ""),
        amount=forms.worth(known.get(case.package.manifest.amount_field)),
        knowers=knowers(case.row),
        registers=look_up,
        after_hours="after_hours" in rule and not case.calendar.working_micros(case.now, case.now + A_MOMENT),
    )


def find(case: Case, rule: str, *, exclude: str = "", performer: str = "", needed: bool = True) -> org.Resolution:
    """The people for a performer rule, now; without ``needed`` a rule may ask for nobody."""
    known = facts(case, performer, rule)
    return org.resolve(rule, known, case.directory, case.now, evaluate=evaluate, exclude=exclude, needed=needed)


def unit_of(directory: org.Directory, actor: Actor, now: datetime) -> org.Unit | None:
    """The unit somebody acts for: that of the post they have named, else of the main one."""
    return directory.unit(actor.unit_id) if actor.post else directory.main_unit(directory.person(actor.id), now)


def kept_out(case: Case, exclude: str) -> frozenset[int]:
    """Who must keep out of a step by its ``exclude`` rule, whoever hands it on to whom."""
    return org.kept_out(exclude, facts(case), case.directory, case.now, evaluate=evaluate)


def log(
    case: Case,
    verb: str,
    *,
    activity: ActivityRow | None = None,
    item_id: int | None = None,
    principal_id: int | None = None,
    detail: Mapping[str, Json] | None = None,
) -> int:
    """Add to the history of the instance, with the post the actor has named; its sequence number."""
    named: dict[str, Json] = {"post": case.actor.title} if case.actor and case.actor.post else {}
    return history.append(
        case.tx,
        case.row,
        verb,
        case.now,
        actor_id=case.actor.id if case.actor else None,
        principal_id=principal_id,
        element=activity.element if activity else None,
        activity_id=activity.id if activity else None,
        item_id=item_id,
        detail={**named, **(detail or {})},
    )


def person_as_actor(case: Case) -> Actor:
    """The initiator as actor, for what the system does on their behalf."""
    person = case.directory.person(case.row.initiator_id)
    return Actor(case.row.initiator_id, person.login if person else "", person.name if person else "")


def note_knowers(case: Case) -> None:
    """Take over who may know the case as soon as its data say so: whoever comes next is found by it."""
    if case.package.manifest.known_to or case.row.known_to == SEALED:
        keep_list(case.tx, case.row, case.package, constants(case))


def save(case: Case) -> None:
    """Write the instance back; what it replaced can be taken back as long as nothing else happens to it."""
    note_knowers(case)
    case.row.undo = None
    if case.undo is not None:
        case.row.undo = case.undo | {
            "revision": case.row.revision + 1,
            "final": case.final,
            "created": case.created_activities,
        }
    instances.save(case.tx, case.row)


def incident(case: Case, kind: str, element: str, message: str, **more: Json) -> None:
    """Make it visible, once, that the instance waits for an administrator at this place."""
    known = house.open_incidents(case.tx, case.row.id)
    if any(i["kind"] == kind and i["facts"].get("element") == element for i in known):
        return
    facts: dict[str, Json] = {"element": element, **more}
    house.open_incident(case.tx, kind=kind, message=message, at=case.now, instance_id=case.row.id, facts=facts)
    log(case, "waits", detail={"element": element, "opinion": message})

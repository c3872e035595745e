"""Form data that a person hands in, checked against the form and the rights of the step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import forms
from engine.errors import FormProblems
from engine.model import Actor, Json
from engine.package import Package, Plan
from engine.progress.case import unit_of
from engine.progress.lookups import Lookups
from engine.progress.shapes import choosable, find_register
from engine.runtime import Engine, evaluate
from engine.store import Tx, files, registers


def rights(package: Package, plan: Plan | None) -> dict[str, str]:
    """What a step may do with each field: read, write or hide. Without a plan: the start form."""
    element = package.manifest.first if plan is None else plan.element
    first = element is not None and element == package.manifest.first
    own = package.plans[element].fields if element is not None and element in package.plans else package.start_fields
    return forms.permissions(own, package.form, first=first or plan is None)


def checked(
    engine: Engine,
    tx: Tx,
    package: Package,
    data: Mapping[str, Json] | None,
    *,
    previous: Mapping[str, Json],
    permissions: Mapping[str, str],
    constants: Mapping[str, Json],
    actor: Actor | None,
    instance_id: int = 0,
    complete: bool = True,
) -> dict[str, Json]:
    """Clean data, or FormProblems with one message per field and row.

    ``constants`` (initiator, urgency …) may be named in the form's conditions and win over what is entered.
    Files must be the ``actor``'s own, or the instance's: whoever could name somebody else's could read it afterwards.
    """
    directory = engine.directory(tx)
    filled = {**previous, **_taken(tx, package.form, {**previous, **dict(data or {})})}
    seen = {**filled, **dict(data or {}), **constants}
    look = Lookups(
        tx,
        directory,
        engine.calendar(tx),
        engine.now(),
        process=package.manifest.key,
        known=seen,
        own=instance_id,
        house=engine.settings,
    )
    permitted = offered(engine, tx, package, permissions)
    _refuse_references(package, dict(data or {}), permissions, permitted)
    found = forms.check(
        package.form,
        dict(data or {}),
        previous=filled,
        permissions=permitted,
        evaluate=lambda text, known: evaluate(text, {**known, **constants}, look.functions()),
        knows=knower(engine, tx, Hand(actor.id if actor else None, instance_id, previous)),
        complete=complete,
    )
    if found.problems:
        raise FormProblems(found.problems)
    return dict(found.data)


def _refuse_references(
    package: Package, data: Mapping[str, Json], asked: Mapping[str, str], permitted: Mapping[str, str]
) -> None:
    """Say which package is missing when somebody names a record of a register that the house does not have."""
    fields = [f for f in package.form.fields if permitted.get(f.id) != asked.get(f.id) and data.get(f.id)]
    if fields:
        raise FormProblems(
            tuple(
                forms.FieldProblem(
                    f.id,
                    f.label,
                    "form.no_register",
                    f"没有台账“{f.register}”，请留空，或先发布带有它的流程包",
                    f"no deployed package brings the register {f.register}: leave it out, or deploy one",
                )
                for f in fields
            )
        )


def constants_of(engine: Engine, tx: Tx, actor: Actor, urgency: str = "") -> dict[str, Json]:
    """What conditions of a start form may name besides its fields."""
    directory, now = engine.directory(tx), engine.now()
    unit = unit_of(directory, actor, now)
    local = engine.calendar(tx).local(now)
    return {
        "initiator": actor.login,
        "initiator_unit": unit.code if unit else "",
        "number": "",
        "today": local.date().isoformat(),
        "now": local.isoformat(),
        "chosen": "",
    } | ({"urgency": urgency} if urgency else {})


def offered(engine: Engine, tx: Tx, package: Package, rights: Mapping[str, str]) -> dict[str, str]:
    """The same rights without references into registers that no deployed package brings: there is nothing to choose."""
    gone = {
        field.id
        for field in package.form.fields
        if field.type == "reference" and rights.get(field.id) == "write" and field.register not in package.registers
    }
    by_id = package.form.by_id
    missing = {id for id in gone if find_register(engine, tx, by_id[id].register) is None}
    return {id: "hide" if id in missing else right for id, right in rights.items()}


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand fills in the form of which instance, and what stood there before."""

    person_id: int | None
    instance_id: int
    previous: Mapping[str, Json]

    def may_name(self, tx: Tx, file_id: str) -> bool:
        """A file that may stand in the form: own, of the instance, or one that stood there before."""
        return files.belongs(tx, file_id, self.person_id, self.instance_id) or _holds(dict(self.previous), file_id)


def _holds(value: Json, file_id: str) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return any(_holds(one, file_id) for one in value) if isinstance(value, list) else value == file_id


def _taken(tx: Tx, form: forms.Form, data: Mapping[str, Json]) -> dict[str, Json]:
    """What fields take over from the records that others refer to: the kind of the seal that was chosen."""
    found: dict[str, Json] = {}
    for field in form.fields:
        label = data.get(field.id)
        if field.take and isinstance(label, str):
            row = registers.by_label(tx, field.register, label)
            found |= {to: row.data.get(column) if row else None for to, column in field.take.items()}
    return found


def knower(engine: Engine, tx: Tx, hand: Hand) -> Callable[[str, str], bool]:
    """Whether a login, a unit code, a file or a record exists; refuses a record that may not be chosen, with why."""
    directory = engine.directory(tx)

    def knows(kind: str, value: str) -> bool:
        if kind == "person":
            person = directory.person(value)
            return person is not None and person.active
        if kind == "unit":
            return directory.unit(value) is not None
        if kind == "file":
            return hand.may_name(tx, value)
        if kind.startswith("reference:"):
            return _may_refer(engine, tx, kind.partition(":")[2], value)
        return False

    return knows


def _may_refer(engine: Engine, tx: Tx, source: str, label: str) -> bool:
    register, _, states = source.partition(":")
    found = registers.by_label(tx, register, label)
    if found is None:
        return False
    shape = find_register(engine, tx, register)
    allowed = choosable(shape, states)
    if shape is not None and allowed and found.state not in allowed:
        state = shape.named(found.state)
        raise forms.Refused("form.record_state", f"“{label}”现在是“{state}”，不能选用", f"{label} is {found.state}")
    return True

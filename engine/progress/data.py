"""Form data that a person hands in, checked against the form and the rights of the step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import forms
from engine import org
from engine.errors import FormProblems
from engine.model import Actor, Json
from engine.package import Package, Plan
from engine.progress.case import house_functions, unit_of
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
    found = forms.check(
        package.form,
        dict(data or {}),
        previous=previous,
        permissions=permissions,
        evaluate=lambda text, known: evaluate(text, {**known, **constants}, house_functions(directory)),
        knows=_knower(tx, directory, Hand(actor.id if actor else None, instance_id, previous)),
        complete=complete,
    )
    if found.problems:
        raise FormProblems(found.problems)
    return dict(found.data)


def constants_of(engine: Engine, tx: Tx, actor: Actor, urgency: str = "") -> dict[str, Json]:
    """What conditions of a start form may name besides its fields."""
    directory, now = engine.directory(tx), engine.now()
    unit = unit_of(directory, actor, now)
    return {
        "initiator": actor.login,
        "initiator_unit": unit.code if unit else "",
        "number": "",
        "today": engine.calendar(tx).local(now).date().isoformat(),
    } | ({"urgency": urgency} if urgency else {})


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


def _knower(tx: Tx, directory: org.Directory, hand: Hand) -> Callable[[str, str], bool]:
    """Whether a login, a unit code, a file or a register line exists."""

    def knows(kind: str, value: str) -> bool:
        if kind == "person":
            person = directory.person(value)
            return person is not None and person.active
        if kind == "unit":
            return directory.unit(value) is not None
        if kind == "file":
            return hand.may_name(tx, value)
        if kind.startswith("reference:"):
            return registers.by_label(tx, kind.partition(":")[2], value) is not None
        return False

    return knows

"""知悉范围: who may know a secret case, read from the field that its package names, kept beside the case."""

from collections.abc import Iterable, Mapping

import forms
from engine.errors import NotAllowed
from engine.model import Json
from engine.org import Person
from engine.package import Package
from engine.progress.caretakers import only_keeps
from engine.runtime import evaluate
from engine.store import Tx, work
from engine.store import knowers as lists
from engine.store.instances import InstanceRow
from engine.store.judging import SEALED

DEEPEST = 20  # cases that start cases
UNTOLD = "（商密件，请登录后查看）"
UNREAD = "（内容不向管理员显示）"


def listed(
    package: Package,
    data: Mapping[str, Json],
    *,
    constants: Mapping[str, Json] | None = None,
    parent: str | None = None,
) -> str | None:
    """The list as it is kept, ``,a,b,``: the case's own, else that of the case which started it; None: no list."""
    field = package.manifest.known_to
    if field and data.get(field):
        shown = forms.visible(package.form, data, lambda text, seen: evaluate(text, {**seen, **(constants or {})}))
        if field in shown:  # a list that a form does not show any more is no list
            return f",{','.join(map(str, data[field]))},"
    return parent


def knowers(row: InstanceRow) -> frozenset[str] | None:
    """Logins of those on the list; None without one."""
    return None if row.known_to is None else frozenset(row.known_to.strip(",").split(","))


def on_list(row: InstanceRow, login: str) -> bool:
    """Whether somebody may know the case by its list; everybody may without one."""
    found = knowers(row)
    return found is None or login in found


def require_listed(row: InstanceRow, persons: Iterable[Person]) -> None:
    """Refuse to hand a secret case to somebody who is not on its list (禁止转办到名单外)."""
    others = [person.name for person in persons if not on_list(row, person.login) and person.id != row.initiator_id]
    if others:
        raise NotAllowed(
            f"{'、'.join(others)} 不在这件的知悉范围内。",
            "not on the list of those who may know this case",
            "请另选知悉范围内的人员，或由拟稿人按程序调整知悉范围。",
            "authz.not_listed",
        )


def may_be_told(tx: Tx, row: InstanceRow, person: Person | None) -> bool:
    """Whether a notice to somebody may say what the case is about: on the list, its initiator, or with a part in it.

    Without a list it is told to everybody but to those who only keep the system.
    """
    if person is None or (row.known_to is None and not only_keeps(person.roles)):
        return person is not None
    listed_here = row.known_to is not None and on_list(row, person.login)
    if listed_here or person.id in (row.initiator_id, row.first_contact_id):
        return True
    return any(person.id in (i.performer_id, i.decided_by) for i in work.of_instance(tx, row.id))


def keep_list(tx: Tx, row: InstanceRow, package: Package, constants: Mapping[str, Json]) -> None:
    """Write down who may know the case now, for it and for the cases it has started."""
    if row.known_to == SEALED:
        if not lists.is_sound(tx, row.id):
            return  # nobody is let in, and nothing written over it, before somebody has looked
    elif not package.manifest.known_to:
        return  # what it has, if anything, came from the case that started it
    above = lists.of(tx, row.parent_id) if row.parent_id is not None else None
    found = listed(package, row.variables, constants=constants, parent=above)
    if found not in (row.known_to, SEALED):
        _spread(tx, row.id, row.known_to, found, DEEPEST)
        row.known_to = found


def _spread(tx: Tx, instance_id: int, before: str | None, after: str | None, depth: int) -> None:
    lists.put(tx, instance_id, after)
    for child, known in lists.of_children(tx, instance_id) if depth else ():
        if known == before:  # with a list of its own it keeps that
            _spread(tx, child, before, after, depth - 1)

"""A case that is begun from a record: which fields of the first form it fills in, and which records can begin one."""

from collections.abc import Mapping, Sequence

from engine.model import Actor, Json
from engine.package import Package
from engine.runtime import Engine
from engine.store import registers
from engine.verbs.registers.finding import start_rights
from engine.verbs.registers.reading import Detail, labels


def begun_from(
    engine: Engine, package: Package, allowed: Mapping[str, str], field: str, label: str, actor: Actor
) -> dict[str, Json]:
    """What a form begins with when it is begun from a record: the reference, and each column of a field's name.

    ``allowed`` are the rights of the first step; nothing for a field that refers to nothing, or a record not to choose.
    """
    reference = package.form.by_id.get(field)
    if reference is None or not reference.source or allowed.get(field) != "write":
        return {}
    if label not in labels(engine, reference.source, actor, text=label):
        return {}
    with engine.store.reading() as tx:
        row = registers.by_label(tx, reference.register, label)
    data = row.data if row is not None else {}
    written = {key: value for key, value in data.items() if value is not None and allowed.get(key) == "write"}
    return {**written, field: label}


def fields_from(engine: Engine, detail: Detail, packages: Sequence[Package]) -> tuple[tuple[Package, str], ...]:
    """Of these packages those that can be begun from a record, each with the field that refers to it.

    Only what takes over more than the reference is offered: the rest is no shorter than beginning with an empty form.
    """
    columns = {id for id, _label, _type in detail.columns}
    if detail.shape.choose and detail.line.state not in detail.shape.choose:
        return ()
    found = []
    for package in packages:
        names = [f.id for f in package.form.fields if f.register == detail.register and f.source]
        if not names:
            continue
        allowed = start_rights(engine, package)
        if allowed.get(names[0]) == "write" and any(allowed.get(id) == "write" for id in columns - {names[0]}):
            found.append((package, names[0]))
    return tuple(found)

"""Full-text search: title, number, form and opinions of what a person may see; and the duty that keeps the words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import forms
from engine.errors import BadInput
from engine.model import Actor, ItemRow, Json
from engine.org import Directory
from engine.package import Package
from engine.progress.data import rights
from engine.progress.permission import viewer as viewer_of
from engine.runtime import Engine
from engine.store import Tx, inbox, instances, searching, work
from engine.store.instances import InstanceRow
from engine.store.words import words
from engine.verbs.inbox.rows import Desk, instance_row

MOST = 1000  # beyond that nobody reads on; the page says that there are more
PAGE = 50
MOST_AT_ONCE = 500
ROUNDS = 20  # of one call of the duty, some thousand instances
WITHOUT_WORDS = frozenset({"boolean", "file", "files"})


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results; ``kinds`` counts them by process, from the same rows. ``more`` than can be counted."""

    rows: tuple[ItemRow, ...]
    total: int
    kinds: dict[str, int]
    more: bool = False


def search(
    engine: Engine,
    text: str,
    actor: Actor,
    *,
    process: str | None = None,
    state: str | None = None,
    limit: int = PAGE,
    offset: int = 0,
) -> Found:
    """Instances with every word of the text, the newest first; ``state`` is ``running`` or ``ended``."""
    if not 1 <= limit <= MOST_AT_ONCE or offset < 0 or state not in (None, "running", "ended"):
        raise BadInput(
            "搜索参数不对。",
            "bad search parameters",
            f"limit 为 1–{MOST_AT_ONCE}，offset 不小于 0。",
            "list.parameters",
        )
    running = None if state is None else state == "running"
    with engine.store.reading() as tx:
        viewer = viewer_of(tx, actor)
        found = searching.hits(tx, text, viewer, most=MOST + 1, running=running)
        kinds: dict[str, int] = {}
        for hit in found[:MOST]:
            kinds[hit.process] = kinds.get(hit.process, 0) + 1
        if process:
            found = searching.hits(tx, text, viewer, most=MOST + 1, running=running, process=process)
        shown = searching.rows(tx, [hit.id for hit in found[offset : offset + limit]])
        desk = Desk(engine, tx, actor)
        held = inbox.holders(tx, [r.id for r in shown], desk.now)
        rows = tuple(instance_row(desk, r, held.get(r.id, [])) for r in shown)
        return Found(rows, min(len(found), MOST), kinds, len(found) > MOST)


def catch_up(engine: Engine) -> int:
    """Take the words of whatever has changed since the last call; how many instances. Safe to call twice at once."""
    done = 0
    for _ in range(ROUNDS):
        with engine.store.reading() as tx:
            ids, last, more = searching.stale(tx)
            found = [(row, _words(engine, tx, row)) for row in (instances.by_id(tx, i) for i in ids)]
        if found or more:
            with engine.store.transaction() as tx:
                for row, taken in found:
                    searching.keep(tx, row.id, row.revision, taken)
                searching.read_until(tx, last, engine.now())
        done += len(found)
        if not more:
            break
    return done


def _words(engine: Engine, tx: Tx, row: InstanceRow) -> list[str]:
    package, directory = engine.package(tx, row.definition_id), engine.directory(tx)
    items = work.of_instance(tx, row.id)
    people = {row.initiator_id, *(i.decided_by for i in items), *(i.performer_id for i in items)}
    names = [person.name for key in people if (person := directory.person(key))]
    opinions = [i.opinion for i in items if i.opinion]
    return words([row.number, row.title, *names, *_form(package, row.variables, directory), *opinions])


def _form(package: Package, data: dict[str, Json], directory: Directory) -> Iterator[str]:
    """The texts of the form, without fields that some step hides: nobody learns by search what they may not see."""
    hidden = {
        field for plan in package.plans.values() for field, right in rights(package, plan).items() if right == "hide"
    }

    def name(kind: str, value: str) -> str:
        if kind == "person":
            person = directory.person(value)
            return person.name if person else value
        if kind == "unit":
            unit = directory.unit(value)
            return unit.name if unit else value
        return value

    for field in package.form.fields:
        if field.id not in hidden and data.get(field.id) not in (None, "", []):
            yield from _texts(field, data[field.id], name)


def _texts(field: forms.Field, value: Json, names: Callable[[str, str], str]) -> Iterator[str]:
    if field.type in WITHOUT_WORDS:
        return
    if field.type != "rows":
        yield forms.TYPES[field.type].text(field, value, names)
        return
    for line in value if isinstance(value, list) else ():
        for column in field.fields:
            if line.get(column.id) not in (None, "", []):
                yield from _texts(column, line[column.id], names)

"""The demo organisation of domain.md §7.8: read from organisation.toml, written in one transaction."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import Conflict
from engine.pinyin import pinyins
from engine.runtime import Engine
from engine.store import Tx, loading
from engine.store import people as store
from engine.verbs import people

FILE = Path(__file__).with_name("organisation.toml")
PASSWORD = "sanban-demo"
EVERYBODY = "user"


@dataclass(frozen=True, slots=True)
class Organisation:
    """The file as plain values."""

    since: date
    units: tuple[dict[str, Any], ...]
    persons: tuple[dict[str, Any], ...]
    titles: dict[str, str]


def load_organisation(engine: Engine) -> None:
    """Fill an empty installation with units, people, posts and who is in charge; Conflict if anybody is there."""
    refuse_people(engine)
    read = organisation()
    typed = pinyins(person["name"] for person in read.persons)
    with engine.store.transaction() as tx:
        units = _add_units(tx, read)
        posts = _add_posts(tx, read, units)
        for person, name in zip(read.persons, typed, strict=True):
            _add_person(tx, read, {**person, "pinyin": name}, units, posts)
    engine.forget()


def refuse_people(engine: Engine) -> None:
    """The demo never mixes with real people."""
    with engine.store.reading() as tx:
        if not loading.is_empty(tx):
            raise Conflict("系统里已经有人员，演示组织没有载入。", "there are people already; the demo was not loaded")


@cache
def organisation() -> Organisation:
    """The demo organisation as it is written in the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Organisation(
        read["since"], tuple(read["unit"]), tuple(read["person"]), {**read["titles"], **read["unit_titles"]}
    )


def _add_units(tx: Tx, read: Organisation) -> dict[str, int]:
    ids: dict[str, int] = {}
    for ordinal, unit in enumerate(read.units):
        kind = unit.get("kind", "department")
        ids[unit["code"]] = store.add_unit(
            tx,
            code=unit["code"],
            name=unit["name"],
            short=unit.get("short", unit["name"]),
            kind=kind,
            parent_id=None if kind in ("group", "external") else ids["group"],
            ordinal=ordinal,
        )
    return ids


def _add_posts(tx: Tx, read: Organisation, units: dict[str, int]) -> dict[str, int]:
    named = dict.fromkeys(post.removesuffix("/B") for person in read.persons for post in person["posts"])
    return {
        name: store.add_post(tx, unit_id=units[unit], code=code, title=read.titles.get(name) or read.titles[code])
        for name, (unit, _, code) in ((name, name.partition(".")) for name in named)
    }


def _add_person(
    tx: Tx, read: Organisation, person: dict[str, Any], units: dict[str, int], posts: dict[str, int]
) -> None:
    person_id = store.add_person(
        tx,
        login=person["login"],
        name=person["name"],
        pinyin=person["pinyin"],
        roles=[EVERYBODY, *person.get("roles", ())],
        password_hash=_demo_hash(),
        email=f"{person['login']}@huayuan.example",
    )
    for place, post in enumerate(person["posts"]):
        store.appoint(
            tx,
            person_id=person_id,
            post_id=posts[post.removesuffix("/B")],
            role="B" if post.endswith("/B") else "A",
            main=place == 0,
            since=read.since,
        )
    for unit in person.get("in_charge", ()):
        store.put_in_charge(tx, person_id=person_id, unit_id=units[unit], since=read.since)


@cache
def _demo_hash() -> str:
    # one hash for everybody: a hundred of them would take longer than all the rest
    return people.hashed(PASSWORD)

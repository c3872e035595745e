"""Finding a person by name, pinyin, login or unit; everybody and every unit for administrators."""

from dataclasses import dataclass

from engine.model import Actor, Performer
from engine.org import Directory, Person, Post, Unit
from engine.runtime import Engine
from engine.store import absences, people
from engine.verbs.people.rules import administrates

FOUND_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class User:
    """A person as the list of users shows them; ``open`` is how many items they have to do."""

    login: str
    name: str
    posts: tuple[str, ...]
    roles: tuple[str, ...]
    active: bool
    open: int
    away: str = ""  # why, when on leave


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its posts, who holds them (name and A or B) and who is in charge of it."""

    unit: Unit
    depth: int
    leader: str
    posts: tuple[tuple[Post, tuple[tuple[str, str], ...]], ...]


def search(engine: Engine, text: str, actor: Actor, *, limit: int = FOUND_AT_ONCE) -> tuple[Performer, ...]:
    """Active persons by part of name, pinyin (``zhangjing``, ``zj``), login or the name of their unit."""
    words = "".join(text.split())
    if not words:
        return ()
    with engine.store.reading() as tx:
        now = engine.directory(tx)
        units = [u.id for u in now.units if u.active and (words in u.name or words in u.short or words == u.code)]
        found = people.search(tx, words, units, min(limit, FOUND_AT_ONCE))
    return tuple(described(now, person) for person in map(now.person, found) if person)


def described(directory: Directory, person: Person) -> Performer:
    """A person with main post and unit, as lists and pickers show it."""
    posts = directory.posts_of(person)
    unit = directory.main_unit(person)
    return Performer(
        person.id,
        person.login,
        person.name,
        posts[0].title if posts else "",
        unit.name if unit else "",
        posts[0].id if posts else None,
    )


def users(engine: Engine, actor: Actor | None, text: str = "") -> tuple[User, ...]:
    """Everybody, or those whose name, pinyin, login or post holds the text; who has left comes last."""
    if actor is None or "security" not in actor.roles:
        administrates(actor)
    words = "".join(text.split()).lower()
    with engine.store.reading() as tx:
        now, moment = engine.directory(tx), engine.now()
        found = [p for p in now.persons if not words or words in _searched(now, p)]
        found.sort(key=lambda p: (not p.active, p.id))
        counts = absences.open_counts(tx, [p.id for p in found])
    told = []
    for person in found:
        leave = now.leave(person, moment)
        posts = tuple(f"{unit.short if (unit := now.unit(p.unit_id)) else ''} {p.title}" for p in now.posts_of(person))
        told.append(
            User(
                login=person.login,
                name=person.name,
                posts=posts,
                roles=tuple(sorted(person.roles)),
                active=person.active,
                open=counts.get(person.id, 0),
                away=leave.reason or "请假" if leave else "",
            )
        )
    return tuple(told)


def _searched(now: Directory, person: Person) -> str:
    titles = " ".join(post.title for post in now.posts_of(person))
    return f"{person.name} {person.pinyin} {person.login} {titles}".lower()


def places(engine: Engine, actor: Actor) -> tuple[Place, ...]:
    """The tree of units from the top, each with posts and holders of today."""
    administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
    inside: dict[int | None, list[Unit]] = {}
    for unit in now.units:
        inside.setdefault(unit.parent_id, []).append(unit)
    found: list[Place] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in inside.get(parent, ()):
            found.append(_place(now, unit, depth))
            walk(unit.id, depth + 1)

    walk(None, 0)
    return tuple(found)


def _place(now: Directory, unit: Unit, depth: int) -> Place:
    positions = now.on()
    posts = []
    for post in now.posts:
        if post.unit_id == unit.id:
            seats = ((now.person(seat.person_id), seat.role) for seat in positions.seats(post))
            posts.append((post, tuple((person.name, role) for person, role in seats if person is not None)))
    leader = now.in_charge(unit) if unit.kind in ("department", "company") else None
    return Place(unit, depth, leader.name if leader else "", tuple(posts))

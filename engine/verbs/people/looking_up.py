"""Finding a person by name, pinyin, login or unit."""

from engine.model import Actor, Performer
from engine.org import Directory, Person
from engine.runtime import Engine
from engine.store import people

FOUND_AT_ONCE = 20


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

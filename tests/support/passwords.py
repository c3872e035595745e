"""Passwords for tests: as if somebody had chosen theirs already."""

from engine.runtime import Engine
from engine.store import passwords
from engine.store import people as rows
from engine.verbs import people


def give(engine: Engine, login: str, password: str) -> None:
    """Let somebody sign in with this password from now on; what is open ends, as with every new one."""
    kept = people.hashed(password)
    with engine.store.transaction() as tx:
        found = rows.account(tx, login)
        assert found is not None
        passwords.set_hash(tx, found.id, kept)


def add_person(engine: Engine, login: str, name: str, password: str, roles: tuple[str, ...] = ("user",)) -> None:
    """Somebody new who has chosen a password."""
    people.add_person(engine, login, name, None, roles=roles)
    give(engine, login, password)

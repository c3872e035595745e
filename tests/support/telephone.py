"""A telephone with an authenticator: it knows the secret and shows the code of a moment."""

from datetime import datetime

import pyotp

from engine.runtime import Engine
from engine.verbs import people


def code_at(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def enrol(engine: Engine, login: str) -> tuple[str, tuple[str, ...]]:
    """Somebody's secret and recovery codes, set up a minute ago as far as codes are concerned."""
    me = people.actor(engine, login)
    people.begin_factor(engine, me)
    found = people.proposed(engine, me)
    assert found is not None
    return found.secret, people.confirm_factor(engine, me, code_at(found.secret, engine.now()))

"""What tests spare: work that is dear on purpose, or that every application of a process would do again."""

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from engine.store import database
from engine.verbs.people import signing

SHIPPED = signing._hasher  # as it was before anybody saved


class Kept(BytecodeCache):
    """Templates compiled once in a process, whichever application asks."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._codes.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


class Lazy(Rule):
    """An address whose builder is compiled when somebody builds it: most tests build a few of three hundred."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []
        really = super()._compile_builder

        def build(_rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(really(append_unknown))
            return made[0](_rule, **values)

        return build


def settle() -> None:
    """For all tests of this process; what they start as programs of their own is as it is shipped."""
    APIFlask.jinja_options = {**APIFlask.jinja_options, "bytecode_cache": Kept()}
    APIFlask.url_rule_class = Lazy
    # a check that costs an attacker a core for a moment costs a thousand signings-in a minute
    signing._hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    # whoever waits for a lock in a crowd of fifty on a machine ten times slower is not late
    database.WAIT_MS = 120_000

"""Bindings: an administrator says what stands in for Java, a worker or a foreign script; the calls that follow."""

from engine.channels import MOST_TRIES
from engine.store.bindings import EVERY, BindingRow
from engine.verbs.bindings.binding import (
    Bound,
    GivenUp,
    Waiting,
    bind,
    given_up,
    hooks,
    retry,
    revision,
    stubs,
    unbind,
    waiting,
)
from engine.verbs.bindings.calling import perform_due

__all__ = [
    "EVERY",
    "MOST_TRIES",
    "BindingRow",
    "Bound",
    "GivenUp",
    "Waiting",
    "bind",
    "given_up",
    "hooks",
    "perform_due",
    "retry",
    "revision",
    "stubs",
    "unbind",
    "waiting",
]

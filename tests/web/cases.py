"""Cases that tests of the pages begin with."""

from datetime import timedelta

from engine.model import Json
from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.browser.office import DOCUMENT, SEAL
from tests.support.clock import FakeClock

DRAFTER, HEAD = "rlb1", "rlb_head"


def document(office: Engine, clock: FakeClock, **fields: Json) -> str:
    """A document on the desk of the drafter's head; its number."""
    started = instances.start(office, "document_issue", {**DOCUMENT, **fields}, people.actor(office, DRAFTER))
    clock.advance(timedelta(seconds=30))
    return started.number


def seal_use(office: Engine, clock: FakeClock, **fields: Json) -> str:
    """An application for a seal on the desk of the applicant's head; its number."""
    started = instances.start(office, "seal_use", {**SEAL, **fields}, people.actor(office, DRAFTER))
    clock.advance(timedelta(seconds=30))
    return started.number


def item_of(office: Engine, number: str, login: str) -> int:
    """Id of the open item somebody has on an instance."""
    found = work.mine(office, number, people.actor(office, login))
    assert found is not None
    return found

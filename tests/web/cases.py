"""Cases that tests of the pages begin with."""

from datetime import timedelta

from engine.model import Json
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import definitions, instances, people, work
from tests.browser.office import DOCUMENT
from tests.support.clock import FakeClock

DRAFTER, HEAD = "rlb1", "rlb_head"
OFFERED = '<camunda:property name="outcomes" value="approve:同意, refuse:不予发文" />'
MORE = '<camunda:property name="actions" value="add, consult, delegate, circulate" />'


def document(office: Engine, clock: FakeClock, **fields: Json) -> str:
    """A document on the desk of the drafter's head; its number."""
    started = instances.start(office, "document_issue", {**DOCUMENT, **fields}, people.actor(office, DRAFTER))
    clock.advance(timedelta(seconds=30))
    return started.number


def offer_every_way(office: Engine) -> None:
    """Deploy the document process with a review that may ask others in every way."""
    files = definitions.read_folder(SHIPPED / "document_issue")
    diagram = files["document_issue.bpmn"].decode()
    assert diagram.count(OFFERED) == 1
    files["document_issue.bpmn"] = diagram.replace(OFFERED, OFFERED + MORE).encode()
    definitions.deploy(office, files, None)


def item_of(office: Engine, number: str, login: str) -> int:
    """Id of the open item somebody has on an instance."""
    found = work.mine(office, number, people.actor(office, login))
    assert found is not None
    return found

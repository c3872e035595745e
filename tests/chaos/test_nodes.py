"""One of two nodes dies under load: what was not answered is repeated with its key, and happened once."""

import time
from threading import Event

import pytest

from tests.chaos import verdict
from tests.chaos.clients import Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.nodes import TwoNodes, binary
from tests.chaos.office import opened_as
from tests.chaos.run import at_work, calm_down, finish

SOME = 6  # acts: enough to see that work goes on
FEW = 4  # instances each time: more would only have to be brought to their end
PATIENCE = 120.0


@pytest.fixture(autouse=True)
def _there_is_nginx() -> None:
    binary()


def goes_on(ledger: Ledger) -> None:
    """People get something done from here."""
    goal, until = ledger.acts + SOME, time.monotonic() + PATIENCE
    ledger.room = ledger.started + FEW
    while ledger.acts < goal:
        assert time.monotonic() < until, f"nothing is done any more: {ledger.statuses}"
        time.sleep(0.05)


@pytest.mark.postgres
def test_either_node_may_die_under_load_and_nothing_fails_that_is_repeated() -> None:
    ledger, over, settled = Ledger(), Event(), Event()
    with Mailbox() as mailbox, opened_as(TwoNodes, "postgresql", mailbox.url) as office:
        clients, threads = at_work(office, ledger, 7, over, settled)
        goes_on(ledger)
        for port in office.ports:
            office.kill(port)
            goes_on(ledger)
            office.raise_again(port, PATIENCE)
        over.set()
        ledger.room = 0
        calm_down(threads, settled)
        finish(office, clients, settled)

        assert verdict.violations(office, ledger, mailbox) == []
        assert office.served() == set(office.ports)
        assert {e.status for e in ledger.entries if not 200 <= e.status < 300} <= {403, 404, 409, 422}

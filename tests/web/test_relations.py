"""Every route about a case as everybody who has a part in it: the cells of the matrix of reliability.md §4 (P21)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from engine.runtime import Engine
from engine.verbs import files, people, work
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.shared_office import copied_office
from tests.web.test_policies import asked, page, rules
from web import create_app

HOLDER, DEPUTY = "hegao_a", "xxb1"
# who has which part; the case is with the deputy, because its holder is away
PARTS = {
    "applicant": DRAFTER,
    "past approver": HEAD,
    "deputy who has it": DEPUTY,
    "holder who is away": HOLDER,
    "adviser": "ahb1",
    "reader": "ahb2",
    "head of another unit": "cwb_head",
}
HAS_A_PART = set(PARTS) - {"holder who is away", "head of another unit"}
# acts of one part alone, beside what the policies say
OWN = {
    "api.withdraw": {"applicant"}, "instances.withdraw": {"applicant"},
    "api.urge": {"applicant"}, "api.urge_instance": {"applicant"}, "instances.urge": {"applicant"},
    "instances.urge_readers": {"applicant", "deputy who has it"},  # who has sent it to the readers
    "api.follow": HAS_A_PART, "instances.follow": HAS_A_PART,
    "notifications.log": {"applicant"},
    "api.waive": set(),  # of whoever reads a text first, which nobody does at this step
}  # fmt: skip
ABOUT = {"number", "item", "file_id"}  # what a route about a case has in its address
# what nobody with a part is ever refused
READ = {
    "api.get_instance", "api.get_item", "api.explain", "api.explain_instance", "files.get", "instances.attachments",
    "instances.diagram", "instances.history", "instances.overview", "instances.print_sheet", "instances.why",
}  # fmt: skip
Cell = tuple[Rule, str, str]  # a route, a method of it, an address


@dataclass(frozen=True)
class Asked:
    """A case and those of its things that stand in addresses."""

    number: str
    item: int
    file_id: str

    def address(self, rule: Rule) -> str:
        given = {**vars(self), "request_id": 999, "pause": 999, "file": 1, "page": 1, "way": "consult", "name": "move"}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), rule.rule)


@pytest.fixture(scope="module")
def office(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One office for all of them."""
    yield from copied_office(furnished_home, tmp_path_factory.mktemp("relations"))


@pytest.fixture(scope="module")
def app(office: Engine) -> APIFlask:
    return create_app(office)


@pytest.fixture(scope="module")
def case(office: Engine) -> Asked:
    """A document that its head has approved, on the desk of a deputy who has asked one person and shown it to one."""
    clock, now = cast(FakeClock, office.now), office.now()
    for login in (HOLDER, "wenshu_a"):  # her B角 is away too
        people.take_leave(office, login, None, since=now, until=now + timedelta(days=5), by=DEPUTY)
    number = document(office, clock)
    work.decide(office, item_of(office, number, HEAD), "approve", people.actor(office, HEAD), opinion="同意。")
    clock.advance(timedelta(minutes=5))
    item, deputy = item_of(office, number, DEPUTY), people.actor(office, DEPUTY)
    work.consult(office, item, [PARTS["adviser"]], deputy, question="可行？")
    work.circulate(office, item, [PARTS["reader"]], deputy)
    clock.advance(timedelta(minutes=5))
    paper = files.put(office, "附件.pdf", [b"%PDF-1.4"], people.actor(office, DRAFTER), instance=number)
    return Asked(number, item, paper.id)


def cells(app: APIFlask, case: Asked, part: str, *, may: bool) -> Iterator[Cell]:
    """The routes about the case that this part may call, or may not."""
    for rule, method, policy in rules(app):
        if rule.arguments & ABOUT and not {"versions", "jobs", "processes"} & set(rule.rule.split("/")):
            allowed = allows(rule, method, policy, part)
            if allowed is may:
                yield rule, method, case.address(rule)


def allows(rule: Rule, method: str, policy: str, part: str) -> bool | None:
    """What the matrix says; None for what is one's own affair or hangs on the kind of case."""
    if rule.endpoint in OWN:
        return part in OWN[rule.endpoint]
    if policy == "person":
        return None
    if policy == "performer":
        # pages go by the case: somebody who was asked has an item of their own on it
        return None if part == "adviser" and page(rule) else part == "deputy who has it"
    if policy in ("reader", "runner"):
        return part in HAS_A_PART if method == "GET" else (None if part in HAS_A_PART else False)
    return False  # nobody here has an office


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_in_a_case_gets_what_the_matrix_gives_it(
    app: APIFlask, office: Engine, case: Asked, part: str
) -> None:
    person, program = Person(app.test_client(), PARTS[part]), Caller(app.test_client(), PARTS[part])
    token, before = person.hidden("/inbox"), everything(office)
    assert people.actor(office, PARTS[part]).roles <= {"user", "clerk"}

    opened, refused = [], []
    for rule, method, path in cells(app, case, part, may=False):
        status = asked(person, program, token, rule, method, path)
        # a form of a page leads back with a message, or is shown again with it
        closed = {403, 404, 409, *((303, 422) if method == "POST" and page(rule) else ())}
        if status not in closed:
            opened.append((rule.endpoint, method, status))
    after = everything(office)
    for rule, method, path in cells(app, case, part, may=True):
        if method == "GET":
            status = asked(person, program, token, rule, method, path)
            if status in (401, 403) or (rule.endpoint in READ and status != 200):
                refused.append((rule.endpoint, status))

    assert opened == []
    assert after == before
    assert refused == []

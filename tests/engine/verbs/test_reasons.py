"""Reason codes that a step asks for (domain.md §2.2), on both databases."""

import pytest

from engine.errors import BadInput, InvalidProcess
from engine.runtime import Engine
from engine.verbs import definitions, instances, work
from tests.engine.conftest import Login
from tests.support.memo import MEMO

GATES = MEMO["main.bpmn"].replace(
    b'name="fields" value="checked:write" />',
    b'name="fields" value="checked:write" /><camunda:property name="reasons" value="return, refuse" />',
    1,
)


@pytest.fixture
def item(office: Engine, who: Login) -> int:
    """A memo with its reviewer, who has to name a reason code when it does not pass."""
    definitions.deploy(office, {**MEMO, "main.bpmn": GATES})
    number = instances.start(office, "memo", {"title": "关于检修的签报"}, who("rlb1")).number
    found = work.mine(office, number, who("hegao_a"))
    assert found is not None
    return found


def test_what_is_not_passed_names_its_reason_code(office: Engine, who: Login, item: int) -> None:
    checker = who("hegao_a")

    with pytest.raises(BadInput) as refused:
        work.decide(office, item, "refuse", checker, opinion="不宜发文。")
    with pytest.raises(BadInput) as returned:
        work.return_to(office, item, checker, to="Draft", opinion="请改。")
    with pytest.raises(BadInput) as unknown:
        work.decide(office, item, "refuse", checker, opinion="不宜发文。", reasons=["R-NONE"])

    assert {e.value.reason for e in (refused, returned, unknown)} == {"work.reason"}
    assert work.view(office, item, checker).reasons_on == {"return", "refuse"}
    done = work.decide(office, item, "refuse", checker, opinion="不宜发文。", reasons=["R-TEXT"])
    assert done.state == "rejected"
    entry = next(e for e in instances.get(office, done.number, who("auditor")).history if e.verb == "decide")
    assert entry.detail["reasons"] == ["R-TEXT"]


def test_what_is_passed_needs_none(office: Engine, who: Login, item: int) -> None:
    assert work.decide(office, item, "approve", who("hegao_a")).next[0].element == "Sign"


def test_a_step_asks_for_codes_of_its_own_outcomes_and_of_a_package_that_has_some(office: Engine) -> None:
    without = MEMO["process.toml"].partition(b"[reasons]")[0]

    with pytest.raises(InvalidProcess):
        definitions.deploy(office, {**MEMO, "main.bpmn": GATES, "process.toml": without})
    with pytest.raises(InvalidProcess):
        definitions.deploy(office, {**MEMO, "main.bpmn": GATES.replace(b"return, refuse", b"reject")})

"""What Schemathesis makes of the description of the interface: no crash, and no answer that is not described."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.attacks.conftest import House
from tests.web.cases import HEAD

DESCRIBED = "/api/v1/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OWN_TOKEN = "/api/v1/tokens/current"  # ending it would leave nobody to ask as
CALLERS = (HEAD, "admin", "cwb1")


def operations(house: House) -> Iterator[Any]:
    schema = schemathesis.openapi.from_wsgi(DESCRIBED, house.app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path != OWN_TOKEN:
            yield operation


def asking(house: House, operation: Any, faults: list[str], answers: Counter[int]) -> Callable[[], None]:
    """Ask one call with what Schemathesis thinks of, half of the time about things that exist."""
    places = {"item": house.item, "number": house.number, "process": "document_issue", "key": "document_issue"}

    cases = [operation.as_strategy(mode) for mode in GenerationMode]  # as described, and as not described

    @settings(
        max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=st.one_of(cases),
        there=st.booleans(),
        plain=st.booleans(),
        login=st.sampled_from(CALLERS),
    )
    def ask(case: Any, there: bool, plain: bool, login: str) -> None:
        if there:
            case.path_parameters.update({name: places[name] for name in case.path_parameters if name in places})
        if plain:  # what anybody has seen is refused by most calls before they look at the body
            case.headers.pop("If-Match", None)
        response = case.call(headers=house.caller(login).keyed())
        answers[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseExceptionGroup as error:
            faults.extend(f"{operation.label} {response.status_code}: {one}" for one in error.exceptions)

    return ask


@pytest.mark.parametrize("changing", [False, True], ids=["asking", "changing"])
def test_every_answer_of_the_interface_is_described_and_none_is_a_crash(house: House, changing: bool) -> None:
    faults: list[str] = []
    answers: Counter[int] = Counter()

    for operation in operations(house):
        if (operation.method.upper() != "GET") is changing:
            asking(house, operation, faults, answers)()

    assert {200, 403, 404, 422} <= set(answers)
    assert faults == []

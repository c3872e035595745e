"""Stubs wait visibly until an administrator binds them; calls go out of the transaction, are tried again, given up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from engine import open_engine
from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import house
from engine.store.judging import HIDDEN
from engine.verbs import bindings, definitions, doctor, instances
from engine.verbs import incidents as register
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.memo import FORM, HEAD, flow, task
from tests.support.outside import Outside, says

PAY = "class:com.example.Pay"
CAUGHT = (
    '<bpmn:boundaryEvent id="no_money" attachedToRef="pay">'
    '<bpmn:errorEventDefinition errorRef="poor"/></bpmn:boundaryEvent>'
)
DIAGRAM = (
    HEAD
    + '<bpmn:error id="poor" errorCode="POOR"/><bpmn:process id="payment" name="付款" isExecutable="true">'
    + '<bpmn:startEvent id="s"/><bpmn:serviceTask id="pay" name="付款" camunda:class="com.example.Pay"/>'
    + CAUGHT
    + task("check", "核对", performer="initiator()", limit="1WD")
    + task("mend", "补款", performer="initiator()", limit="1WD")
    + '<bpmn:endEvent id="e"/>'
    + flow("s", "pay") + flow("pay", "check") + flow("no_money", "mend") + flow("check", "e") + flow("mend", "e")
    + "</bpmn:process></bpmn:definitions>"
)  # fmt: skip
MANIFEST = 'key = "payment"\ntitle = "付款"\ndiagram = "payment.bpmn"\nform = "payment"\n'
FILES = {"process.toml": MANIFEST.encode(), "payment.bpmn": DIAGRAM.encode(), "forms/payment.toml": FORM.encode()}


@pytest.fixture
def paying(office: Engine, clock: FakeClock, place: Outside) -> Iterator[Engine]:
    """The office with the process, allowed to call the place."""
    allowed = {"outgoing_hosts": place.host, "call_tokens": {"bank": SecretStr("s3cret")}}
    engine = open_engine(now=clock, settings=office.settings.model_copy(update=allowed))
    definitions.deploy(engine, FILES)
    yield engine
    engine.close()


def begun(engine: Engine, who: Login) -> str:
    done = instances.start(engine, "payment", {"title": "付材料款", "amount": 5}, who("rlb1"))
    return done.number


def wait(engine: Engine, clock: FakeClock) -> int:
    """The undo window of the start has passed, and the loop comes round."""
    clock.advance(timedelta(seconds=20))
    return bindings.perform_due(engine)


def http(place: Outside, **more: str) -> dict[str, str]:
    return {"url": f"{place.url}/pay", "send": "sum = amount; what = title", "take": "paid = answer.ok", **more}


def opened(engine: Engine, number: str, actor: Actor) -> list[str]:
    return [item.name for item in instances.get(engine, number, actor).items if item.state == "open"]


def incidents(engine: Engine) -> list[str]:
    with engine.store.reading() as tx:
        return [str(found["kind"]) for found in house.open_incidents(tx)]


def test_an_unbound_stub_waits_as_an_incident_and_goes_on_once_it_is_bound(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    number = begun(paying, who)
    place.answers = [says({"ok": True})]
    assert [(w.element, w.wanted, w.state) for w in bindings.waiting(paying, number, admin)] == [
        ("pay", PAY, "unbound")
    ]
    assert incidents(paying) == ["unbound"]
    assert wait(paying, clock) == 0

    bindings.bind(paying, "payment", PAY, http(place, token="bank"), admin)
    assert wait(paying, clock) == 0  # released first
    assert wait(paying, clock) == 1

    assert opened(paying, number, who("rlb1")) == ["核对"]
    assert incidents(paying) == []
    assert bindings.waiting(paying, number, admin) == ()
    assert instances.get(paying, number, who("rlb1")).data.get("paid") is True
    method, path, body, headers = place.asked[0]
    assert (method, path, body) == ("POST", "/pay", {"sum": "5.00", "what": "付材料款"})
    assert headers["Authorization"] == "Bearer s3cret"
    assert len(place.asked) == 1


def test_nothing_is_called_inside_the_transaction_of_the_start(
    paying: Engine, place: Outside, who: Login, admin: Actor
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)

    number = begun(paying, who)

    assert place.asked == []
    assert [w.state for w in bindings.waiting(paying, number, admin)] == ["waiting"]
    assert incidents(paying) == []


def test_assignments_stand_in_without_any_call(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, {"send": "paid = amount > 3"}, admin)
    number = begun(paying, who)

    assert wait(paying, clock) == 1

    assert place.asked == []
    assert instances.get(paying, number, who("rlb1")).data.get("paid") is True


def test_a_place_that_fails_is_tried_again_and_given_up_visibly(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)
    place.answers = [says({}, 503)]
    number = begun(paying, who)

    for _ in range(bindings.MOST_TRIES + 2):
        clock.advance(timedelta(hours=2))
        bindings.perform_due(paying)
    assert len(place.asked) == bindings.MOST_TRIES
    assert len({headers["Idempotency-Key"] for *_, headers in place.asked}) == 1
    assert incidents(paying) == ["call"]
    (failed,) = bindings.given_up(paying, "payment")
    assert (failed.number, failed.element) == (number, "pay")

    place.answers = [says({"ok": True})]
    bindings.retry(paying, failed.id, admin)
    assert bindings.perform_due(paying) == 1
    assert opened(paying, number, who("rlb1")) == ["核对"]
    assert incidents(paying) == []


def test_an_error_named_by_the_answer_goes_the_way_of_its_event(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, http(place, take=""), admin)
    place.answers = [says({"bpmn_error": "POOR"})]
    number = begun(paying, who)

    wait(paying, clock)

    assert opened(paying, number, who("rlb1")) == ["补款"]


@pytest.mark.parametrize("answer", [{}, {"ok": None, "bpmn_error": "UNKNOWN"}])
def test_an_answer_that_does_not_fit_is_an_incident_and_changes_nothing(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock, answer: Any
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)
    place.answers = [says(answer)]
    number = begun(paying, who)

    assert wait(paying, clock) == 0

    assert incidents(paying) == ["call"]
    assert opened(paying, number, who("rlb1")) == []
    assert "paid" not in instances.get(paying, number, who("rlb1")).data


def test_an_instance_that_was_stopped_gets_no_call(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)
    number = begun(paying, who)
    instances.withdraw(paying, number, who("rlb1"), reason="不付了")

    assert wait(paying, clock) == 0

    assert place.asked == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"url": "http://169.254.169.254/"}, "url.refused"),
        ({"url": "", "send": ""}, "url.missing"),
        ({"method": "DELETE"}, "url.method"),
        ({"token": "other"}, "url.token"),
        ({"send": "import os"}, "expr.syntax"),
        ({"take": "x = ().__class__"}, "expr.attribute"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_saved(
    paying: Engine, place: Outside, admin: Actor, facts: dict[str, str], code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        bindings.bind(paying, "payment", PAY, http(place) | facts, admin)

    assert caught.value.reason == code
    assert bindings.stubs(paying, "payment")[0].binding is None


def test_only_administrators_bind_and_only_what_there_is(
    paying: Engine, place: Outside, who: Login, admin: Actor
) -> None:
    with pytest.raises(NotAllowed):
        bindings.bind(paying, "payment", PAY, http(place), who("designer"))
    with pytest.raises(NotFound):
        bindings.bind(paying, "payment", "class:Other", http(place), admin)
    with pytest.raises(NotFound):
        bindings.unbind(paying, "payment", PAY, admin)

    bindings.bind(paying, "payment", PAY, http(place), admin)
    bindings.unbind(paying, "payment", PAY, admin)
    assert bindings.stubs(paying, "payment")[0].binding is None


RENAMED = DIAGRAM.replace("com.example.Pay", "com.example.Transfer").encode()


def test_what_an_older_version_calls_for_is_listed_and_bound_while_somebody_works_on_it(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    number = begun(paying, who)
    definitions.deploy(paying, {**FILES, "payment.bpmn": RENAMED})

    assert [(s.wanted, s.versions) for s in bindings.stubs(paying, "payment")] == [
        ("class:com.example.Transfer", (2,)), (PAY, (1,))
    ]  # fmt: skip
    bindings.bind(paying, "payment", PAY, {"send": "paid = true"}, admin)
    wait(paying, clock)
    wait(paying, clock)
    assert opened(paying, number, who("rlb1")) == ["核对"]

    instances.withdraw(paying, number, who("rlb1"), reason="不付了")
    assert [s.wanted for s in bindings.stubs(paying, "payment")] == ["class:com.example.Transfer"]


def test_one_version_may_be_bound_in_its_own_way(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    first = begun(paying, who)
    definitions.deploy(paying, {**FILES, "payment.bpmn": DIAGRAM.replace("补款", "补齐款项").encode()})
    second = begun(paying, who)
    bindings.bind(paying, "payment", PAY, {"send": "paid = 1"}, admin, version=1)
    (stub,) = bindings.stubs(paying, "payment")
    assert (stub.versions, stub.unbound) == ((2, 1), (2,))

    for _ in range(2):
        wait(paying, clock)
    assert opened(paying, first, who("rlb1")) == ["核对"]
    assert opened(paying, second, who("rlb1")) == []
    bindings.bind(paying, "payment", PAY, {"send": "paid = 2"}, admin)
    for _ in range(2):
        wait(paying, clock)

    assert [instances.get(paying, n, who("rlb1")).data["paid"] for n in (first, second)] == [1, 2]
    with pytest.raises(NotFound):
        bindings.bind(paying, "payment", PAY, {"send": "paid = 3"}, admin, version=7)
    bindings.unbind(paying, "payment", PAY, admin, version=1)
    assert [row.version for row in bindings.stubs(paying, "payment")[0].bindings] == [0]


def test_an_administrator_sees_unbound_stubs_among_the_incidents_and_looks_again(
    paying: Engine, who: Login, admin: Actor, clock: FakeClock
) -> None:
    number = begun(paying, who)
    (found,) = register.listed(paying, admin)
    assert (found.label, found.number, found.process, found.can_retry) == ("等待绑定", number, "payment", True)
    with pytest.raises(BadInput) as still:
        register.retry(paying, found.id, admin)
    assert still.value.reason == "incident.still"

    bindings.bind(paying, "payment", PAY, {"send": "paid = true"}, admin)
    assert register.retry(paying, found.id, admin) == 1

    assert register.listed(paying, admin) == ()
    assert wait(paying, clock) == 1
    assert opened(paying, number, who("rlb1")) == ["核对"]


def test_a_call_that_was_given_up_is_tried_again_from_the_incidents(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)
    place.answers = [says({}, 400)]
    number = begun(paying, who)
    wait(paying, clock)
    (found,) = register.listed(paying, admin)
    assert (found.label, found.number, found.process) == ("外部调用失败", number, "payment")

    place.answers = [says({"ok": True})]
    assert register.retry(paying, found.id, admin) == 1
    bindings.perform_due(paying)

    assert opened(paying, number, who("rlb1")) == ["核对"]
    assert register.listed(paying, admin) == ()


def test_a_call_that_is_not_as_it_was_asked_for_is_not_made_before_it_is_mended(
    paying: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bindings.bind(paying, "payment", PAY, http(place), admin)
    place.answers = [says({"ok": True})]
    number = begun(paying, who)
    change(paying, "UPDATE outgoing_call SET element = 'pax'")

    assert [wait(paying, clock), wait(paying, clock)] == [0, 0]
    shown = [one.element for one in bindings.waiting(paying, number, who("rlb1"))]
    assert (place.asked, incidents(paying), shown) == ([], ["altered"], [HIDDEN])
    assert "call.altered" in {f.code for f in doctor.examine(paying).violations}

    change(paying, "UPDATE outgoing_call SET element = 'pay'")
    clock.advance(timedelta(hours=1))
    assert bindings.perform_due(paying) == 1
    assert opened(paying, number, who("rlb1")) == ["核对"]

"""Draws small diagrams in a few words: each function gives the XML of an element."""

import itertools
from dataclasses import dataclass, field
from typing import Any

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:flowable="http://flowable.org/bpmn" targetNamespace="t">'
)
KNOWN = (
    '<message id="m1" name="m1"/><message id="m2" name="m2"/><signal id="s1" name="s1"/><error id="e1" errorCode="E1"'
    ' camunda:errorMessage="broken"/><error id="e2" errorCode="E2"/><escalation id="x1" escalationCode="X1"/>'
)
TIMERS = {"timer": "timeDuration", "cycle": "timeCycle", "date": "timeDate"}
Step = tuple[Any, ...]
END: Step = ("ended",)
numbers = itertools.count()


@dataclass(frozen=True)
class Scenario:
    """A diagram and what is done with it; ``others`` are further processes of the file."""

    name: str
    body: str
    steps: tuple[Step, ...]
    start: dict[str, Any] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def file(self) -> bytes:
        return f"{HEAD}{KNOWN}{process(self.body, 'main')}{''.join(self.others)}</definitions>".encode()


class Scenarios(list[Scenario]):
    """The scenarios of one subject."""

    def add(
        self,
        name: str,
        body: str,
        steps: list[Step],
        variables: dict[str, Any] | None = None,
        *,
        others: tuple[str, ...] = (),
        message: str | None = None,
        signal: str | None = None,
    ) -> None:
        """One more; it begins with these variables, plainly or by message or signal."""
        start = {"variables": variables or {}, "message": message, "signal": signal}
        self.append(Scenario(name, body, tuple(steps), start, others))


def active(*elements: str) -> Step:
    """These tasks are open."""
    return ("active", *elements)


def do(element: str, **given: Any) -> Step:
    """A person does a task."""
    return ("do", element, given)


def flow(*names: str, cond: str = "", id: str = "") -> str:
    """Sequence flows from each node to the next."""
    condition = f"<conditionExpression><![CDATA[{cond}]]></conditionExpression>" if cond else ""
    return "".join(
        f'<sequenceFlow id="{id or f"flow{next(numbers)}"}" sourceRef="{a}" targetRef="{b}">{condition}</sequenceFlow>'
        for a, b in itertools.pairwise(names)
    )


def event(kind: str, what: str = "", attributes: str = "") -> str:
    """An event definition: a reference, a time or a condition."""
    if kind in TIMERS:
        return f"<timerEventDefinition><{TIMERS[kind]}>{what}</{TIMERS[kind]}></timerEventDefinition>"
    if kind == "conditional":
        return f"<conditionalEventDefinition {attributes}><condition>{what}</condition></conditionalEventDefinition>"
    reference = f'{kind}Ref="{what}"' if what else ""
    return f"<{kind}EventDefinition {reference} {attributes}/>"


def begin(id: str = "s", inner: str = "", interrupts: bool = True) -> str:
    return f'<startEvent id="{id}" isInterrupting="{str(interrupts).lower()}">{inner}</startEvent>'


def end(*ids: str, inner: str = "") -> str:
    return "".join(f'<endEvent id="{id}">{inner}</endEvent>' for id in ids or ("e",))


def people(*ids: str, inner: str = "") -> str:
    """User tasks."""
    return "".join(f'<userTask id="{id}">{inner}</userTask>' for id in ids)


def boundary(id: str, host: str, inner: str, interrupts: bool = True) -> str:
    interrupting = str(interrupts).lower()
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{interrupting}">{inner}</boundaryEvent>'


def sub(id: str, inner: str, attributes: str = "") -> str:
    return f'<subProcess id="{id}" {attributes}>{inner}</subProcess>'


def event_sub(id: str, inner: str) -> str:
    return sub(id, inner, 'triggeredByEvent="true"')


def gateway(kind: str, *ids: str, default: str = "") -> str:
    chosen = f'default="{default}"' if default else ""
    return "".join(f'<{kind}Gateway id="{id}" {chosen}/>' for id in ids)


def guarded(host: str, watch: str, id: str = "sub", handler: str = "g") -> str:
    """An activity with a boundary event ``bd``: ``z`` comes after it, ``handler`` after the event."""
    around = begin() + host + watch + people("z", handler) + end("e", f"e{handler}")
    return around + flow("s", id, "z", "e") + flow("bd", handler, f"e{handler}")


def throw(id: str, inner: str) -> str:
    return f'<intermediateThrowEvent id="{id}">{inner}</intermediateThrowEvent>'


def catch(id: str, inner: str) -> str:
    return f'<intermediateCatchEvent id="{id}">{inner}</intermediateCatchEvent>'


def script(id: str, text: str, inner: str = "") -> str:
    return f'<scriptTask id="{id}" scriptFormat="juel"><script>{text}</script>{inner}</scriptTask>'


def call(id: str, extensions: str = "", attributes: str = 'calledElement="callee"', inner: str = "") -> str:
    holder = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    return f'<callActivity id="{id}" {attributes}>{holder}{inner}</callActivity>'


def process(body: str, id: str = "callee") -> str:
    return f'<process id="{id}" isExecutable="true">{body}</process>'


def many(times: str = "", *, over: str = "", until: str = "", sequential: bool = False, item: str = "item") -> str:
    """Multi-instance: a number of times or over a collection."""
    vendor = f'camunda:collection="{over}" camunda:elementVariable="{item}"' if over else ""
    inner = f"<loopCardinality>{times}</loopCardinality>" if times else ""
    inner += f"<completionCondition>{until}</completionCondition>" if until else ""
    mode = str(sequential).lower()
    name = "multiInstanceLoopCharacteristics"
    return f'<{name} isSequential="{mode}" {vendor}>{inner}</{name}>'

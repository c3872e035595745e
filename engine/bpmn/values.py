"""The values that enter and leave the core: frozen; only the sealed routes of a process know SpiffWorkflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.expressions import Expression
from engine.errors import Problem

Json = Any
Variables = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the diagram; ``kind`` is its BPMN tag, ``attributes`` merges those of the vendors by local name."""

    id: str
    kind: str
    name: str
    line: int | None = None
    lane: str | None = None
    scope: str | None = None  # the sub-process around it
    process: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    attached_to: str | None = None
    loop: str | None = None  # parallel | sequential | standard


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is the text as drawn."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form field declared inside the diagram by a vendor extension; ``options`` are value and label."""

    id: str
    label: str
    type: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    writable: bool = True
    default: str | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A start event that waits: ``kind`` is message, signal, timer or conditional; ``timer`` the text of a timer."""

    element: str
    kind: str
    name: str = ""
    timer: str = ""


HOOK = "hook:"  # what a stub wants that a function of the package's hooks.py does
DOCUMENT = "document:"  # what a stub wants that is made from a template of the package


LISTENER = "listener:"  # what a listener wants, with its event: what a binding of it is called after the event
RUNG = frozenset({"create", "assignment", "start", "take", "end", "complete"})  # events of listeners that happen here


@dataclass(frozen=True, slots=True)
class Stub:
    """Work that the diagram leaves to something we do not have; an administrator binds it by ``kind`` and ``wanted``.

    ``kind``: class, delegateExpression, expression, topic, type, script, decision, hook, document or listener. Where
    ``waits`` is True the instance waits there until it is told to go on. A listener names its event first:
    ``end com.example.Log``.
    """

    element: str
    kind: str
    wanted: str
    name: str = ""
    line: int | None = None
    file: str = ""
    waits: bool = True

    @property
    def event(self) -> str:
        """The event of a listener that happens here; empty for anything else."""
        word = self.wanted.partition(" ")[0]
        return word if self.kind == "listener" and word in RUNG else ""

    @property
    def bindable(self) -> bool:
        """Whether a binding of it would ever be called."""
        return self.waits or bool(self.event)


@dataclass(frozen=True, slots=True)
class Process:
    """A compiled definition: immutable, so instances and threads share one."""

    key: str
    name: str
    documentation: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    properties: Mapping[str, str]
    attributes: Mapping[str, str]
    digest: str
    user_tasks_in_order: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()
    adaptations: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    forms: Mapping[str, tuple[Form, ...]] = field(default_factory=dict)
    embedded_forms: Mapping[str, str] = field(default_factory=dict)  # Camunda 8: forms in the diagram, as JSON
    starts: tuple[StartEvent, ...] = ()
    stubs: tuple[Stub, ...] = ()
    routes: Any = field(default=None, repr=False, compare=False)  # for engine.bpmn.execution only


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; ``adaptations`` say in Chinese what was read differently from how it is drawn."""

    ok: bool
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    adaptations: tuple[str, ...] = ()
    key: str | None = None
    name: str = ""
    stubs: tuple[Stub, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """An open user task. ``item`` is what a loop stands at, ``scopes`` are the sub-processes and calls around it.

    ``variables`` is None, unless the task belongs to a called process, which has variables of its own. ``run`` is the
    outermost loop or call around it, the same for all that is done in one run of it; None outside of them.
    """

    id: str
    element: str
    name: str
    item: Json = None
    local: Mapping[str, Json] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    process: str = ""
    variables: Mapping[str, Json] | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A node that waits for the engine around it; ``kind`` is service, send, businessRule or stub.

    ``wanted`` says what its diagram calls for, as kind and name of the stub: ``class:com.example.Pay``, ``topic:mail``,
    ``script:groovy``; empty if the property ``register`` says what to do.
    """

    id: str
    element: str
    name: str
    kind: str
    local: Mapping[str, Json] = field(default_factory=dict)
    variables: Mapping[str, Json] | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity whose target is not among the files; ``variables`` is what its mapping hands over."""

    id: str
    element: str
    target: str
    variables: Mapping[str, Json]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A node that waits for an event; ``kind`` is message, signal, timer, conditional or receive."""

    id: str
    element: str
    kind: str
    name: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message, signal, error or escalation that left the instance; ``kind`` says which."""

    kind: str
    name: str
    element: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did to one instance."""

    snapshot: bytes
    variables: Variables
    activities: tuple[Activity, ...] = ()
    services: tuple[Service, ...] = ()
    calls: tuple[Call, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    next_due: datetime | None = None
    passed: tuple[str, ...] = ()
    ended: bool = False
    errors: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What completing an activity would do; nothing of it is kept."""

    activities: tuple[Activity, ...] = ()
    services: tuple[Service, ...] = ()
    calls: tuple[Call, ...] = ()
    passed: tuple[str, ...] = ()
    ended: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event node waits for or throws.

    ``kind``: none, message, signal, timer, conditional, error, escalation, compensate, terminate, cancel, link or
    unknown.
    ``name`` is the name or code, None for "any". ``timer`` is date, duration or cycle.
    """

    kind: str = "none"
    name: str | None = None
    expression: Expression | None = None
    timer: str = ""
    activity: str | None = None
    text: str = ""  # what an error says
    code_variable: str = ""  # where a caught error or escalation leaves its code
    message_variable: str = ""
    variable: str = ""  # the one variable whose changes a condition looks at

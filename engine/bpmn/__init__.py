"""The pure core: ``(process, snapshot, event, now) -> Step``. The only place that imports SpiffWorkflow or lxml."""

from engine.bpmn.compiler import check, compile
from engine.bpmn.isolation import check_isolated
from engine.bpmn.moving import entrance, move, superseded
from engine.bpmn.office_order import OfficeOrder, read_order, shipped_order
from engine.bpmn.steps import assign, complete, look, preview, receive, reschedule, start, wake
from engine.bpmn.values import (
    DOCUMENT,
    HOOK,
    LISTENER,
    Activity,
    Call,
    Element,
    Flow,
    Forecast,
    Form,
    Process,
    Report,
    Service,
    StartEvent,
    Step,
    Stub,
    Subscription,
    Thrown,
)
from engine.errors import Problem

__all__ = [
    "DOCUMENT",
    "HOOK",
    "LISTENER",
    "Activity",
    "Call",
    "Element",
    "Flow",
    "Forecast",
    "Form",
    "OfficeOrder",
    "Problem",
    "Process",
    "Report",
    "Service",
    "StartEvent",
    "Step",
    "Stub",
    "Subscription",
    "Thrown",
    "assign",
    "check",
    "check_isolated",
    "compile",
    "complete",
    "entrance",
    "look",
    "move",
    "preview",
    "read_order",
    "receive",
    "reschedule",
    "shipped_order",
    "start",
    "superseded",
    "wake",
]

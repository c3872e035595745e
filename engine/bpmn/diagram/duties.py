"""Checks the promise of the house at every user task: a person, a form, a limit, and properties that mean something."""

from difflib import get_close_matches

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Container

PERFORMERS = frozenset(["assignee", "candidateUsers", "candidateGroups"])
FORMS = frozenset(["formKey", "formRef"])
PROPERTIES = frozenset({
    "performer", "completion", "limit", "ladder", "outcomes", "actions", "fields", "opinion", "preview-approve",
    "abstain", "weights", "assist", "assist-limit", "assist-silence", "within", "consult-clock",
    "checklist", "anchor", "register", "bulk", "duty", "exclude", "veto", "own", "same", "return-to",
    "instructed-by", "required-by", "documents", "passes-when", "partial", "gate", "confirm", "reasons", "silence",
    "words",
    "state",  # of end events
    "order",  # of processes
    "to", "each", "when", "with", "owner", "facts", "from",  # of service tasks, with register
    "record", "record-state", "record-when",
    "hook",  # of service tasks: a function of hooks.py
    "document",  # of service tasks: a document of the package
    "submitted", "stop-called", "stop-message",  # of call activities
    "initiator",  # of call activities, and of service tasks that start
})  # fmt: skip


def lint_duties(process: Container, findings: Findings) -> None:
    """Warnings, because a diagram of another house is still worth reading."""
    for node in process.all_nodes():
        for name in node.properties.keys() - PROPERTIES:
            close = get_close_matches(name, PROPERTIES, 1)
            findings.warn("unknown_property", node.place, property=name, guess=f"（是否 {close[0]}）" if close else "")
        if node.kind == "userTask":
            if not PERFORMERS & node.attributes.keys() and "performer" not in node.properties:
                findings.warn("no_performer", node.place, name=node.name or node.id)
            if not FORMS & node.attributes.keys() and not node.forms:
                findings.warn("no_form", node.place, name=node.name or node.id)
            if not node.properties.get("limit"):
                findings.warn("no_limit", node.place, name=node.name or node.id)

"""The extensions of the dialects as one: Camunda 7, Operaton, Flowable, Activiti, Camunda 8, SpiffWorkflow."""

from engine.bpmn.diagram.source import Xml, child, local
from engine.bpmn.values import Form

FAMILY = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DIALECTS = (*FAMILY, ZEEBE, SPIFF)

# extension element of Camunda 8 -> its attribute -> the name the family uses
ZEEBE_ATTRIBUTES = {
    "assignmentDefinition": {
        "assignee": "assignee",
        "candidateGroups": "candidateGroups",
        "candidateUsers": "candidateUsers",
    },
    "formDefinition": {"formKey": "formKey", "formId": "formKey"},
    "taskSchedule": {"dueDate": "dueDate", "followUpDate": "followUpDate"},
    "taskDefinition": {"type": "topic"},
    "calledElement": {"processId": "calledElement"},
    "calledDecision": {"decisionId": "decisionRef", "resultVariable": "resultVariable"},
    "priorityDefinition": {"priority": "priority"},
    "script": {"expression": "script", "resultVariable": "resultVariable"},
}


def extensions(element: Xml) -> list[tuple[str, Xml]]:
    """The extension elements of the dialects we know, by local name."""
    holder = child(element, "extensionElements")
    if holder is None:
        return []
    return [
        (str(item.tag).rpartition("}")[2], item)
        for item in holder
        if isinstance(item.tag, str) and item.tag[1:].partition("}")[0] in DIALECTS
    ]


def attributes(element: Xml) -> dict[str, str]:
    """The vendor attributes by local name, Camunda 7 winning, and what Camunda 8 says in elements instead."""
    found: dict[str, str] = {}
    for namespace in reversed(DIALECTS):
        for name, value in element.attrib.items():
            if str(name).startswith(f"{{{namespace}}}"):
                found[str(name).rpartition("}")[2]] = str(value)
    for tag, item in extensions(element):
        for attribute, name in ZEEBE_ATTRIBUTES.get(tag, {}).items():
            if item.get(attribute):
                found.setdefault(name, str(item.get(attribute)))
    return found


def properties(element: Xml) -> dict[str, str]:
    """``camunda:properties`` as a dict, stripped."""
    found: dict[str, str] = {}
    for tag, item in extensions(element):
        if tag == "properties":
            for entry in item:
                name = entry.get("name")
                if name:
                    found[name] = (entry.get("value") or "").strip()
    return found


def forms(element: Xml) -> tuple[Form, ...]:
    """The form fields declared in the diagram: ``formProperty`` and ``formField``."""
    found = []
    for tag, item in extensions(element):
        entries = [item] if tag == "formProperty" else list(item) if tag == "formData" else []
        found += [_form(entry) for entry in entries if isinstance(entry.tag, str) and entry.get("id")]
    return tuple(found)


def _form(entry: Xml) -> Form:
    values = {str(key): str(value) for key, value in entry.attrib.items()}
    inner = [(str(item.tag).rpartition("}")[2], item) for item in entry.iter() if item is not entry]
    options = [
        (str(v.get("id")), str(v.get("name") or v.get("id"))) for tag, v in inner if tag == "value" and v.get("id")
    ]
    rules = {str(item.get("name")) for tag, item in inner if tag == "constraint" and item.get("config") != "false"}
    kind = values.get("type", "string")
    if kind == "date" and "H" in values.get("datePattern", ""):
        kind = "datetime"
    return Form(
        id=values["id"],
        label=values.get("name") or values.get("label") or values["id"],
        type=kind,
        attributes=values,
        required=values.get("required") == "true" or "required" in rules,
        writable=values.get("writable") != "false" and "readonly" not in rules,
        default=values.get("defaultValue") or values.get("default"),
        options=tuple(options),
    )


def embedded_forms(process: Xml) -> dict[str, str]:
    """Camunda 8 keeps forms inside the process, as JSON."""
    return {
        str(item.get("id")): "".join(str(part) for part in item.itertext()).strip()
        for tag, item in extensions(process)
        if tag == "userTaskForm" and item.get("id")
    }


def has_implementation(element: Xml, found: dict[str, str]) -> bool:
    """Whether a throw event hands its message to a service."""
    definition = next((item for item in element if local(item) == "messageEventDefinition"), None)
    inner = attributes(definition) if definition is not None else {}
    return bool({"class", "delegateExpression", "expression", "topic", "type"} & (found.keys() | inner.keys()))

"""What a diagram wants to be done by something we do not have: Java, a bean, a worker, a foreign script, a decision."""

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.model import Node
from engine.bpmn.diagram.source import Xml, local, text_of
from engine.bpmn.values import Stub

JAVA = ("class", "delegateExpression", "expression")


def service_stub(node: Node) -> Stub | None:
    """What a service task or message event wants; None if the property ``register`` says what our engine shall do."""
    if node.properties.get("register"):
        return None
    hook = node.properties.get("hook")
    if hook:
        return stub(node, "hook", hook)
    found = node.attributes | _of_definition(node)
    for kind in JAVA:
        if found.get(kind):
            return stub(node, kind, found[kind])
    if found.get("topic"):
        return stub(node, "topic", found["topic"])
    return stub(node, "type", found.get("type") or found.get("decisionRef") or "")


def stub(node: Node, kind: str, wanted: str, *, waits: bool = True) -> Stub:
    """A stub at a node."""
    return Stub(node.id, kind, " ".join(wanted.split())[:200], node.name, node.place.line, node.place.file, waits)


def listener_stubs(node: Node) -> list[Stub]:
    """The listeners of a node: told, but nothing waits for them."""
    found = []
    for tag, item in vendor.extensions(node.xml):
        if tag.endswith("Listener"):
            script = item.find("{*}script")
            wanted = next((str(item.get(name)) for name in (*JAVA, "type") if item.get(name)), "")
            if not wanted and script is not None:
                wanted = f"{script.get('scriptFormat') or ''} {text_of(script)}".strip()
            found.append(
                stub(node, "listener", f"{item.get('event') or item.get('eventType') or ''} {wanted}", waits=False)
            )
    return found


def _of_definition(node: Node) -> dict[str, str]:
    """A message event says in its definition who sends the message."""
    definition: Xml | None = next((item for item in node.xml if local(item) == "messageEventDefinition"), None)
    return vendor.attributes(definition) if definition is not None else {}

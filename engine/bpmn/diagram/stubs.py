"""What a diagram wants to be done by something we do not have: Java, a bean, a worker, a foreign script, a decision."""

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Place
from engine.bpmn.diagram.model import Node
from engine.bpmn.diagram.source import Xml, line_of, local, text_of
from engine.bpmn.values import RUNG, Stub

JAVA = ("class", "delegateExpression", "expression")


def service_stub(node: Node) -> Stub | None:
    """What a service task or message event wants; None if the property ``register`` says what our engine shall do."""
    if node.properties.get("register"):
        return None
    for own in ("hook", "document"):  # the package itself says what is to be done
        if node.properties.get(own):
            return stub(node, own, node.properties[own])
    found = node.attributes | _of_definition(node)
    for kind in JAVA:
        if found.get(kind):
            return stub(node, kind, found[kind])
    if found.get("topic"):
        return stub(node, "topic", found["topic"])
    return stub(node, "type", found.get("type") or found.get("decisionRef") or "")


def stub(node: Node, kind: str, wanted: str) -> Stub:
    """A stub at a node."""
    return Stub(node.id, kind, " ".join(wanted.split())[:200], node.name, node.place.line, node.place.file)


def listener_stubs(xml: Xml, place: Place, name: str) -> list[Stub]:
    """The listeners of a node, a flow or a process: nothing waits for them, but what they want may be bound."""
    found = []
    for tag, item in vendor.extensions(xml):
        if not tag.endswith("Listener"):
            continue
        script = item.find("{*}script")
        wanted = next((str(item.get(kind)) for kind in (*JAVA, "type") if item.get(kind)), "")
        if not wanted and script is not None:
            wanted = f"{script.get('scriptFormat') or ''} {text_of(script)}".strip()
        event = item.get("event") or item.get("eventType") or ""
        said = " ".join(f"{event} {wanted}".split())[:200]
        found.append(Stub(place.id, "listener", said, name, line_of(item) or place.line, place.file, waits=False))
    return found


def told(listener: Stub) -> str:
    """What the report says of a listener."""
    event, _, wanted = listener.wanted.partition(" ")
    line = f"第 {listener.line} 行" if listener.line else ""
    if event in RUNG:
        return f"{line}监听 {event}（{wanted}）不运行程序；绑定后在该时刻调用，绑定前不做任何事"
    return f"{line}监听 {event or '未注明'}（{wanted}）不运行，本系统没有这个时刻，也不能绑定"


def _of_definition(node: Node) -> dict[str, str]:
    """A message event says in its definition who sends the message."""
    definition: Xml | None = next((item for item in node.xml if local(item) == "messageEventDefinition"), None)
    return vendor.attributes(definition) if definition is not None else {}

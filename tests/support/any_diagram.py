"""A random diagram as a package: every step gets people, a limit and what may be done there."""

import re

from tests.engine.bpmn.diagrams import Block, as_bpmn
from tests.support.joint import TOGETHER
from tests.support.memo import FORM, manifest

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
# in turn: one, everybody, one after another, whoever takes it
SEATS = (
    {"performer": "post('hegao')"},
    {"performer": "people(['cwb_head', 'ahb_head'])", "completion": "all"},
    {"performer": "people(['fwb_head', 'xxb_head'])", "completion": "sequence"},
    {"performer": "post_group('wenshu')"},
)
COMMON = {
    "limit": "1CH/4WH/1WD",
    "ladder": "ESC-DOC",
    "outcomes": "approve:同意, refuse:不同意",
    "actions": TOGETHER,
}
FIELD = """
[[field]]
id = "{id}"
type = "integer"
label = "{id}"
"""


def as_package(block: Block, ways: list[str]) -> dict[str, bytes]:
    """The package ``random``; ``ways`` are the variables its gateways ask for, as fields of its form."""
    names = list(block.tasks())
    first = {"performer": "initiator()", "limit": "none"}
    text = as_bpmn(block).decode().replace("<definitions ", f"<definitions {CAMUNDA}", 1)
    for n, name in enumerate(names):
        text = _furnished(text, name, first if n == 0 else SEATS[n % len(SEATS)] | COMMON)
    return {
        "process.toml": manifest("random", "随机").replace(b'first = "Draft"', f'first = "{names[0]}"'.encode()),
        "forms/form.toml": (FORM + "".join(FIELD.format(id=name) for name in ways)).encode(),
        "main.bpmn": text.encode(),
    }


def _furnished(text: str, name: str, properties: dict[str, str]) -> str:
    """The user task with these properties; one that loops has something inside already."""
    given = "".join(f'<camunda:property name="{key}" value="{value}"/>' for key, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{given}</camunda:properties></extensionElements>"
    plain, looping = f'<userTask id="{name}"/>', f'<userTask id="{name}">'
    if plain in text:
        return text.replace(plain, f'<userTask id="{name}" name="{name}">{inner}</userTask>', 1)
    return re.sub(re.escape(looping), f'<userTask id="{name}" name="{name}">{inner}', text, count=1)

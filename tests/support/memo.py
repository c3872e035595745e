"""Two packages as small as tests need them: a memo that is drafted, reviewed and signed, and a vote of departments."""

FORM = """
title = "签报"
[[field]]
id = "title"
type = "text"
label = "标题"
required = true
max_length = 60
[[field]]
id = "amount"
type = "money"
label = "金额"
[[field]]
id = "urgency"
type = "select"
label = "紧急程度"
options = ["特急", "加急", "平件"]
default = "平件"
[[field]]
id = "departments"
type = "units"
label = "会签部门"
[[field]]
id = "checked"
type = "boolean"
label = "已核对"
[[field]]
id = "memo_no"
type = "text"
label = "编号"
system = true
[[field]]
id = "valid_until"
type = "datetime"
label = "有效期"
system = true
"""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="http://sanban.test">
"""


def task(element: str, name: str, **properties: str) -> str:
    """A user task with our properties; an underscore in a name stands for a dash."""
    given = "".join(
        f'<camunda:property name="{key.replace("_", "-")}" value="{value}" />' for key, value in properties.items()
    )
    return (
        f'<bpmn:userTask id="{element}" name="{name}"><bpmn:extensionElements><camunda:properties>{given}'
        "</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
    )


def service(element: str, action: str) -> str:
    """A service task that the engine does itself."""
    inner = f'<camunda:property name="register" value="{action}" />'
    return (
        f'<bpmn:serviceTask id="{element}" name="{element}"><bpmn:extensionElements><camunda:properties>{inner}'
        "</camunda:properties></bpmn:extensionElements></bpmn:serviceTask>"
    )


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow, with a condition if one is given."""
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="F_{source}_{target}" {ends}>{inner}</bpmn:sequenceFlow>'


def end(element: str, state: str = "") -> str:
    """An end event that says what became of the instance."""
    if not state:
        return f'<bpmn:endEvent id="{element}" />'
    inner = f'<camunda:property name="state" value="{state}" />'
    return (
        f'<bpmn:endEvent id="{element}"><bpmn:extensionElements><camunda:properties>{inner}'
        "</camunda:properties></bpmn:extensionElements></bpmn:endEvent>"
    )


def diagram(key: str, *nodes: str) -> bytes:
    """A whole file around some nodes."""
    body = "\n".join(nodes)
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">\n{body}\n</bpmn:process>'
    return f"{HEAD}{process}\n</bpmn:definitions>".encode()


def manifest(key: str, title: str, more: str = "") -> bytes:
    """A process.toml around what differs."""
    return f"""
key = "{key}"
title = "{title}"
code = "{key[:2].upper()}"
number = "{key[:2].upper()}-{{year}}-{{n:04}}"
diagram = "main.bpmn"
process = "{key}"
form = "form"
first = "Draft"
{more}
""".encode()


MEMO = {
    "process.toml": manifest(
        "memo",
        "签报",
        """
[limit]
value = "24CH/3WD/10WD"
ladder = "ESC-DOC"
[series.memo_no]
name = "签报"
text = "{name}〔{year}〕{n}号"
[reasons]
R-TEXT = "文字差错"
""",
    ),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "memo",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="1CH/2WH/1WD", ladder="ESC-DOC"),
        task(
            "Review",
            "核稿",
            performer="post('hegao')",
            limit="1CH/4WH/1WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不予发文",
            fields="checked:write",
            opinion="required-on:return,refuse; default:同意。",
            duty="把好四关",
        ),
        '<bpmn:exclusiveGateway id="Ask" name="结论" default="F_Ask_Sign" />',
        task(
            "Sign",
            "签发",
            performer="person('vp_a')",
            limit="2CH/4WH/1WD",
            ladder="ESC-DOC",
            outcomes="approve:签发, refuse:不签发",
            preview_approve="false",
        ),
        service("Number", "number:memo_no"),
        task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC"),
        end("Done"),
        end("Refused", "rejected"),
        flow("Begin", "Draft"),
        flow("Draft", "Review"),
        flow("Review", "Ask"),
        flow("Ask", "Refused", "${outcome == 'refuse'}"),
        flow("Ask", "Sign"),
        flow("Sign", "Number"),
        flow("Number", "File"),
        flow("File", "Done"),
    ),
}

VOTE = {
    "process.toml": manifest("vote", "会签"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "vote",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task(
            "Vote",
            "会签",
            performer="cosign(departments)",
            completion="all",
            limit="2CH/1WD/3WD",
            ladder="ESC-DOC",
            outcomes="agree:同意, comment:有修改意见, disagree:不同意",
        ),
        task("Weigh", "处理意见", performer="initiator()", limit="1WD", ladder="ESC-DOC"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Vote"),
        flow("Vote", "Weigh"),
        flow("Weigh", "Done"),
    ),
}

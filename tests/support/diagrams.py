"""Small diagrams for tests of uploads: one that runs, and what is done to it to make it fail."""

import io
import struct
import zipfile

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:sanban:test">
"""
LEAVE = (
    HEAD
    + """<bpmn:process id="leave" name="请假" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:userTask id="apply" name="请假申请" camunda:assignee="${initiator}" />
    <bpmn:userTask id="approve" name="部门审批" camunda:assignee="${initiator}" />
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="apply" />
    <bpmn:sequenceFlow id="f2" sourceRef="apply" targetRef="approve" />
    <bpmn:sequenceFlow id="f3" sourceRef="approve" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""
)
# one element nobody executes, and one condition that asks for the operating system
BROKEN = LEAVE.replace(
    '<bpmn:userTask id="approve" name="部门审批" camunda:assignee="${initiator}" />',
    '<bpmn:complexGateway id="approve" name="复杂判断" />',
).replace(
    '<bpmn:sequenceFlow id="f3" sourceRef="approve" targetRef="end" />',
    '<bpmn:sequenceFlow id="f3" sourceRef="approve" targetRef="end">'
    "<bpmn:conditionExpression>${__import__('os')}</bpmn:conditionExpression></bpmn:sequenceFlow>",
)
# a further step between the two, and the second one renamed
CHANGED = (
    LEAVE.replace("部门审批", "部门负责人审批")
    .replace('sourceRef="apply" targetRef="approve"', 'sourceRef="apply" targetRef="check"')
    .replace(
        "</bpmn:process>",
        '<bpmn:userTask id="check" name="人力核对" camunda:assignee="${initiator}" />'
        '<bpmn:sequenceFlow id="f4" sourceRef="check" targetRef="approve" /></bpmn:process>',
    )
)
ENTITY = LEAVE.replace(
    "<bpmn:definitions", '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><bpmn:definitions', 1
).replace("请假申请", "&secret;")


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive with these files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return whole.getvalue()


def crowded(entries: int, *, told: int | None = None) -> bytes:
    """An archive of nothing but names, which may say that it has fewer."""
    one = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, *[0] * 3, 33, 0, 0, 0, 1, *[0] * 4, 0, 0) + b"a"
    local = struct.pack("<4s2B4HL2L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    said = min(entries if told is None else told, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(one) * entries, len(local), 0)
    return local + one * entries + end

"""The form of a package that brings none: made of what its diagram and its Camunda forms declare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import bpmn
from forms import Form, adopt, components

BASIC: tuple[dict[str, Any], ...] = (
    {"id": "title", "type": "text", "label": "标题", "required": True, "max_length": 120},
    {"id": "urgency", "type": "select", "label": "紧急程度", "options": ["特急", "加急", "平件"], "default": "平件"},
    {"id": "note", "type": "textarea", "label": "说明"},
)


@dataclass(frozen=True, slots=True)
class Adopted:
    """``rights`` say which fields each step writes, ``start`` which the start form does, both as ``fields`` says it."""

    form: Form
    rights: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    notes: tuple[str, ...] = ()


def adopted_form(process: bpmn.Process, files: Mapping[str, bytes]) -> Adopted:
    """One form for all steps: the basic fields, then those of the start event and of each step in reading order."""
    found, notes = _by_element(process, files)
    order = sorted(found, key=lambda id: (process.elements[id].kind != "startEvent", *_place(process, id)))
    form, lost = adopt("事项", [raw for id in order for raw in found[id]], BASIC)
    notes += [f"表单字段 {name} 没有对应的类型或名称不可用，未采用" for name in lost]
    if len(form.by_id) > len(BASIC):
        notes.append(f"流程图和表单文件中的 {len(form.by_id) - len(BASIC)} 个字段已转为本系统表单")
    written = {id: [r["id"] for r in found[id] if r.get("writable", True) and r["id"] in form.by_id] for id in order}
    starting = [name for id in order if process.elements[id].kind == "startEvent" for name in written[id]]
    basic = [raw["id"] for raw in BASIC]
    only = ", ".join(["*:read", *(f"{name}:write" for name in dict.fromkeys([*basic, *starting]))])
    rights = {id: ", ".join(f"{name}:write" for name in names) for id, names in written.items() if names}
    return Adopted(form, rights, only if len(form.by_id) > len(BASIC) else "", tuple(notes))


def _place(process: bpmn.Process, element: str) -> tuple[int, str]:
    order = process.user_tasks_in_order
    return (order.index(element) if element in order else len(order), element)


def _by_element(process: bpmn.Process, files: Mapping[str, bytes]) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """The fields each element declares, in the words of ``forms.adopt``."""
    drawn, notes = _drawn_forms(process, files)
    found: dict[str, list[dict[str, Any]]] = {}
    for element in process.elements.values():
        declared = [_raw(one) for one in process.forms.get(element.id, ())]
        key = element.attributes.get("formRef") or element.attributes.get("formKey") or ""
        declared += drawn.get(key.rpartition(":")[2].rpartition("/")[2], [])
        if declared and element.kind in ("startEvent", "userTask"):
            found[element.id] = declared
    return found, notes


def _drawn_forms(
    process: bpmn.Process, files: Mapping[str, bytes]
) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """Camunda forms by everything a step may call them: id, file name, id inside the diagram."""
    texts = dict(process.embedded_forms)
    texts |= {name: content.decode("utf-8", "replace") for name, content in files.items() if name.endswith(".form")}
    drawn: dict[str, list[dict[str, Any]]] = {}
    notes = []
    for name, text in texts.items():
        try:
            id, fields = components(text)
        except (ValueError, RecursionError):
            notes.append(f"表单文件 {name[:60]} 不是可读的 Camunda 表单，未采用")
            continue
        short = name.rpartition("/")[2]
        drawn |= dict.fromkeys({id, short, short.removesuffix(".form")} - {""}, fields)
    return drawn, notes


def _raw(one: bpmn.Form) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "type": one.type,
        "required": one.required,
        "writable": one.writable,
        "default": one.default,
        "options": one.options,
    }

"""What differs between two versions of a package, element by element; list and colours come from the same changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bpmn import Element, Flow, Process
from engine.package import Package

KINDS = {
    "userTask": "环节", "manualTask": "环节", "task": "环节", "serviceTask": "自动环节", "sendTask": "自动环节",
    "scriptTask": "自动环节", "businessRuleTask": "自动环节", "receiveTask": "等待环节", "callActivity": "调用流程",
    "subProcess": "子流程", "exclusiveGateway": "排他网关", "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关", "startEvent": "开始", "endEvent": "结束",
    "boundaryEvent": "边界事件", "intermediateCatchEvent": "等待事件", "intermediateThrowEvent": "抛出事件",
}  # fmt: skip
WORDS = {
    "name": "名称", "kind": "类型", "performer": "办理人", "completion": "完成规则", "limit": "时限",
    "ladder": "升级阶梯", "outcomes": "结论按钮", "actions": "可用操作", "fields": "字段权限", "opinion": "意见规则",
    "checklist": "清单", "preview-approve": "列表直接办理", "register": "自动登记", "exclude": "回避",
    "own": "本人自动通过", "veto": "一票否决", "duty": "责任说明", "return-to": "退回目标", "bulk": "批量办理",
    "assignee": "办理人", "candidateGroups": "候选组", "candidateUsers": "候选人", "formKey": "表单",
    "condition": "条件", "source": "起点", "target": "终点", "documentation": "说明", "state": "结束状态",
    "attached_to": "所在环节", "lane": "泳道", "loop": "多实例",
}  # fmt: skip
TONES = {"added": "新增", "removed": "删除", "changed": "修改"}


@dataclass(frozen=True, slots=True)
class Change:
    """One element or file that differs; ``details`` say how, old before new."""

    kind: str  # added | removed | changed
    element: str
    what: str
    name: str
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What a badge on the canvas says."""
        told = f"{TONES[self.kind]}{self.what}“{self.name}”"
        return f"{told}：{'；'.join(self.details)}" if self.details else told


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences: nodes and flows of the main diagram, other files, and whether only the drawing moved."""

    elements: tuple[Change, ...]
    files: tuple[Change, ...]
    redrawn: bool

    @property
    def same(self) -> bool:
        return not (self.elements or self.files or self.redrawn)

    def count(self, kind: str) -> int:
        return sum(change.kind == kind for change in (*self.elements, *self.files))

    def marks(self, *kinds: str) -> list[dict[str, str | None]]:
        """The changes as the canvas wants them, only of these kinds: an old canvas cannot show what is new."""
        return [
            {"element": c.element, "code": f"diff.{c.kind}", "message_zh": c.sentence, "severity": c.kind}
            for c in self.elements
            if c.kind in kinds
        ]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A node or flow as it is compared."""

    what: str
    name: str
    facts: Mapping[str, str]


def compare(old: Package, new: Package) -> Comparison:
    """From ``old`` to ``new``."""
    elements = tuple(_differences(_things(old.process), _things(new.process)))
    files = tuple(_files(_others(old), _others(new)))
    return Comparison(elements, files, not elements and old.xml != new.xml)


def _things(process: Process) -> dict[str, _Thing]:
    names = {id: element.name or id for id, element in process.elements.items()}
    nodes = {e.id: _Thing(KINDS.get(e.kind, e.kind), names[e.id], _node_facts(e)) for e in process.elements.values()}
    flows = {
        f.id: _Thing("连线", f"{names.get(f.source, f.source)} → {names.get(f.target, f.target)}", _flow_facts(f))
        for f in process.flows.values()
    }
    return nodes | flows


def _differences(old: Mapping[str, _Thing], new: Mapping[str, _Thing]) -> Iterable[Change]:
    for id, thing in new.items():
        if id not in old:
            yield Change("added", id, thing.what, thing.name)
        elif details := tuple(_details(old[id].facts, thing.facts)):
            yield Change("changed", id, thing.what, thing.name, details)
    for id, thing in old.items():
        if id not in new:
            yield Change("removed", id, thing.what, thing.name)


def _details(old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[str]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key, ""), new.get(key, "")
        if before != after:
            yield f"{WORDS.get(key, key)} {_short(before)} → {_short(after)}"


def _short(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text or "（无）"


def _node_facts(element: Element) -> dict[str, str]:
    drawn = {"name": element.name, "kind": element.kind, "documentation": element.documentation}
    around = {"lane": element.lane or "", "attached_to": element.attached_to or "", "loop": element.loop or ""}
    return drawn | around | dict(element.attributes) | dict(element.properties)


def _flow_facts(flow: Flow) -> dict[str, str]:
    return {"source": flow.source, "target": flow.target, "name": flow.name, "condition": flow.condition or ""}


def _others(package: Package) -> dict[str, bytes]:
    return {path: content for path, content in package.files.items() if path != package.manifest.diagram}


def _files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterable[Change]:
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            kind = "added" if path not in old else "removed" if path not in new else "changed"
            yield Change(kind, "", "文件", path)

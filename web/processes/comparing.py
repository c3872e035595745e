"""What differs between two versions of a package, element by element; list and colours come from the same changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bpmn import Element, Flow, Process
from engine.package import Package
from web.language import N_, _, told

KINDS = {
    "userTask": N_("环节"), "manualTask": N_("环节"), "task": N_("环节"), "serviceTask": N_("自动环节"),
    "sendTask": N_("自动环节"), "scriptTask": N_("自动环节"), "businessRuleTask": N_("自动环节"),
    "receiveTask": N_("等待环节"), "callActivity": N_("调用流程"), "subProcess": N_("子流程"),
    "exclusiveGateway": N_("排他网关"), "parallelGateway": N_("并行网关"), "inclusiveGateway": N_("包容网关"),
    "eventBasedGateway": N_("事件网关"), "startEvent": N_("开始"), "endEvent": N_("结束"),
    "boundaryEvent": N_("边界事件"), "intermediateCatchEvent": N_("等待事件"),
    "intermediateThrowEvent": N_("抛出事件"),
}  # fmt: skip
WORDS = {
    "name": N_("名称"), "kind": N_("类型"), "performer": N_("办理人"), "completion": N_("完成规则"),
    "limit": N_("时限"), "ladder": N_("升级阶梯"), "outcomes": N_("结论按钮"), "actions": N_("可用操作"),
    "fields": N_("字段权限"), "opinion": N_("意见规则"), "checklist": N_("清单"),
    "preview-approve": N_("列表直接办理"), "register": N_("自动登记"), "exclude": N_("回避"),
    "own": N_("本人自动通过"), "veto": N_("一票否决"), "duty": N_("责任说明"), "return-to": N_("退回目标"),
    "bulk": N_("批量办理"), "assignee": N_("办理人"), "candidateGroups": N_("候选组"), "candidateUsers": N_("候选人"),
    "formKey": N_("表单"), "condition": N_("条件"), "source": N_("起点"), "target": N_("终点"),
    "documentation": N_("说明"), "state": N_("结束状态"), "attached_to": N_("所在环节"), "lane": N_("泳道"),
    "loop": N_("多实例"),
}  # fmt: skip
SENTENCES = {
    "added": N_("新增%(what)s“%(name)s”"),
    "removed": N_("删除%(what)s“%(name)s”"),
    "changed": N_("修改%(what)s“%(name)s”：%(details)s"),
}


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
        return _(SENTENCES[self.kind], what=told(self.what), name=self.name, details=_("；").join(self.details))


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
        f.id: _Thing(N_("连线"), f"{names.get(f.source, f.source)} → {names.get(f.target, f.target)}", _flow_facts(f))
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
            yield f"{told(WORDS.get(key, key))} {_short(before)} → {_short(after)}"


def _short(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text or _("（无）")


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
            yield Change(kind, "", N_("文件"), path)

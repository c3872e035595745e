"""Documents of a package that cannot be made: no template, no such field, a step that offers what is not there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from engine import bpmn, documents
from engine.package.manifest import Manifest
from engine.package.plan import Plan
from forms import Form


class PaperFault(NamedTuple):
    """What is wrong, and at which element if it is at one."""

    element: str | None
    zh: str
    en: str


def paper_faults(
    manifest: Manifest, files: Mapping[str, bytes], form: Form | None, process: bpmn.Process, plans: Iterable[Plan]
) -> Iterator[PaperFault]:
    """Everything that would fail only when somebody presses the button."""
    holders = {f.id for f in form.fields if f.type == "files"} if form is not None else set()
    for name, document in manifest.document.items():
        for kind, template in document.templates.items():
            for fault in documents.faults(files, template, documents.FORMATS[kind]):
                yield PaperFault(None, f"文书 {name}：{fault.zh}", f"document {name}: {fault.en}")
        if document.field is not None and document.field not in holders:
            zh = f"文书 {name} 的字段 {document.field} 不是表单的多文件字段"
            yield PaperFault(None, zh, f"document {name}: {document.field} is no field of type files")
    asked = [(plan.element, name) for plan in plans for name in plan.documents]
    asked += [(e.id, e.properties["document"]) for e in process.elements.values() if e.properties.get("document")]
    for element, name in asked:
        if name not in manifest.document:
            yield PaperFault(element, f"没有文书 {name}", f"no document {name!r}")

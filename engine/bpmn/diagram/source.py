"""Turns the bytes of a file into an XML tree, refusing what no BPMN file needs: entities, depth, size, other formats."""

import re

from lxml import etree

from engine.bpmn.diagram.findings import Findings, Place

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LARGEST = 5 * 1024 * 1024
DEEPEST = 100
MOST_ELEMENTS = 60_000

Xml = etree._Element


def parse(name: str, content: bytes, findings: Findings) -> Xml | None:
    """The root element, or None after a problem has been noted."""
    place = Place(name, 1, name)
    if len(content) > LARGEST:
        findings.error("bpmn.too_big", place, "文件超过 5 MB", "the file is larger than 5 MB", "请拆分流程图。", "Split the diagram.")
        return None
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", _ascii(content), re.IGNORECASE):
        findings.error(
            "bpmn.doctype", place, "文件含有 DOCTYPE 或实体声明", "the file holds a DOCTYPE or an entity",
            "请删除 <!DOCTYPE …> 后重新导出。", "Remove the DOCTYPE.",
        )  # fmt: skip
        return None
    return _checked(_parse_xml(name, content, findings), place, findings)


def _parse_xml(name: str, content: bytes, findings: Findings) -> Xml | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        text, line = str(error), getattr(error, "lineno", None)
        code, zh = "bpmn.not_bpmn", "不是有效的 BPMN 文件"
        if "depth" in text.lower():
            code, zh = "bpmn.too_deep", "XML 嵌套太深"
        elif "encod" in text.lower() or "not proper UTF-8" in text or "conversion" in text:
            code, zh = "bpmn.encoding", "文件的实际编码与声明不一致"
        fix = "请用建模工具重新导出为 BPMN 2.0 XML。"
        findings.error(code, Place(name, line, name), zh, f"cannot be read: {text[:200]}", fix, "Export again as BPMN 2.0 XML.")
        return None


def _checked(root: Xml | None, place: Place, findings: Findings) -> Xml | None:
    """The root, if it is BPMN of a reasonable shape."""
    if root is None:
        return None
    if root.tag != f"{{{BPMN}}}definitions":
        findings.error(
            "bpmn.not_bpmn", place, "根元素不是 BPMN 2.0 的 definitions", "the root is not definitions of BPMN 2.0",
            "请用建模工具导出为 BPMN 2.0 XML。", "Export as BPMN 2.0 XML.",
        )  # fmt: skip
        return None
    depth, count, stack = 0, 0, [(root, 1)]
    while stack:
        element, level = stack.pop()
        count, depth = count + 1, max(depth, level)
        stack.extend((child, level + 1) for child in element)
    if depth > DEEPEST:
        findings.error("bpmn.too_deep", place, f"XML 嵌套超过 {DEEPEST} 层", f"nested deeper than {DEEPEST}")
        return None
    if count > MOST_ELEMENTS:
        findings.error("bpmn.too_big", place, f"元素超过 {MOST_ELEMENTS} 个", f"more than {MOST_ELEMENTS} elements")
        return None
    return root


def _ascii(content: bytes) -> bytes:
    """The content without the zero bytes of UTF-16, so that a declaration cannot hide in the encoding."""
    return content.replace(b"\x00", b"")


def local(element: Xml) -> str:
    """The BPMN name of an element; empty for other namespaces, comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def child(element: Xml, name: str) -> Xml | None:
    """The first BPMN child of that name."""
    return element.find(f"{{{BPMN}}}{name}")


def children(element: Xml, name: str) -> list[Xml]:
    """All BPMN children of that name."""
    return element.findall(f"{{{BPMN}}}{name}")


def text_of(element: Xml | None) -> str:
    """The text inside, trimmed."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""

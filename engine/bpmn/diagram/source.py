"""Turns the bytes of a file into an XML tree, refusing what no BPMN file needs: entities, depth, size."""

import re

from lxml import etree

from engine.bpmn.diagram.findings import Findings, Place

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN = frozenset(
    f"{{{namespace}}}definitions"
    for namespace in (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    )
)
LARGEST = 5 * 1024 * 1024
DEEPEST = 100
MOST_ELEMENTS = 60_000  # of XML, layout and extensions included
MOST_NAMED = 10_000  # of BPMN with an id; the exact limit of nodes and flows is the linter's

Xml = etree._Element


def parse(name: str, content: bytes, findings: Findings) -> Xml | None:
    """The root element, or None after a problem has been noted."""
    place = Place(name, 1, name)
    if len(content) > LARGEST:
        findings.error("file_too_big", place)
        return None
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content.replace(b"\x00", b""), re.IGNORECASE):  # also in UTF-16
        findings.error("doctype", place)
        return None
    if _says_wrong_encoding(content):
        findings.error("encoding", place)
        return None
    root = _read(name, content, findings)
    return root if root is not None and _is_reasonable(root, place, findings) else None


def _says_wrong_encoding(content: bytes) -> bool:
    """Whether a file declares a Chinese encoding, but is UTF-8: it would be read as other characters."""
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([\w-]+)", content)
    if declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii") or content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(name: str, content: bytes, findings: Findings) -> Xml | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error  # the limit of the child process, and nothing the file says
        text = str(error)
        place = Place(name, getattr(error, "lineno", None), name)
        if "depth" in text.lower():
            findings.error("too_deep", place)
        elif re.search(r"encod|not proper UTF-8|conversion|invalid byte", text, re.IGNORECASE):
            findings.error("encoding", place)
        else:
            findings.error("not_xml" if "Start tag" in text else "cut_off", place)
        return None


def _is_reasonable(root: Xml, place: Place, findings: Findings) -> bool:
    """Whether it is BPMN of a reasonable shape."""
    if place.file.endswith(".dmn") and root.tag not in DMN:
        findings.error("not_dmn", place)
        return False
    if root.tag not in DMN and root.tag != f"{{{BPMN}}}definitions":
        findings.error("not_bpmn", place, why=f"<{str(root.tag).rpartition('}')[2][:40]}>")
        return False
    if _count(root, "//*") > MOST_ELEMENTS or _count(root, "//bpmn:*[@id]") > MOST_NAMED:
        findings.error("too_many", place, most=MOST_NAMED)
        return False
    deepest, stack = 0, [(root, 1)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((inner, depth + 1) for inner in element)
    if deepest > DEEPEST:
        findings.error("too_deep", place)
    return deepest <= DEEPEST


def _count(root: Xml, path: str) -> int:
    """How many elements there are, without making objects of them."""
    found = root.xpath(f"count({path})", namespaces={"bpmn": BPMN})
    assert isinstance(found, float)
    return int(found)


def holds_decisions(root: Xml) -> bool:
    """Whether a file is DMN and not BPMN."""
    return root.tag in DMN


def local(element: Xml) -> str:
    """The BPMN name of an element; empty for other namespaces."""
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


def line_of(element: Xml) -> int | None:
    """The line in the file, for messages."""
    return element.sourceline  # type: ignore[return-value]  # the stubs say "..."

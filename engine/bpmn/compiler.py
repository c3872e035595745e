"""From the bytes of the files to a process: read, check, build, seal."""

import hashlib
from collections.abc import Mapping, Sequence

from engine.bpmn.decisions import Decision
from engine.bpmn.diagram.build import Builder
from engine.bpmn.diagram.decision_tables import check_requirements, read_decisions
from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.diagram.lint import is_too_large, lint
from engine.bpmn.diagram.model import Container
from engine.bpmn.diagram.reader import read_processes
from engine.bpmn.diagram.sealing import seal
from engine.bpmn.diagram.source import holds_decisions, parse
from engine.bpmn.office_order import OfficeOrder, lint_order, shipped_order
from engine.bpmn.soundness import examine
from engine.bpmn.values import Process, Report
from engine.errors import InvalidProcess

Compiled = tuple[Process | None, tuple[Container, ...]]


def compile(files: Mapping[str, bytes], *, main: str | None = None) -> Process:
    """The process ``main`` of the files (or the one that nobody calls); raises ``InvalidProcess`` with all problems."""
    findings = Findings()
    process, _ = _compile(files, main, findings)
    if findings.problems or process is None:
        raise InvalidProcess(findings.problems)
    return process


def check(files: Mapping[str, bytes], *, main: str | None = None, order: Sequence[OfficeOrder] | None = None) -> Report:
    """The same without raising: what is wrong, what is doubtful and what was read differently.

    Also looks for what may go wrong on some way through, and for steps that come in another order than ``order`` says
    (default: the shipped rules).
    """
    findings = Findings()
    process, containers = _compile(files, main, findings)
    if not findings.problems:
        for container in containers:
            examine(container, findings)
            lint_order(container, shipped_order() if order is None else order, findings)
    return Report(
        ok=not findings.problems,
        problems=tuple(findings.problems),
        warnings=tuple(findings.warnings),
        adaptations=tuple(findings.adaptations),
        key=process.key if process else main,
        name=process.name if process else "",
        stubs=tuple(findings.stubs),
    )


def _compile(files: Mapping[str, bytes], main: str | None, findings: Findings) -> Compiled:
    containers, decisions = _read(files, findings)
    chosen = _main(containers, main, findings)
    if chosen is None or is_too_large(containers, findings):
        return None, ()
    if len(containers) > 1:
        findings.adapt(chosen.place, f"文件含有 {len(containers)} 个流程，以 {chosen.id} 为主流程")
    lint(containers, chosen, findings)
    builder = Builder(findings, decisions)
    for container in containers.values():
        builder.add_process(container)
    process = seal(containers, chosen, builder.finished(chosen.id), findings, _digest(files, chosen.id))
    return process, tuple(containers.values())


def _read(files: Mapping[str, bytes], findings: Findings) -> tuple[dict[str, Container], dict[str, Decision]]:
    """The processes and decisions of all files by id."""
    containers: dict[str, Container] = {}
    decisions: dict[str, Decision] = {}
    for name, content in files.items():
        root = parse(name, content, findings)
        if root is not None and holds_decisions(root):
            decisions |= read_decisions(root, name, decisions, findings)
            continue
        for container in read_processes(root, name, findings) if root is not None else ():
            if container.id in containers:
                findings.error("duplicate_id", container.place)
            containers[container.id] = container
    check_requirements(decisions, findings)
    return containers, decisions


def _main(containers: Mapping[str, Container], main: str | None, findings: Findings) -> Container | None:
    """The process that is asked for, or the first executable one that no other process calls."""
    if main is not None:
        if main not in containers and not findings.problems:
            findings.error("no_process", Place(main), name=main)
        return containers.get(main)
    called = {node.xml.get("calledElement") for c in containers.values() for node in c.all_nodes()}
    with_nodes = [c for c in containers.values() if c.nodes]
    ranked = sorted(with_nodes, key=lambda c: (not c.executable, c.id in called))
    if not ranked and not findings.problems:
        findings.error("no_process", Place(next(iter(containers), "")), name="")
    return ranked[0] if ranked else None


def _digest(files: Mapping[str, bytes], main: str) -> str:
    """The same files and main process always give the same digest."""
    digest = hashlib.sha256(main.encode())
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()

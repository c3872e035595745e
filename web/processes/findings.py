"""The report on an upload as the designer page shows it: each finding with the name of its element."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn import Process
from engine.model import Json
from web.language import WRITTEN, language, told

# the file is no diagram at all: there is nothing to draw
NOT_DRAWN = frozenset(
    {"bpmn.not_bpmn", "bpmn.doctype", "bpmn.encoding", "bpmn.too_deep", "bpmn.too_big", "bpmn.too_costly"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """``element`` is empty when the finding is about a file as a whole."""

    severity: str
    element: str
    line: int | None
    file: str
    code: str
    message: str
    fix: str


def findings(report: Mapping[str, Json], files: Sequence[str], severity: str = "") -> list[Finding]:
    """Problems and then warnings of a report."""
    raw = [*report.get("problems", ()), *report.get("warnings", ())]
    return [_finding(one, files) for one in raw if severity in ("", one["severity"])]


def marks(report: Mapping[str, Json], diagram: str) -> list[dict[str, Json]]:
    """The findings of one diagram, as the canvas wants them."""
    raw = [*report.get("problems", ()), *report.get("warnings", ())]
    names = ("element", "line", "code", "severity")
    return [
        {**{name: one[name] for name in names}, "message_zh": _said(one)}  # the name that the canvas reads
        for one in raw
        if one.get("file", "") in ("", diagram)
    ]


def drawable(report: Mapping[str, Json], diagram: str) -> bool:
    """Can the canvas show this file at all?"""
    return not any(one["code"] in NOT_DRAWN and one.get("file") in ("", diagram) for one in report.get("problems", ()))


def adaptations(report: Mapping[str, Json]) -> list[str]:
    """What runs differently from how it is drawn, each with its element before it if it has one."""
    return [_adapted(line) for line in report.get("adaptations", ())]


def named(finding: Finding, process: Process | None) -> str:
    """What the list calls the place of a finding."""
    if process is not None and finding.element in process.elements:
        return process.elements[finding.element].name or finding.element
    return finding.element or finding.file


def _finding(raw: Mapping[str, Json], files: Sequence[str]) -> Finding:
    element = raw.get("element") or ""
    return Finding(
        severity=raw["severity"],
        element="" if element in files else element,
        line=raw.get("line"),
        file=raw.get("file") or "",
        code=raw["code"],
        message=_said(raw),
        fix=_fix(raw),
    )


def _said(raw: Mapping[str, Json]) -> str:
    """The finding in the language of whoever looks."""
    chinese: str = raw["message_zh"]
    return chinese if language() == WRITTEN else raw.get("message_en") or chinese


def _fix(raw: Mapping[str, Json]) -> str:
    chinese = raw.get("fix_zh") or ""
    return chinese if language() == WRITTEN else raw.get("fix_en") or told(chinese)


def _adapted(line: str) -> str:
    place, _colon, sentence = line.partition("：")
    said = told(sentence)
    return told(line) if said == sentence else f"{place}: {said.strip()}"

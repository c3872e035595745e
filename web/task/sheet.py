"""A document on paper after GB/T 9704: what a form with a field of type ``document`` shows beside its fields.

It reads the fields issuer, series, doc_no, main_to, copy_to, issue_date and classification where the form has them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import forms
from engine.model import InstanceView, Json
from engine.verbs import people

if TYPE_CHECKING:
    from engine.runtime import Engine

# 一、 heads a section in 黑体, （一） in 楷体; a head ends at the first full stop
_FIRST = re.compile(r"[一二三四五六七八九十]+、")
_SECOND = re.compile(r"（[一二三四五六七八九十]+）")
_END = re.compile(r"[。：]")
PLAIN_MARKS = ("平件", "无", "公开", "内部公开", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``paragraphs`` are (kind, head, rest): kind is first, second, flush or empty."""

    label: str
    title: str
    urgency: str
    classification: str
    issuer: str
    number: str
    main_to: str
    copy_to: str
    date: str
    paragraphs: tuple[tuple[str, str, str], ...]
    attachments: tuple[str, ...]
    characters: int


def sheet(engine: "Engine", instance: InstanceView, data: Mapping[str, Json], drawing: forms.Drawing) -> Sheet | None:
    """The sheet of this form, if it has a document and the document has words."""
    fields = {widget.id: widget for section in drawing.sections for widget in section.widgets}
    body = next((widget for widget in fields.values() if widget.type == "document"), None)
    if body is None or not body.text.strip():
        return None
    text = {id: widget.text for id, widget in fields.items()}
    paragraphs = tuple(paragraph(line.strip()) for line in body.text.splitlines() if line.strip())
    files = next((w.chosen_text for w in fields.values() if w.type == "files" and w.chosen), ())
    return Sheet(
        label=body.label,
        title=instance.title,
        urgency=_mark(instance.urgency),
        classification=_mark(text.get("classification", "")),
        issuer=text.get("issuer") or group_name(engine),
        number=text.get("doc_no") or _open_number(text.get("series", ""), instance),
        main_to="" if paragraphs[0][0] == "flush" else text.get("main_to", ""),
        copy_to=text.get("copy_to", ""),
        date=_in_characters(str(data.get("issue_date") or "")),
        paragraphs=paragraphs,
        attachments=files,
        characters=len(re.sub(r"\s", "", body.text)),
    )


def _mark(text: str) -> str:
    return "" if text in PLAIN_MARKS else text


def group_name(engine: "Engine") -> str:
    """The name that heads documents and prints: the group's own."""
    group = next((unit for unit in people.directory(engine).units if unit.kind == "group"), None)
    return group.name if group else engine.settings.organisation


def _open_number(series: str, instance: InstanceView) -> str:
    """华远发〔2026〕　　号, before the number is taken."""
    return f"{series}〔{instance.started.year}〕　　号" if series else ""


def paragraph(line: str) -> tuple[str, str, str]:
    """A line of the text as (kind, head, rest)."""
    for kind, start in (("first", _FIRST), ("second", _SECOND)):
        if start.match(line):
            end = _END.search(line)
            cut = end.end() if end else len(line)
            # one long sentence on its own is no heading, only an item of a list
            return (kind, line[:cut], line[cut:]) if cut < len(line) or not end else ("", "", line)
    # a line that addresses somebody begins at the margin
    return ("flush" if line.endswith("：") and len(line) <= 40 else "", "", line)


def _in_characters(day: str) -> str:
    """2026年9月17日, as a document writes its date."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", day)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else day

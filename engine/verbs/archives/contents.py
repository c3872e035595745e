"""What goes into the package of an ended case: gathered in one view of the database, packed outside of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine.archives
from engine.archives import Member
from engine.archives.packing import CHAIN, MODEL, as_json
from engine.errors import Conflict
from engine.model import Entry, InstanceView, OpenItem
from engine.progress import Case, load
from engine.progress.filing import plain_name
from engine.progress.papers import told
from engine.progress.viewing import STATES, view
from engine.runtime import Engine
from engine.store import Tx, definitions, files, history, instances, links, shelf
from engine.store.archives import ArchiveRow
from engine.store.files import FileRow
from engine.store.history import HistoryRow

SHEET, ABOUT = "处理单.pdf", "说明.txt"
PURE = Path(engine.archives.__file__).parent
TEMPLATE = PURE / "sheet.typ"
GIVEN = frozenset({"decide", "consult", "assist", "sign"})  # kinds of parts in which somebody says something


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a package is made of but the rendered sheet: ``sheet`` is what its template is told."""

    sheet: Mapping[str, Any]
    members: tuple[Member, ...]
    about: Mapping[str, Any]
    pieces: int


def gather(engine: Engine, tx: Tx, line: ArchiveRow) -> Contents:
    """Read it all; Conflict if an attachment still waits for the scanner."""
    row = instances.by_id(tx, line.instance_id)
    case = load(engine, tx, row, engine.now())
    seen = view(case)
    kept, infected = _attachments(case)
    record = history.whole(tx, row)
    definition = definitions.by_id(tx, row.definition_id, judged=True)
    attached = [_attached(engine, n, file) for n, file in enumerate(kept, 1)]
    members = (
        Member("form.json", "form", as_json(_form(case))),
        Member("opinions.json", "opinions", as_json([_opinion(i) for i in _given(seen)])),
        Member("history.json", "history", as_json([_line(e) for e in reversed(seen.history)])),
        *attached,
        *(Member(f"{MODEL}{path}", "model", content) for path, content in sorted(case.package.files.items())),
        Member(CHAIN, "chain", as_json(_chain(tx, line, record))),
        Member(ABOUT, "about", (PURE / "about.txt").read_bytes()),
    )
    about = {
        "edition": line.edition,
        "case": _case(case, seen),
        "retention": line.retention,
        "keep_until": line.keep_until.isoformat() if line.keep_until else None,
        "secret": row.known_to is not None,
        "left_out": [{"name": f.name, "sha256": f.digest, "why": "infected"} for f in infected],
        "chain": {"instance": row.id, "entries": len(record), "head": record[-1].hash if record else ""},
        "model": {
            "key": definition.key,
            "version": definition.version,
            "digest": definition.digest,
            "diagram": f"{MODEL}{case.package.manifest.diagram}",
        },
    }
    return Contents(_sheet(case, seen, kept, line), members, about, len(attached) + 1)


def _attachments(case: Case) -> tuple[list[FileRow], list[FileRow]]:
    """Attachments that may be kept, each content once, and those in which the scanner has found something."""
    found = list({(f.name, f.digest): f for f in files.of_instance(case.tx, case.row.id)}.values())
    if waiting := [f.name for f in found if f.scan == "waiting"]:
        raise Conflict(
            f"附件“{waiting[0]}”正在等待病毒扫描。",
            "an attachment waits for the scanner",
            "扫描后自动继续。",
            "archive.scanning",
        )
    return [f for f in found if f.scan == "passed"], [f for f in found if f.scan == "infected"]


def _attached(engine: Engine, ordinal: int, file: FileRow) -> Member:
    place = shelf.path_of(engine.settings.home, file.digest)
    if not place.is_file():
        raise Conflict(
            f"附件“{file.name}”的文件不在文件库中。",
            f"the bytes of {file.digest} are gone",
            "请从备份恢复文件库（sanban doctor 列出缺的文件）。",
            "archive.file_lost",
        )
    shelf.sound(engine.settings.home, file.digest, file.name)
    return Member(f"attachments/{ordinal:03}-{plain_name(file.name)}", "attachment", place)


def _case(case: Case, seen: InstanceView) -> dict[str, Any]:
    return {
        "number": seen.number,
        "title": seen.title,
        "process": seen.process,
        "process_title": seen.process_title,
        "state": seen.state,
        "urgency": seen.urgency,
        "initiator": seen.initiator,
        "unit": seen.initiator_unit,
        "started": seen.started,
        "ended": seen.ended,
        "organisation": case.engine.settings.organisation,
    }


def _form(case: Case) -> list[dict[str, Any]]:
    """Every field with label, value as it is kept, and the same in words."""
    words = told(case)
    return [
        {
            "id": field.id,
            "label": field.label,
            "type": field.type,
            "value": case.row.variables.get(field.id),
            "words": words["rows"].get(field.id) or words["files"].get(field.id) or words["texts"].get(field.id, ""),
        }
        for field in case.package.form.fields
    ]


def _given(seen: InstanceView) -> list[OpenItem]:
    found = [i for i in seen.items if i.decided is not None and i.kind in GIVEN and i.state == "done"]
    return sorted(found, key=lambda i: (i.decided or i.arrived, i.id))


def _opinion(item: OpenItem) -> dict[str, Any]:
    return {
        "step": item.name,
        "element": item.element,
        "person": item.decided_by,
        "title": item.performer_title,
        "on_behalf_of": item.on_behalf_of,
        "outcome": item.outcome_label,
        "opinion": item.opinion,
        "arrived": item.arrived,
        "decided": item.decided,
    }


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "what": entry.label,
        "step": entry.step,
        "person": entry.actor,
        "title": entry.actor_title,
        "on_behalf_of": entry.on_behalf_of,
        "opinion": entry.opinion,
        "detail": dict(entry.detail),
    }


def _chain(tx: Tx, line: ArchiveRow, record: list[HistoryRow]) -> dict[str, Any]:
    """The raw record with its hashes, and the link of the house that covers it as far as there is one."""
    names = [name for name in HistoryRow.__dataclass_fields__ if name != "id"]
    found = links.covering(tx, line.instance_id, line.ended_at)
    told_: dict[str, Any] | None = None
    if found is not None:
        link, previous = found
        told_ = {"id": link.id, "at": link.at.isoformat(), "through": link.through, "heads": link.heads}
        told_ |= {"digest": link.digest, "previous": previous}
    entries = [{name: getattr(e, name) for name in names} | {"at": e.at.isoformat()} for e in record]
    return {"instance": line.instance_id, "entries": entries, "link": told_}


# ---------------------------------------------------------------- the sheet


def _sheet(case: Case, seen: InstanceView, kept: list[FileRow], line: ArchiveRow) -> dict[str, Any]:
    words = told(case)
    shown = [f for f in case.package.form.fields if f.type != "rows" and (words["texts"].get(f.id) or "").strip()]
    return {
        "title": seen.title,
        "number": seen.number,
        "process": seen.process_title,
        "organisation": case.engine.settings.organisation,
        "head": list(_head(case, seen, line)),
        "fields": [[f.label, words["texts"][f.id]] for f in shown],
        "tables": [
            {
                "title": f.label,
                "head": [c.label for c in f.fields],
                "rows": [[row.get(c.id, "") for c in f.fields] for row in words["rows"][f.id]],
            }
            for f in case.package.form.fields
            if words["rows"].get(f.id) and f.fields
        ],
        "opinions": [
            {"step": i.name, "outcome": i.outcome_label, "opinion": i.opinion, "person": _who(i), "at": _at(case, i)}
            for i in _given(seen)
        ],
        "record": [
            {"at": _stamp(case, e.at), "person": e.actor, "what": " ".join(filter(None, (e.step, e.label, e.opinion)))}
            for e in reversed(seen.history)
        ],
        "files": [{"name": f.name, "digest": f.digest, "size": f"{max(f.size // 1024, 1)} KB"} for f in kept],
    }


def _head(case: Case, seen: InstanceView, line: ArchiveRow) -> Iterator[list[str]]:
    yield ["编号", seen.number]
    yield ["状态", STATES.get(seen.state, seen.state)]
    yield ["发起", f"{seen.initiator} {seen.initiator_unit}".strip()]
    yield ["紧急程度", seen.urgency]
    yield ["发起时间", _stamp(case, seen.started)]
    yield ["办结时间", _stamp(case, line.ended_at)]
    yield ["保管期限", line.retention + (f"（至 {line.keep_until}）" if line.keep_until else "")]
    yield ["流程版本", f"{seen.process} v{seen.version}"]


def _who(item: OpenItem) -> str:
    return item.decided_by + (f"（代 {item.on_behalf_of}）" if item.on_behalf_of else "")


def _at(case: Case, item: OpenItem) -> str:
    return _stamp(case, item.decided or item.arrived)


def _stamp(case: Case, at: Any) -> str:
    return case.calendar.local(at).strftime("%Y-%m-%d %H:%M")

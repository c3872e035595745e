"""Documents that a package makes of an instance: what a template is told, and the files that come of it."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import documents
from engine.errors import NotFound
from engine.model import Json
from engine.package import Document
from engine.progress.case import Case, log, names
from engine.progress.filing import keep_bytes, plain_name
from engine.runtime import Engine, evaluate
from engine.store import files
from forms import Field

LONGEST_NAME = 90


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that rendering needs, gathered in one transaction and used outside of it."""

    name: str
    document: Document
    templates: Mapping[str, bytes]
    data: Mapping[str, Json]
    stem: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """One file that lies in the file store and belongs to nothing yet."""

    name: str
    size: int
    media_type: str
    digest: str


def paper(case: Case, name: str) -> Paper:
    """What a document of the package would be made of now."""
    document = case.package.manifest.document.get(name)
    if document is None:
        raise NotFound(f"流程包没有文书“{name}”。", f"no document {name!r}", "请检查流程图的 documents 属性。")
    known = names(case) | {"title": case.row.title}
    stem = str(evaluate(document.file, known) if "{" in document.file else document.file or document.title)
    templates = {path: content for path, content in case.package.files.items() if path.startswith("documents/")}
    return Paper(name, document, templates, told(case), plain_name(stem)[:LONGEST_NAME] or document.title, case.now)


def told(case: Case) -> dict[str, Json]:
    """The instance for a template: raw ``data``; ``texts``, ``lists`` and ``rows`` in words; names of ``files``."""
    data = {field.id: case.row.variables.get(field.id) for field in case.package.form.fields}
    said: dict[str, dict[str, Json]] = {"texts": {}, "lists": {}, "rows": {}, "files": {}}
    for field in case.package.form.fields:
        value = data[field.id]
        if field.type == "rows":
            lines = value if isinstance(value, list) else []
            said["rows"][field.id] = [
                {column.id: "、".join(_words(case, column, line.get(column.id))) for column in field.fields}
                for line in lines
            ]
            continue
        words = _words(case, field, value)
        if field.type in ("file", "files"):
            said["files"][field.id] = words
        else:
            said["lists"][field.id] = words
            said["texts"][field.id] = "、".join(words)
    initiator = case.directory.person(case.row.initiator_id)
    return {
        **said,
        "data": data,
        "title": case.row.title,
        "number": case.row.number,
        "urgency": case.row.urgency,
        "today": case.calendar.local(case.now).date().isoformat(),
        "initiator": initiator.name if initiator else "",
        "organisation": case.engine.settings.organisation,
    }


def _words(case: Case, field: Field, value: Json) -> list[str]:
    """A value as people write it; units by their full names."""
    if value is None or value == "":
        return []
    values = value if isinstance(value, list) else [value]
    return [_word(case, field, one) for one in values]


def _word(case: Case, field: Field, value: Json) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    match field.type:
        case "person" | "persons":
            person = case.directory.person(str(value))
            return person.name if person else str(value)
        case "unit" | "units":
            unit = case.directory.unit(str(value))
            return unit.name if unit else str(value)
        case "file" | "files":
            row = files.by_id(case.tx, str(value))
            return row.name if row else ""
        case "select" | "multiselect":
            return next((o.label for o in field.options if o.value == value), str(value))
        case "datetime":
            return case.calendar.local(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
        case _:
            return str(value)


def render(engine: Engine, wanted: Paper) -> tuple[Made, ...]:
    """Make every form of the document and keep it; outside of any transaction, for it takes its time."""
    made = []
    for form, template in sorted(wanted.document.templates.items(), reverse=True):
        content = documents.render(
            wanted.templates, template, wanted.data, form=form, at=wanted.at, fonts=engine.settings.fonts
        )
        name = f"{wanted.stem}.{form}"
        digest, size = keep_bytes(engine, content)
        made.append(Made(name, size, mimetypes.guess_type(name)[0] or "application/octet-stream", digest))
    return tuple(made)


def attach(
    case: Case, wanted: Paper, made: Sequence[Made], *, by: int, element: str, item_id: int | None = None
) -> list[str]:
    """Make attachments of the files, put them into the field, and say in the record what was made, with its digests."""
    ids = [
        str(
            files.add(
                case.tx,
                instance_id=case.row.id,
                item_id=item_id,
                name=one.name,
                size=one.size,
                media_type=one.media_type,
                digest=one.digest,
                uploaded_by=by,
                uploaded_at=case.now,
            )
        )
        for one in made
    ]
    field = wanted.document.field
    if field is not None:
        names_ = {one.name for one in made}
        held = case.row.variables.get(field) or []
        # a later version takes the place of an earlier one; what somebody uploaded beside it stays
        kept = [i for i in held if (row := files.by_id(case.tx, str(i))) is not None and row.name not in names_]
        case.row.variables = case.row.variables | {field: [*kept, *ids]}
    told_: dict[str, Json] = {"document": wanted.document.title, "element": element}
    told_["files"] = [{"name": one.name, "digest": one.digest, "id": i} for one, i in zip(made, ids, strict=True)]
    log(case, "document", item_id=item_id, detail=told_)
    return ids

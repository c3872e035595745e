"""Attachments of a case: whose they may become, how many there may be, and that what was decided on stays as it was."""

from collections.abc import Mapping, Sequence

from engine.errors import BadInput, Conflict
from engine.model import Json
from engine.package import Package
from engine.progress.case import Case
from engine.store import files, history, work

MOST_FILES = 1000  # of one instance
FIELDS = ("file", "files")


def named(package: Package, data: Mapping[str, Json]) -> list[str]:
    """The ids of all files that the fields of a form hold, in their order."""
    found: list[str] = []
    for field in package.form.fields:
        value = data.get(field.id) if field.type in FIELDS else None
        if value:
            found += [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return list(dict.fromkeys(found))


def attach(case: Case, given: Mapping[str, Json], attachments: Sequence[str] = (), item_id: int | None = None) -> None:
    """Say that the files just handed in belong to this case; refuses those of others and too many."""
    ids = [*named(case.package, given), *attachments]
    if not ids:
        return
    rows = files.by_ids(case.tx, [int(one) for one in ids])
    fresh = [row for row in rows if row.instance_id is None]
    mine = case.actor.id if case.actor else None
    if any(row.uploaded_by != mine for row in fresh) or len(rows) < len(set(ids)):
        raise BadInput("附件不存在或不是您上传的。", "no such file of yours", "请重新上传。", "file.unknown")
    if fresh and files.counts(case.tx, [case.row.id]).get(case.row.id, 0) + len(fresh) > MOST_FILES:
        raise BadInput(f"这件的附件超过 {MOST_FILES} 个。", "too many files", "请打包后上传。", "file.quota")
    files.bind(case.tx, [row.id for row in fresh], case.row.id, item_id)


def decided_on(case: Case) -> dict[str, Json]:
    """The digests of the files in the form, for the record of a decision; nothing where nothing is attached."""
    ids = named(case.package, case.row.variables)
    rows = files.by_ids(case.tx, [int(one) for one in ids]) if ids else []
    return {"files": {str(row.id): row.digest for row in rows}} if rows else {}


def keep_decided(case: Case, changed: Mapping[str, Json]) -> None:
    """Refuse to take away or replace a file on which a decision rests that still counts."""
    before = named(case.package, case.row.variables)
    after = named(case.package, {**case.row.variables, **changed})
    gone = [one for one in before if one not in after]
    if not gone:
        return
    for entry in _standing(case):
        held = [one for one in gone if one in (entry.detail.get("files") or {})]
        if held:
            raise _frozen(case, entry, held[0])


def _standing(case: Case) -> list[history.HistoryRow]:
    """Decisions since the last return; whoever returns lets the papers be mended, and drafting decides on nothing."""
    entries = history.whole(case.tx, case.row)
    last = max((n for n, entry in enumerate(entries) if entry.verb == "return"), default=-1)
    done = {i.id for i in work.of_instance(case.tx, case.row.id) if i.state == "done"}
    drafting = case.package.manifest.first
    since = [e for e in entries[last + 1 :] if e.verb == "decide" and e.element != drafting]
    return [e for e in since if e.item_id in done]


def _frozen(case: Case, entry: history.HistoryRow, file_id: str) -> Conflict:
    row = files.by_id(case.tx, file_id)
    person = case.directory.person(entry.actor_id)
    at = case.calendar.local(entry.at).strftime("%m-%d %H:%M")
    name = row.name if row else file_id
    return Conflict(
        f"{person.name if person else '系统'} 已于 {at} 对附件“{name}”签署意见，不能替换或删除。",
        f"a decision rests on file {file_id}",
        "请另附新文件，或先退回再修改。",
        "file.frozen",
    )

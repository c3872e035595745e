"""流程发布: the archive of a package in a field of a case is examined, and published when somebody else has agreed."""

from collections.abc import Mapping

from engine.errors import Conflict
from engine.package import Package, read_package
from engine.progress.assigning import put
from engine.progress.case import Case
from engine.progress.publishing import own_files, publish, read_zip
from engine.progress.strangers import strangers
from engine.progress.unfilled import unfilled
from engine.store import definitions, files, instances, shelf

CHANGED = "definition.outdated"


def examine_enclosed(case: Case, field: str, _properties: Mapping[str, str]) -> None:
    """``examine:package`` writes what the archive in a field is into ``process``, ``name``, ``based_on`` and others.

    What is no package that can run is refused with all its problems, and nothing changes.
    """
    package = read_package(_enclosed(case, field))
    found = definitions.current(case.tx, package.manifest.key)
    versions = definitions.versions(case.tx, package.manifest.key)
    warnings = (*package.process.warnings, *unfilled(package), *strangers(package, case.directory, case.now))
    put(case, "process", package.manifest.key)
    put(case, "name", package.manifest.title)
    put(case, "based_on", found.version if found is not None else 0)
    put(case, "running", sum(instances.running_on(case.tx, row.id) for row in versions))
    put(
        case,
        "doubts",
        "\n".join(f"{one.element or package.manifest.key}：{one.message_zh}" for one in warnings) or None,
    )


def publish_enclosed(case: Case, text: str, _properties: Mapping[str, str]) -> None:
    """``publish:package(note)`` publishes the archive in a field, with what another field says has changed.

    Conflict ``definition.outdated`` if another version has come since it was examined, ``definition.alone`` if nobody
    else has agreed; nothing is published then.
    """
    field, _, note_field = text.removesuffix(")").partition("(")
    _require_another(case, field.strip())
    own = _enclosed(case, field.strip())
    _require_base(case, read_package(own))
    note = str(case.row.variables.get(note_field.strip()) or "")
    done = publish(case.engine, case.tx, own, by=case.row.initiator_id, note=note, case=case.row.number)
    put(case, "version", done.version)
    case.final = "流程已发布"


def _require_another(case: Case, field: str) -> None:
    """Two people make a version, whatever a diagram says: not the clock, and nobody what they brought themselves."""
    row = files.by_id(case.tx, str(case.row.variables.get(field) or ""))
    brought = {case.row.initiator_id, row.uploaded_by if row is not None else None}
    if case.actor is None or case.actor.id in brought:
        raise Conflict(
            "流程要由另一人发布：上传的人不能自己发布，也不能到时自动发布。",
            "somebody else has to publish what one has uploaded",
            "请在流程图中安排另一人审核后再发布。",
            "definition.alone",
        )


def _enclosed(case: Case, field: str) -> dict[str, bytes]:
    """The files of the package; Altered if the archive is not as it was uploaded."""
    row = files.by_id(case.tx, str(case.row.variables.get(field) or ""))
    if row is None or row.scan != "passed":
        raise Conflict("流程包不在，或者还没有通过扫描。", "the archive is not there", "请退回，重新上传。", CHANGED)
    return own_files(read_zip(shelf.sound(case.engine.settings.home, row.digest, row.name).read_bytes()))


def _require_base(case: Case, package: Package) -> None:
    found = definitions.current(case.tx, package.manifest.key)
    version, based_on = found.version if found is not None else 0, case.row.variables.get("based_on")
    if version != based_on:
        raise Conflict(
            f"“{package.manifest.title}”已有第 {version} 版，这份流程包改的是第 {based_on} 版。",
            f"{package.manifest.key} has version {version} meanwhile",
            "请退回，请设计人员在现在的版本上改好后再提交。",
            CHANGED,
        )

"""A package becomes the next version of its process: by the operator, or by a case that was agreed to."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from engine import bpmn, zip_files
from engine.archives.chain import files_hash
from engine.errors import InvalidPackage
from engine.model import Json
from engine.package import Package, Register, missing_hooks, read_package
from engine.progress.strangers import strangers
from engine.progress.unfilled import unfilled
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import Tx, definitions, registers
from engine.store.registers import NewLine

FILE_LIMIT = 5 * 1024 * 1024
HOOKS = "hooks.py"
OWN_STUBS = ("hook", "document")  # the package itself says what is to be done


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did; ``changed`` is False if the package was already there."""

    key: str
    version: int
    title: str
    changed: bool
    report: Mapping[str, Json]
    definition_id: int


def publish(engine: Engine, tx: Tx, files: Mapping[str, bytes], *, by: int | None, note: str, case: str) -> Deployed:
    """Make a new version of a package, if its content changed. Running instances keep theirs.

    ``files`` are as ``own_files`` gives them, ``by`` is whoever made the package, ``case`` the number of the instance
    in which somebody else agreed to it: empty for what the operator deploys.
    """
    package = read_package(files)
    key, digest = package.manifest.key, files_hash(files)
    now = engine.now()
    definitions.lock(tx, key)
    found = definitions.current(tx, key)
    if found is not None and found.digest == digest:
        return Deployed(key, found.version, found.title, False, found.report, found.id)
    report = _report(package, engine.settings)
    doubts = (*unfilled(package), *strangers(package, engine.directory(tx), now))
    report["warnings"] += [asdict(w) for w in doubts]
    definition_id, version = definitions.add(
        tx,
        files=files,
        key=key,
        title=package.manifest.title,
        digest=digest,
        manifest=package.manifest.model_dump(mode="json", by_alias=True),
        report=report,
        note=note[:400],
        deployed_at=now,
        deployed_by=by,
        source=case,
    )
    for name, register in package.registers.items():
        _seed(engine, tx, name, register)
    return Deployed(key, version, package.manifest.title, True, report, definition_id)


def _seed(engine: Engine, tx: Tx, name: str, register: Register) -> None:
    """The lines a register begins with, unless it has some already."""
    if not register.seed or registers.count(tx, name):
        return
    now = engine.now()
    year = engine.calendar(tx).local(now).year
    lines = [
        NewLine(
            label=register.label_of(line, ordinal=ordinal, year=year, series=name),
            state=str(line.get("state", register.state)),
            data={k: v for k, v in line.items() if k != "state"},
            instance_id=None,
            at=now,
            by=None,
        )
        for ordinal, line in enumerate(register.seed, start=1)
    ]
    registers.add_many(tx, name, lines)


def own_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a package without a common top folder, hidden files and Python caches."""
    names = [n for n in files if not n.endswith("/")]
    tops = {n.split("/", 1)[0] for n in names}
    strip = len(tops) == 1 and all("/" in n for n in names)
    own = {}
    for name in names:
        short = name.split("/", 1)[1] if strip else name
        parts = short.split("/")
        if any(p.startswith((".", "__")) for p in parts):
            continue
        if ".." in parts or short.startswith("/") or "\\" in short:
            raise InvalidPackage(
                f"文件名“{name}”不允许。", f"file name {name!r} is not allowed", "请去掉路径里的“..”。"
            )
        if parts[-1].lower() == HOOKS:
            raise InvalidPackage(
                "上传的流程包不能带 hooks.py：程序只能由运维人员放在服务器上。",
                "hooks.py cannot be uploaded: programs only come from the operator's disk",
                "请去掉 hooks.py 再上传，并请运维人员把它放进 SANBAN_PROCESSES 下该流程包的文件夹。",
                "package.hooks",
            )
        if len(files[name]) > FILE_LIMIT:
            raise InvalidPackage(
                f"{name} 超过 5 MB。", f"{name} is larger than 5 MB", "请压缩或拆分。", "package.too_big"
            )
        own[short] = files[name]
    return own


def read_zip(content: bytes) -> dict[str, bytes]:
    """The files of a zipped package; refuses archives that unpack to more than a package can be."""
    try:
        with zip_files.opened(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > 500 or sum(e.file_size for e in entries) > 4 * FILE_LIMIT:
                raise zip_files.TooManyEntries
            return {e.filename: archive.read(e) for e in entries}
    except zip_files.TooManyEntries:
        raise InvalidPackage(
            "压缩包解开后过大。", "the archive is too large", "流程包不超过 20 MB、500 个文件。", "file.bomb"
        ) from None
    except zipfile.BadZipFile as error:
        raise InvalidPackage("这不是有效的 zip 压缩包。", "not a zip archive", "请重新打包后再上传。") from error


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive that is the same whenever the files are."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), files[path], zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def unbound(stubs: Iterable[bpmn.Stub]) -> list[str]:
    """What an administrator will have to bind before an instance gets past; hooks and documents need nobody."""
    waits = "未绑定前实例在此等待，管理员会看到事故提示"
    return [
        f"“{stub.name or stub.element}”要求运行外部代码（{stub.wanted or '未注明'}），{waits}"
        for stub in stubs
        if stub.waits and stub.kind not in OWN_STUBS
    ]


def _report(package: Package, settings: Settings) -> dict[str, Json]:
    warnings = (*package.process.warnings, *missing_hooks(package, settings.processes))
    return {
        "warnings": [asdict(w) for w in warnings],
        "adaptations": [
            *package.process.adaptations,
            *unbound(package.process.stubs),
            *(package.adopted.notes if package.adopted else ()),
        ],
    }

"""Process definitions: check an upload, deploy a package, list what can be started."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from engine import bpmn
from engine.archives.chain import files_hash
from engine.errors import BadInput, InvalidPackage, InvalidProcess, NotAllowed, Problem, SanbanError
from engine.model import Actor, Json, ProcessCard
from engine.org import Facts, allows
from engine.package import Package, Register, missing_hooks, read_package
from engine.progress.seen import NONE, require_unchanged
from engine.progress.strangers import strangers
from engine.runtime import Engine, evaluate
from engine.settings import Settings
from engine.store import Tx, definitions, instances, registers
from engine.store.definitions import DefinitionRow
from engine.store.registers import NewLine

CHECK_SECONDS = 20  # of wall time, in a process of its own; our largest package takes a fraction of one
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


def deploy(engine: Engine, files: Mapping[str, bytes], actor: Actor | None, *, note: str = "") -> Deployed:
    """Make a new version of a package, if its content changed. Running instances keep theirs."""
    if actor is not None and not actor.roles & {"designer", "admin"}:
        raise NotAllowed("只有流程设计人员可以发布流程。", "only designers may deploy", "请联系流程管理员。")
    own = _own(files)
    digest = files_hash(own)
    package = read_package(own)
    key = package.manifest.key
    with engine.store.transaction() as tx:
        now = engine.now()
        definitions.lock(tx, key)
        found = definitions.current(tx, key)
        require_unchanged(actor, found.version if found is not None else NONE)
        if found is not None and found.digest == digest:
            return Deployed(key, found.version, found.title, False, found.report, found.id)
        report = _report(package, engine.settings)
        report["warnings"] += [asdict(w) for w in strangers(package, engine.directory(tx), now)]
        definition_id, version = definitions.add(
            tx,
            files=own,
            key=key,
            title=package.manifest.title,
            digest=digest,
            manifest=package.manifest.model_dump(mode="json", by_alias=True),
            report=report,
            note=note[:400],
            deployed_at=now,
            deployed_by=actor.id if actor else None,
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


def _own(files: Mapping[str, bytes]) -> dict[str, bytes]:
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
            raise InvalidPackage(f"{name} 超过 5 MB。", f"{name} is larger than 5 MB", "请压缩或拆分。")
        own[short] = files[name]
    return own


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a package on disk, examples included; hooks.py is no part of a version and stays where it is."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / HOOKS]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def read_file(path: Path) -> dict[str, bytes]:
    """The files of a zipped package, or a single diagram."""
    if path.suffix != ".zip":
        return {path.name: path.read_bytes()}
    return read_zip(path.read_bytes())


def read_zip(content: bytes) -> dict[str, bytes]:
    """The files of a zipped package; refuses archives that unpack to more than a package can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > 500 or sum(e.file_size for e in entries) > 4 * FILE_LIMIT:
                raise InvalidPackage(
                    "压缩包解开后过大。", "the archive is too large", "流程包不超过 20 MB、500 个文件。", "file.bomb"
                )
            return {e.filename: archive.read(e) for e in entries}
    except zipfile.BadZipFile as error:
        raise InvalidPackage("这不是有效的 zip 压缩包。", "not a zip archive", "请重新打包后再上传。") from error


def check(
    files: Mapping[str, bytes], engine: Engine | None = None, *, settings: Settings | None = None
) -> dict[str, Json]:
    """Everything that can be said about an upload without keeping it; never raises for bad content.

    With an ``engine`` the names in performer rules are looked up in its organisation too. The settings, by default the
    engine's, may name order rules of the house's own.
    """
    own = _own(files)
    diagrams = {n: c for n, c in own.items() if n.endswith((".bpmn", ".xml", ".dmn"))}
    used = settings or (engine.settings if engine else None)
    found = bpmn.check_isolated(diagrams, order=_order_rules(used), seconds=CHECK_SECONDS)
    report: dict[str, Json] = {
        "ok": found.ok,
        "problems": [asdict(p) for p in found.problems],
        "warnings": [asdict(p) for p in found.warnings],
        "adaptations": [*found.adaptations, *_unbound(found.stubs)],
        "key": found.key,
        "title": found.name,
    }
    if found.ok:
        try:
            package = read_package(own)
            report["key"], report["title"] = package.manifest.key, package.manifest.title
            report["adaptations"] += package.adopted.notes if package.adopted else ()
            if used is not None:
                report["warnings"] += [asdict(w) for w in missing_hooks(package, used.processes)]
            if engine is not None:
                report["warnings"] += [asdict(w) for w in _strangers(engine, package)]
        except InvalidProcess as error:
            report |= {"ok": False, "problems": [asdict(p) for p in error.problems]}
        except SanbanError as error:
            problem = Problem(error.reason, None, None, error.message_zh, error.message_en, error.hint)
            report |= {"ok": False, "problems": [asdict(problem)]}
    return report


def _strangers(engine: Engine, package: Package) -> tuple[Problem, ...]:
    with engine.store.reading() as tx:
        return strangers(package, engine.directory(tx), engine.now())


def _order_rules(settings: Settings | None) -> str | None:
    path = settings.order_rules if settings is not None else None
    try:
        return path.read_text(encoding="utf-8") if path is not None else None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"顺序规则文件 {path} 无法读取。",
            f"order rules: {error}",
            "请检查 SANBAN_ORDER_RULES。",
            "order.invalid",
        ) from error


def _unbound(stubs: Iterable[bpmn.Stub]) -> list[str]:
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
            *_unbound(package.process.stubs),
            *(package.adopted.notes if package.adopted else ()),
        ],
    }


def package(engine: Engine, key: str, version: int | None = None) -> Package:
    """A deployed package, ready to look at."""
    with engine.store.reading() as tx:
        if version is None:
            return engine.package(tx, definitions.current_id(tx, key))
        row = next((r for r in definitions.versions(tx, key) if r.version == version), None)
        return engine.package(tx, row.id if row else definitions.current_id(tx, f"{key} v{version}"))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process and how many instances still run on it."""

    row: DefinitionRow
    running: int


def versions(engine: Engine, key: str) -> tuple[Version, ...]:
    """All versions, newest first."""
    with engine.store.reading() as tx:
        rows = definitions.versions(tx, key)
        if not rows:
            definitions.current_id(tx, key)
        return tuple(Version(row, instances.running_on(tx, row.id)) for row in rows)


def cards(engine: Engine, actor: Actor) -> tuple[ProcessCard, ...]:
    """Processes this person may start, the most used first."""
    with engine.store.reading() as tx:
        directory, now = engine.directory(tx), engine.now()
        unit = directory.main_unit(directory.person(actor.id), now)
        counts = instances.started_by(tx, actor.id)
        found = []
        for row in definitions.all_current(tx):
            opened = engine.package(tx, row.id)
            facts = Facts(opened.empty, actor.login, unit.code if unit else "", process=row.key)
            if allows(opened.manifest.start, actor.login, facts, directory, now, evaluate=evaluate):
                found.append(_card(row, opened, counts.get(row.key, 0), instances.mean_seconds(tx, row.key), engine))
        return tuple(sorted(found, key=lambda c: (-c.frequent, c.category, c.title)))


def _card(row: DefinitionRow, opened: Package, frequent: int, mean: float | None, engine: Engine) -> ProcessCard:
    return ProcessCard(
        key=row.key,
        title=row.title,
        category=opened.manifest.category,
        summary=opened.manifest.summary,
        code=opened.manifest.code,
        version=row.version,
        steps=len(opened.order),
        pinyin="",
        frequent=frequent,
        average="" if mean is None else f"{mean / 86400:.1f} 天",
    )


def all_current(engine: Engine) -> tuple[DefinitionRow, ...]:
    """The current version of every process."""
    with engine.store.reading() as tx:
        return tuple(definitions.all_current(tx))

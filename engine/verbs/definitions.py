"""Process definitions: check an upload, deploy a package, list what can be started."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from engine import bpmn
from engine.errors import BadInput, InvalidProcess, Problem, SanbanError
from engine.model import Actor, Json, ProcessCard
from engine.org import Facts, allows
from engine.package import Package, drawings, missing_hooks, read_package
from engine.progress.publishing import HOOKS, Deployed, own_files, publish, read_zip, unbound
from engine.progress.strangers import strangers
from engine.progress.unfilled import unfilled
from engine.runtime import Engine, evaluate
from engine.settings import Settings
from engine.store import definitions, instances, usage
from engine.store.definitions import DefinitionRow

CHECK_SECONDS = 20  # of wall time, in a process of its own; our largest package takes a fraction of one


def deploy(engine: Engine, files: Mapping[str, bytes], *, note: str = "") -> Deployed:
    """Make a new version of a package at once: for the operator of the machine, whom nobody has to agree with."""
    with engine.store.transaction() as tx:
        return publish(engine, tx, own_files(files), by=None, note=note, case="")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a package on disk, examples included; hooks.py is no part of a version and stays where it is."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / HOOKS]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def read_file(path: Path) -> dict[str, bytes]:
    """The files of a zipped package, or a single diagram."""
    if path.suffix != ".zip":
        return {path.name: path.read_bytes()}
    return read_zip(path.read_bytes())


def check(
    files: Mapping[str, bytes], engine: Engine | None = None, *, settings: Settings | None = None
) -> dict[str, Json]:
    """Everything that can be said about an upload without keeping it; never raises for bad content.

    With an ``engine`` the names in performer rules are looked up in its organisation too. The settings, by default the
    engine's, may name order rules of the house's own.
    """
    own = own_files(files)
    used = settings or (engine.settings if engine else None)
    found = bpmn.check_isolated(drawings(own), order=_order_rules(used), seconds=CHECK_SECONDS)
    report: dict[str, Json] = {
        "ok": found.ok,
        "problems": [asdict(p) for p in found.problems],
        "warnings": [asdict(p) for p in found.warnings],
        "adaptations": [*found.adaptations, *unbound(found.stubs)],
        "key": found.key,
        "title": found.name,
    }
    if found.ok:
        try:
            package = read_package(own)
            report["key"], report["title"] = package.manifest.key, package.manifest.title
            report["adaptations"] += package.adopted.notes if package.adopted else ()
            report["warnings"] += [asdict(w) for w in unfilled(package)]
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
        counts = usage.started_by(tx, actor.id)
        found = []
        for row in definitions.all_current(tx):
            opened = engine.package(tx, row.id)
            facts = Facts(opened.empty, actor.login, unit.code if unit else "", process=row.key)
            if allows(opened.manifest.start, actor.login, facts, directory, now, evaluate=evaluate):
                found.append(_card(row, opened, counts.get(row.key, 0), usage.mean_seconds(tx, row.key), engine))
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
        frequent=frequent,
        average="" if mean is None else f"{mean / 86400:.1f} 天",
    )


def all_current(engine: Engine) -> tuple[DefinitionRow, ...]:
    """The current version of every process."""
    with engine.store.reading() as tx:
        return tuple(definitions.all_current(tx))

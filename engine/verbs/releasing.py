"""Before a designer's package goes to somebody else: may they, can it run, is it new, who would it be published by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.archives.chain import files_hash
from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.package import read_package
from engine.progress.publishing import own_files
from engine.progress.seen import NONE, require_unchanged
from engine.runtime import Engine
from engine.store import definitions

PROCESS: Final = "process_release"  # the case that carries a package to whoever publishes it


@dataclass(frozen=True, slots=True)
class Proposal:
    """A package that may be sent on: ``version`` is what it would be, or what it is already if not ``changed``."""

    key: str
    title: str
    version: int
    changed: bool
    files: Mapping[str, bytes]


def proposal(engine: Engine, files: Mapping[str, bytes], actor: Actor) -> Proposal:
    """What somebody wants published, if they may send it and it can run.

    What ``actor.seen`` says of the current version must hold. Raises InvalidProcess with all problems of the package.
    """
    if "designer" not in actor.roles:
        raise NotAllowed("只有流程设计人员可以提交流程。", "only designers may submit processes", "请联系流程管理员。")
    own = own_files(files)
    manifest = read_package(own).manifest
    with engine.store.reading() as tx:
        found = definitions.current(tx, manifest.key)
        agreeing = definitions.current(tx, PROCESS)
    require_unchanged(actor, found.version if found is not None else NONE)
    if found is not None and found.digest == files_hash(own):
        return Proposal(manifest.key, found.title, found.version, False, own)
    if agreeing is None:
        raise NotFound(
            "没有“流程发布”流程，无法提交。",
            f"no process {PROCESS}: nobody can agree to a version",
            "请运维人员运行 sanban init，或用 sanban deploy 直接部署。",
        )
    return Proposal(manifest.key, manifest.title, 1 if found is None else found.version + 1, True, own)

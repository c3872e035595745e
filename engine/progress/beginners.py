"""Who may start a process: the start rule of its package, asked of the office as it is now."""

from engine.errors import NotAllowed
from engine.model import Actor
from engine.org import Facts, allows
from engine.package import Package
from engine.progress.case import unit_of
from engine.runtime import Engine, evaluate
from engine.store import Tx


def require_starter(engine: Engine, tx: Tx, package: Package, actor: Actor) -> None:
    """Refuse whoever the start rule does not name."""
    directory, now = engine.directory(tx), engine.now()
    unit = unit_of(directory, actor, now)
    facts = Facts(package.empty, actor.login, unit.code if unit else "", process=package.manifest.key)
    if not allows(package.manifest.start, actor.login, facts, directory, now, evaluate=evaluate):
        raise NotAllowed(
            f"您不能发起“{package.manifest.title}”。", f"may not start {package.manifest.key}", "请联系流程管理员。"
        )

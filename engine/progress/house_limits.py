"""What the house says of a step beside its package, and who may look at that and set it."""

from typing import Final

from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.progress.case import Case
from engine.runtime import Engine
from engine.store import Tx
from engine.store.rules import RuleRow

READERS: Final = frozenset({"admin", "supervisor", "designer", "leader", "auditor"})
KEEPERS: Final = frozenset({"admin", "supervisor"})


def house_limit(case: Case, element: str) -> RuleRow | None:
    """The rule of the nearest unit for a step; an empty element means the whole instance."""
    known = case.engine.rules(case.tx)
    if not known:
        return None
    for scope in (*case.directory.chain(case.row.unit_id), ""):
        found = known.get((case.row.process, element, scope))
        if found is not None:
            return found
    return None


def require(actor: Actor, roles: frozenset[str]) -> None:
    """Limits and ladders are looked at by READERS and set by KEEPERS."""
    if not actor.roles & roles:
        raise NotAllowed("您不能查看或调整时限规则。", "limits are for those who keep them", "请联系流程管理员。")


def unit_chain(engine: Engine, tx: Tx, scope: str) -> tuple[str, ...]:
    """The codes of a unit and of those above it; none for the whole house."""
    if not scope:
        return ()
    unit = engine.directory(tx).unit(scope)
    if unit is None or unit.code != scope:
        raise NotFound(f"没有单位“{scope}”。", f"no unit {scope!r}", "请从列表选择单位。")
    return engine.directory(tx).chain(unit.id)

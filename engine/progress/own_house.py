"""Whose a thing is that administrators keep: of the units of one company, or of the house and so of the group."""

from engine.errors import NotAllowed
from engine.model import Actor
from engine.org import Directory, Unit


def require_unit(actor: Actor | None, unit: Unit | None) -> None:
    """Refuse to change what is of another company, or without a unit of the whole house."""
    if _within(actor, unit):
        return
    where = unit.name if unit is not None else "集团"
    raise NotAllowed(
        f"{where}不属于本单位。",
        f"{unit.code if unit is not None else 'the group'} is not of this company",
        "请联系对方单位或集团的管理员。",
        "org.reach",
    )


def keeps(now: Directory, actor: Actor | None, scope: str) -> bool:
    """Whether rules of a unit by its code, or without one those of the house, are this person's to set."""
    return _within(actor, now.unit(scope) if scope else None)


def require_scope(now: Directory, actor: Actor | None, scope: str) -> None:
    """The same as a refusal."""
    require_unit(actor, now.unit(scope) if scope else None)


def _within(actor: Actor | None, unit: Unit | None) -> bool:
    return actor is None or actor.reach is None or (unit is not None and unit.id in actor.reach)

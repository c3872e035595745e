"""Who may see what of the reports: leaders and watchers all, heads their units, everybody their own."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine import org
from engine.model import Actor
from engine.progress.permission import viewer
from engine.store import Tx, searching

SEE_ALL = frozenset({"leader", "supervisor", "admin", "auditor"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees; ``words`` say it on the page. Without units and person it is the whole house."""

    words: str
    units: tuple[int, ...] | None = None
    person: int | None = None


EVERYTHING, OWN = Sight("全集团"), "本人"


def sight(directory: org.Directory, actor: Actor | None) -> Sight:
    """What this person may see; nobody in particular is the operator of the machine."""
    if actor is None or (actor.roles & SEE_ALL and actor.reach is None):
        return EVERYTHING
    if actor.roles & SEE_ALL and actor.reach is not None:
        company = directory.company_of(directory.main_unit(directory.person(actor.id)))
        return Sight(company.short if company else "", tuple(sorted(actor.reach)), actor.id)
    led = [unit for unit in directory.units if (head := directory.head(unit)) is not None and head.id == actor.id]
    if not led:
        return Sight(OWN, person=actor.id)
    codes = {unit.code for unit in led}
    below = tuple(unit.id for unit in directory.units if codes & set(directory.chain(unit.id)))
    return Sight("、".join(unit.short for unit in led), below, actor.id)


HIDDEN = "（不在您可查看的范围）"


def openable(tx: Tx, actor: Actor | None, ids: Iterable[int]) -> set[int]:
    """Of which cases number and title may be told: a figure counts what its reader may not open."""
    wanted = set(ids)
    return wanted if actor is None else searching.visible(tx, viewer(tx, actor), wanted)


def named(row_id: int, number: str, title: str, may_open: set[int]) -> tuple[str, str]:
    """Number and title, or that they are not for this person."""
    return (number, title) if row_id in may_open else ("", HIDDEN)

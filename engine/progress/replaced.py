"""What an act replaced: the two sides that stand in its line of the record (decision 071)."""

from collections.abc import Mapping, Sequence

from engine.model import Json
from engine.progress.case import Case
from engine.store.work import ItemRecord

Facts = Mapping[str, Json]


def seat(case: Case, item: ItemRecord) -> dict[str, Json]:
    """Where a part stands before something is done to it; people by their logins."""
    performer, principal = case.directory.person(item.performer_id), case.directory.person(item.principal_id)
    return {
        "state": item.state,
        "performer": performer.login if performer else "",
        "principal": principal.login if principal else "",
        "pool": item.pool or "",
        "outcome": item.outcome or "",
    }


def changed(before: Facts, **after: Json) -> dict[str, Json]:
    """Both sides, and of the side before only what has another side."""
    return {"before": {name: before.get(name) for name in after}, "after": after}


def joined(name: str, before: Sequence[str], more: Sequence[str]) -> dict[str, Json]:
    """Both sides of a list of people that has grown."""
    return {"before": {name: list(before)}, "after": {name: [*before, *more]}}


def logins(case: Case, items: Sequence[ItemRecord]) -> list[str]:
    """Whose these parts are, each once."""
    found = [case.directory.person(i.performer_id) for i in items]
    return list(dict.fromkeys(p.login for p in found if p is not None))

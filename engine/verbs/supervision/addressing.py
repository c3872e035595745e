"""Who hears of a chase: the holder, whoever is told in the place of a leader, or everybody of a post's pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import limits, org
from engine.runtime import evaluate

LEADER_UNIT = "group"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be told, and of which step."""

    person_id: int
    step: str
    for_leader: bool = False


def addressees(
    held: Sequence[Any], directory: org.Directory, ladders: Mapping[str, limits.Ladder], now: datetime
) -> list[Addressee]:
    """For the open items of one matter, each person once."""
    found: dict[int, Addressee] = {}
    for item in held:
        person = directory.person(item.performer_id)
        instead = _in_place_of(person, directory, ladders, now) if person else []
        if person is not None:
            people = instead or [person.id]
        else:
            post = directory.pool(item.pool) if item.pool else None
            people = [seat.person_id for seat in directory.on(now).seats(post)] if post else []
        for person_id in people:
            found.setdefault(person_id, Addressee(person_id, item.name, for_leader=bool(instead)))
    return list(found.values())


def _in_place_of(
    person: org.Person, directory: org.Directory, ladders: Mapping[str, limits.Ladder], now: datetime
) -> list[int]:
    """Who is reminded for a company leader, as the ladders of the package say it (domain.md §6.7)."""
    unit = directory.main_unit(person, now)
    rules = next((ladder.leader_to for ladder in ladders.values() if ladder.leader_to), ())
    if unit is None or unit.kind != LEADER_UNIT or not rules:
        return []
    facts = org.Facts(variables={}, initiator="", initiator_unit="", results={}, performer=person.login)
    return [p.id for p in org.resolve(rules[0], facts, directory, now, evaluate=evaluate).performers]

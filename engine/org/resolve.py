"""From a performer rule to people: evaluate the rule, then fill every wish along the fallback chain."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.model import Performer
from engine.org.directory import Directory
from engine.org.facts import Facts, Wish
from engine.org.people import Person
from engine.org.standing import Chain
from engine.org.wishes import Asking, Wishes, read_wishes

Evaluate = Callable[[str, Mapping[str, Any], Mapping[str, Callable[..., Any]]], Any]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The people found; ``pool`` is set when they may claim one common item; ``problem`` asks for an administrator."""

    performers: tuple[Performer, ...]
    pool: str | None = None
    accountable: Performer | None = None
    problem: str = ""


def resolve(
    rule: str,
    facts: Facts,
    directory: Directory,
    now: datetime,
    *,
    evaluate: Evaluate,
    exclude: str = "",
    needed: bool = True,
) -> Resolution:
    """The people for a rule. ``exclude`` lists who must keep out, e.g. ``initiator, performer_of('YY50')``.

    A rule that asks for nobody is an error to be filled in for, unless nobody is ``needed``.
    """
    asking = Asking(facts, directory, now)
    wishes = _wishes(rule, asking, evaluate)
    barred = _barred(exclude, asking, evaluate)
    chain = _chain(facts, directory, now, barred)
    if any(wish.everyone for wish in wishes):
        return _everyone(directory, now)
    if not wishes and not needed:
        return Resolution(())
    if not wishes:
        wishes = [Wish(missing=f"办理人规则“{rule}”没有指定任何人")]
    if len(wishes) == 1 and wishes[0].pool:
        members = chain.members(wishes[0])
        if members:
            return Resolution(members, _pool(wishes[0], chain, directory), members[0])
    return _filled(wishes, chain, facts, directory, now)


def allows(rule: str, login: str, facts: Facts, directory: Directory, now: datetime, *, evaluate: Evaluate) -> bool:
    """Whether a person is among those a rule names: the start rule of a package. Substitutes do not count."""
    wishes = _wishes(rule, Asking(facts, directory, now), evaluate)
    person = directory.person(login)
    if person is None or not person.active:
        return False
    if any(wish.everyone for wish in wishes):
        return True
    chain = _chain(replace(facts, initiator=""), directory, now, ())
    seats = (chain.seat(wish) for wish in wishes if not wish.missing)
    return any(holder.person == person for seat in seats if seat for holder in seat.holders)


def _filled(wishes: Wishes, chain: Chain, facts: Facts, directory: Directory, now: datetime) -> Resolution:
    found: list[Performer] = []
    problems: list[str] = []
    for wish in wishes:
        performer, problem = _apart(wish, chain, facts, directory, now).fill(wish)
        if problem:
            problems.append(problem)
        if performer and (wish.each or all(performer.id != other.id for other in found)):
            found.append(performer)
    return Resolution(tuple(found), None, found[0] if found else None, "；".join(dict.fromkeys(problems)))


def _apart(wish: Wish, chain: Chain, facts: Facts, directory: Directory, now: datetime) -> Chain:
    """The chain for a wish that may not be the same person as others: a seal's witness is never its keeper."""
    if not wish.apart:
        return chain
    others = {performer.id for other in wish.apart if (performer := chain.fill(other)[0])}
    return _chain(facts, directory, now, {*chain.barred, *others})


def _chain(facts: Facts, directory: Directory, now: datetime, barred: Collection[int]) -> Chain:
    return Chain(
        directory,
        now,
        matter=facts.matter,
        applicant=facts.initiator,
        barred=barred,
        knowers=facts.knowers,
    )


def kept_out(exclude: str, facts: Facts, directory: Directory, now: datetime, *, evaluate: Evaluate) -> frozenset[int]:
    """Ids of the people an ``exclude`` rule keeps out of a step (回避), whoever hands it on to whom."""
    return _barred(exclude, Asking(facts, directory, now), evaluate)


def _wishes(rule: str, asking: Asking, evaluate: Evaluate) -> Wishes:
    return read_wishes(evaluate(rule, _names(asking.facts), asking.functions()))


def _names(facts: Facts) -> Mapping[str, Any]:
    # the constants of the engine win over form fields of the same name
    return {**facts.variables, "initiator": facts.initiator, "initiator_unit": facts.initiator_unit}


def _barred(exclude: str, asking: Asking, evaluate: Evaluate) -> frozenset[int]:
    if not exclude.strip():
        return frozenset()
    named = read_wishes(evaluate(f"[{exclude}]", _names(asking.facts), asking.functions()))
    persons = [holder for wish in named for holder in _behind(wish, asking)]
    return frozenset(person.id for person in persons)


def _behind(wish: Wish, asking: Asking) -> tuple[Person, ...]:
    if wish.person:
        person = asking.directory.person(wish.person)
        return (person,) if person else ()
    return asking.directory.holders(wish.post, wish.unit or None, asking.now) if wish.post else ()


def _pool(wish: Wish, chain: Chain, directory: Directory) -> str | None:
    seat = chain.seat(wish)
    return directory.pool_of(seat.post) if seat and seat.post else None


def _everyone(directory: Directory, now: datetime) -> Resolution:
    positions = directory.on(now)
    found = []
    for person in directory.persons:
        if person.active:
            post, unit = positions.main_post(person), positions.main_unit(person)
            title, short = post.title if post else "", unit.short if unit else ""
            found.append(Performer(person.id, person.login, person.name, title, short, post.id if post else None))
    return Resolution(tuple(found))

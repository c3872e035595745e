"""Posts whose holder will not be there: who is away until when, and who does the work meanwhile, if anybody."""

from dataclasses import dataclass
from datetime import datetime

from engine.org.directory import Directory
from engine.org.people import Person, Post

AWAY, UNHELD = "不在岗", "无人任职"  # where nobody has written a reason


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One post without its first holder; without ``acting`` it is empty."""

    post: Post
    away: tuple[Person, ...]
    until: datetime | None  # the last of the absences; None when nobody holds the post
    reason: str
    acting: tuple[Person, ...]


def vacancies(directory: Directory, opening: datetime, closing: datetime) -> tuple[Vacancy, ...]:
    """The posts whose first holder is away for all or part of that time, the empty ones first."""
    found = [vacancy for post in directory.posts if (vacancy := _vacancy(directory, post, opening, closing))]
    return tuple(sorted(found, key=lambda v: (bool(v.acting), v.post.unit_id, v.post.id)))


def _vacancy(directory: Directory, post: Post, opening: datetime, closing: datetime) -> Vacancy | None:
    unit = directory.unit(post.unit_id)
    if unit is None or not unit.active:
        return None
    people = [p for seat in directory.on(opening).seats(post) if (p := directory.person(seat.person_id)) is not None]
    away = [person for person in people if _away(directory, person, opening, closing)]
    if people and people[0] not in away:
        return None
    acting = [person for person in people if person not in away]
    if unit.kind == "group" and acting:
        acting = []  # 签发权、批示权不可由 B 角代行
    for person in away:
        acting += [s for s in _substitutes(directory, person, opening, closing) if s not in acting]
    rows = [_absence(directory, person, opening, closing) for person in away]
    known = [row for row in rows if row is not None]
    return Vacancy(
        post,
        tuple(away),
        max((row[0] for row in known), default=None),
        next((row[1] for row in known if row[1]), "") or (AWAY if away else UNHELD),
        tuple(acting),
    )


def _away(directory: Directory, person: Person, opening: datetime, closing: datetime) -> bool:
    return not person.active or directory.gone(person, opening, closing)


def _substitutes(directory: Directory, person: Person, opening: datetime, closing: datetime) -> list[Person]:
    """Who acts for somebody and is there; an authority for some matters only fills no post."""
    found = []
    for row in directory.substitutions:
        if row.principal_id != person.id or row.partial or row.since > opening or row.until < closing:
            continue
        substitute = directory.person(row.substitute_id)
        if substitute is not None and not _away(directory, substitute, opening, closing):
            found.append(substitute)
    return found


def _absence(directory: Directory, person: Person, opening: datetime, closing: datetime) -> tuple[datetime, str] | None:
    leaves = [(row.since, row.until, row.reason) for row in directory.leaves if row.person_id == person.id]
    given = [(row.since, row.until, row.reason) for row in directory.substitutions if row.principal_id == person.id]
    found = [(until, why) for since, until, why in (*leaves, *given) if since < closing and opening < until]
    return max(found, default=None, key=lambda pair: pair[0])

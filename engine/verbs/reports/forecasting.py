"""What becomes late by the end of the next working day, and which posts are empty then."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import org
from engine.model import Actor
from engine.runtime import Engine
from engine.store import Tx, coming
from engine.verbs.reports.lines import Names
from engine.verbs.reports.seeing import Sight, named, openable, sight


@dataclass(frozen=True, slots=True)
class Coming:
    """Open work that is late after its deadline unless somebody does it; ``away``: its holder will not be there."""

    number: str
    title: str
    process: str
    step: str
    urgency: str
    holder: str
    unit: str
    deadline: datetime
    today: bool
    away: bool


@dataclass(frozen=True, slots=True)
class EmptyPost:
    """A post whose holder is away tomorrow; without ``acting`` nobody is in it."""

    post: str
    unit: str
    away: tuple[str, ...]
    reason: str
    until: datetime | None
    acting: tuple[str, ...]
    waiting: int  # open items with those who are away, in this post


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast for one working day, as one person may see it."""

    day: date
    scope: str
    coming: tuple[Coming, ...]
    posts: tuple[EmptyPost, ...]

    @property
    def empty(self) -> int:
        """Posts that nobody fills."""
        return sum(not post.acting for post in self.posts)


def forecast(engine: Engine, actor: Actor | None) -> Outlook:
    """What the next working day brings."""
    with engine.store.reading() as tx:
        calendar, directory, now = engine.calendar(tx), engine.directory(tx), engine.now()
        seen = sight(directory, actor)
        day = calendar.working_day(calendar.local(now).date(), 1)
        opening, closing = calendar.opening(day), calendar.closing(day)
        names = Names(tx, directory)
        rows = [row for row in coming.due_until(tx, now, closing) if _sees(seen, directory, row)]
        may_open = openable(tx, actor, (row.instance_id for row in rows))
        found = [
            _coming(row, directory, names, (opening, closing), named(row.instance_id, row.number, row.title, may_open))
            for row in rows
        ]
        posts = [v for v in org.vacancies(directory, opening, closing) if _sees_post(seen, v)]
        return Outlook(day, seen.words, tuple(found), _posts(tx, posts, names))


def _post_of(directory: org.Directory, row: Any) -> org.Post | None:
    return directory.post(row.post_id) or (directory.pool(row.pool) if row.pool else None)


def _unit_of(directory: org.Directory, row: Any) -> int | None:
    post = _post_of(directory, row)
    if post is not None:
        return post.unit_id
    unit = directory.main_unit(directory.person(row.performer_id))
    return unit.id if unit else None


def _sees(seen: Sight, directory: org.Directory, row: Any) -> bool:
    if seen.units is None and seen.person is None:
        return True
    mine = row.performer_id == seen.person
    return mine or _unit_of(directory, row) in (seen.units or ())


def _sees_post(seen: Sight, vacancy: org.Vacancy) -> bool:
    if seen.units is None and seen.person is None:
        return True
    people = {person.id for person in (*vacancy.away, *vacancy.acting)}
    return seen.person in people or vacancy.post.unit_id in (seen.units or ())


def _coming(
    row: Any, directory: org.Directory, names: Names, hours: tuple[datetime, datetime], called: tuple[str, str]
) -> Coming:
    person = directory.person(row.performer_id)
    post = _post_of(directory, row)
    return Coming(
        number=called[0],
        title=called[1],
        process=names.title(row.process),
        step=row.name,
        urgency=row.urgency,
        holder=person.name if person else post.title if post else "",
        unit=names.unit(_unit_of(directory, row)),
        deadline=row.deadline,
        today=row.deadline < hours[0],
        away=person is not None and directory.gone(person, *hours),
    )


def _posts(tx: Tx, found: list[org.Vacancy], names: Names) -> tuple[EmptyPost, ...]:
    waiting = coming.waiting_with(tx, [person.id for v in found for person in v.away])
    return tuple(
        EmptyPost(
            post=v.post.title,
            unit=names.unit(v.post.unit_id),
            away=tuple(person.name for person in v.away),
            reason=v.reason,
            until=v.until,
            acting=tuple(person.name for person in v.acting),
            waiting=sum(waiting.get((person.id, v.post.id), 0) for person in v.away),
        )
        for v in found
    )

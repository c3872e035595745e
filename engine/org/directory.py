"""The whole organisation at one moment, as one frozen value with its look-ups; it knows no rules of fallback."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.org.people import Appointment, Charge, Leave, Matter, Person, Post, Substitution, Unit
from engine.org.positions import Positions

OFFICE = ZoneInfo("Asia/Shanghai")
DAYS_KEPT = 8
OWN_HOUSE = frozenset({"company", "external"})  # kinds of units whose work is nobody else's


@dataclass(frozen=True)
class Directory:
    """Rows of the organisation tables; where ``now`` may be left out, ``as_of`` stands for it."""

    persons: tuple[Person, ...]
    units: tuple[Unit, ...]
    posts: tuple[Post, ...]
    appointments: tuple[Appointment, ...]
    charges: tuple[Charge, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    as_of: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    zone: ZoneInfo = OFFICE
    leaves: tuple[Leave, ...] = ()
    _days: dict[date, Positions] = field(default_factory=dict, init=False, repr=False, compare=False)

    def on(self, now: datetime | None = None) -> Positions:
        """Who holds what on the office's day of ``now``."""
        day = (now or self.as_of).astimezone(self.zone).date()
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            found = Positions(day, self._person_ids, self._unit_ids, self._post_ids, self.appointments, self.charges)
            self._days[day] = found
        return found

    def person(self, key: int | str | None) -> Person | None:
        """A person by id or login."""
        return self._person_ids.get(key) if isinstance(key, int) else self._logins.get(key or "")

    def unit(self, key: int | str | None) -> Unit | None:
        """A unit by id, code, name or short name."""
        return self._unit_ids.get(key) if isinstance(key, int) else self._unit_names.get(key or "")

    def chain(self, unit_id: int | None) -> tuple[str, ...]:
        """Codes of a unit and of the units above it, the nearest first."""
        found: list[str] = []
        unit = self._unit_ids.get(unit_id) if unit_id is not None else None
        while unit is not None and unit.code not in found:
            found.append(unit.code)
            unit = self._unit_ids.get(unit.parent_id) if unit.parent_id is not None else None
        return tuple(found)

    def below(self, unit: Unit) -> frozenset[int]:
        """Ids of a unit and of all units under it."""
        return frozenset(one.id for one in self.units if unit.code in self.chain(one.id))

    def company_of(self, unit: Unit | None) -> Unit | None:
        """The company of its own that a unit belongs to (子公司、外部单位); None within the group itself."""
        codes = self.chain(unit.id) if unit is not None else ()
        return next((found for code in codes if (found := self.unit(code)) and found.kind in OWN_HOUSE), None)

    def post(self, key: int | None) -> Post | None:
        """A post by id."""
        return self._post_ids.get(key) if key is not None else None

    def pool(self, pool: str) -> Post | None:
        """The post behind a pool such as ``bgs.wenshu``."""
        unit, _, code = pool.rpartition(".")
        found = self.unit(unit)
        return self.on().find_post(code, found) if found else None

    def pool_of(self, post: Post) -> str:
        """The pool whose items every holder of a post may claim."""
        return f"{self._unit_ids[post.unit_id].code}.{post.code}"

    def main_unit(self, person: Person | None, now: datetime | None = None) -> Unit | None:
        """The unit of the main post."""
        return self.on(now).main_unit(person)

    def title_of(self, person: Person | None, now: datetime | None = None) -> str:
        """Title of the main post, e.g. 副总经理."""
        post = self.on(now).main_post(person)
        return post.title if post else ""

    def posts_of(self, person: Person | None, now: datetime | None = None) -> tuple[Post, ...]:
        """All posts of a person, the main one first."""
        return tuple(self._post_ids[seat.post_id] for seat in self.on(now).seats_of(person))

    def pools_of(self, person: Person | None, now: datetime | None = None) -> tuple[str, ...]:
        """The pools a person belongs to."""
        return tuple(self.pool_of(post) for post in self.posts_of(person, now))

    def holders(self, code: str, unit: int | str | None = None, now: datetime | None = None) -> tuple[Person, ...]:
        """The holders of a post, A before B; none for an unknown unit or post."""
        where = self.unit(unit)
        if unit is not None and where is None:
            return ()
        positions = self.on(now)
        return tuple(self._person_ids[seat.person_id] for seat in positions.seats(positions.find_post(code, where)))

    def head(self, unit: int | str | Unit, now: datetime | None = None) -> Person | None:
        """The head of a unit."""
        found = unit if isinstance(unit, Unit) else self.unit(unit)
        positions = self.on(now)
        return positions.holder(positions.head_post(found)) if found else None

    def in_charge(self, unit: int | str | Unit, topic: str | None = None, now: datetime | None = None) -> Person | None:
        """The leader in charge of a unit."""
        found = unit if isinstance(unit, Unit) else self.unit(unit)
        return self.on(now).in_charge(found, topic)

    def superior(self, person: Person, now: datetime | None = None) -> Person | None:
        """Whom a person answers to in the main post."""
        positions = self.on(now)
        unit = positions.main_unit(person)
        return positions.above(unit, person) if unit else None

    def away(self, person: Person, now: datetime, matter: Matter) -> Substitution | None:
        """The newest open substitution from a person: whoever has one is away for the matters it reaches."""
        for row in self._substitutions.get(person.id, ()):
            if row.covers(now, matter):
                return row
        return None

    def leave(self, person: Person, now: datetime) -> Leave | None:
        """The leave a person is on."""
        return next((row for row in self._leaves.get(person.id, ()) if row.covers(now)), None)

    def gone(self, person: Person, since: datetime, until: datetime) -> bool:
        """Whether a person is on leave or lets somebody else act at any moment between."""
        rows = [*self._leaves.get(person.id, ()), *self._substitutions.get(person.id, ())]
        return any(row.since < until and since < row.until for row in rows)

    @cached_property
    def admins(self) -> tuple[Person, ...]:
        """The process administrators: where work goes that nobody else answers to."""
        return tuple(person for person in self.persons if person.active and "admin" in person.roles)

    @cached_property
    def _person_ids(self) -> dict[int, Person]:
        return {person.id: person for person in self.persons}

    @cached_property
    def _logins(self) -> dict[str, Person]:
        return {person.login: person for person in self.persons}

    @cached_property
    def _unit_ids(self) -> dict[int, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _unit_names(self) -> dict[str, Unit]:
        by_name = {name: unit for unit in reversed(self.units) for name in (unit.short, unit.name)}
        return by_name | {unit.code: unit for unit in self.units}  # a code wins over a name

    @cached_property
    def _post_ids(self) -> dict[int, Post]:
        return {post.id: post for post in self.posts}

    @cached_property
    def _substitutions(self) -> dict[int, list[Substitution]]:
        rows: dict[int, list[Substitution]] = {}
        for row in sorted(self.substitutions, key=lambda s: (s.since, s.id), reverse=True):
            rows.setdefault(row.principal_id, []).append(row)
        return rows

    @cached_property
    def _leaves(self) -> dict[int, list[Leave]]:
        rows: dict[int, list[Leave]] = {}
        for row in self.leaves:
            rows.setdefault(row.person_id, []).append(row)
        return rows

"""Who holds which post on one day: indexed once, asked often."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.org.people import Appointment, Charge, Person, Post, Unit

# The post whose holder leads a unit, by kind of unit, best first; a leader of the group answers to one of these.
HEAD_POSTS = {
    "group": ("chairman", "gm"),
    "company": ("gm", "head"),
    "department": ("head", "zhuren"),
    "external": ("head", "contact"),
}
LIAISON_POSTS = ("liaison", "mishu", "wenshu", "contact")
PARTY_POSTS = frozenset({"party_vice", "discipline"})  # answer to the party secretary, not to the general manager
# A post code without a unit means the post nearest to the group's office.
NEAREST = {"group": 0, "department": 1, "company": 2, "external": 4}


class Positions:
    """The posts, their holders and the leaders in charge as they are on ``day``."""

    def __init__(
        self,
        day: date,
        persons: Mapping[int, Person],
        units: Mapping[int, Unit],
        posts: Mapping[int, Post],
        appointments: Iterable[Appointment],
        charges: Iterable[Charge],
    ) -> None:
        self.day, self._persons, self._units, self._posts = day, persons, units, posts
        self._by_post: dict[int, list[Appointment]] = defaultdict(list)
        self._by_person: dict[int, list[Appointment]] = defaultdict(list)
        for held in sorted((a for a in appointments if a.covers(day)), key=_precedence):
            self._by_post[held.post_id].append(held)
            self._by_person[held.person_id].append(held)
        for mine in self._by_person.values():
            mine.sort(key=lambda a: (not a.main, *_precedence(a)))
        self._charges: dict[int, list[Charge]] = defaultdict(list)
        for charge in charges:
            if charge.covers(day):
                self._charges[charge.unit_id].append(charge)
        self._codes: dict[str, list[Post]] = defaultdict(list)
        for post in sorted(posts.values(), key=self._nearness):
            self._codes[post.code].append(post)
        self._own = {(post.unit_id, post.code): post for post in posts.values()}
        self.memo: dict[int, Any] = {}  # what the rules derive from one post, kept as long as these positions

    def find_post(self, code: str, unit: Unit | None = None) -> Post | None:
        """The post of that code in the unit; without a unit the one nearest to the group's office."""
        if unit is None:
            found = self._codes.get(code)
            return found[0] if found else None
        own = self._own.get((unit.id, code))
        return self.head_post(unit) if own is None and code == "head" else own

    def seats(self, post: Post | None) -> tuple[Appointment, ...]:
        """The appointments to a post, A before B, then by their order."""
        return tuple(self._by_post.get(post.id, ())) if post else ()

    def seats_of(self, person: Person | None) -> tuple[Appointment, ...]:
        """All appointments of a person, the main one first."""
        return tuple(self._by_person.get(person.id, ())) if person else ()

    def holder(self, post: Post | None) -> Person | None:
        """The first holder of a post."""
        return next((self._persons[seat.person_id] for seat in self.seats(post)), None)

    def head_post(self, unit: Unit) -> Post | None:
        """The post that leads the unit, if it has one."""
        codes = HEAD_POSTS.get(unit.kind, ("head",))
        return next((self._own[unit.id, code] for code in codes if (unit.id, code) in self._own), None)

    def liaison_post(self, unit: Unit) -> Post | None:
        """The post that speaks for the unit in daily matters."""
        return next((self._own[unit.id, code] for code in LIAISON_POSTS if (unit.id, code) in self._own), None)

    def main_post(self, person: Person | None) -> Post | None:
        """The post a person is known by."""
        return next((self._posts[seat.post_id] for seat in self.seats_of(person)), None)

    def main_unit(self, person: Person | None) -> Unit | None:
        """The unit of the main post."""
        post = self.main_post(person)
        return self._units[post.unit_id] if post else None

    def in_charge(self, unit: Unit | None, topic: str | None = None) -> Person | None:
        """The leader in charge of a unit, by topic first; a unit without one inherits from the unit above."""
        seen = 0
        while unit is not None and seen < len(self._units):
            charges = self._charges.get(unit.id, [])
            fitting = [c for c in charges if topic and c.topic == topic] or [c for c in charges if c.topic is None]
            if fitting:
                return self._persons[fitting[0].person_id]
            unit = self._units.get(unit.parent_id) if unit.parent_id else None
            seen += 1
        return None

    def above(self, unit: Unit, person: Person | None) -> Person | None:
        """Whom ``person``, or an empty post of the unit, answers to: the head, else the leader in charge."""
        if unit.kind == "group":
            return self._above_leader(unit, person)
        head = self.holder(self.head_post(unit))
        if head is not None and head != person:
            return head
        leader = self.in_charge(unit)
        if leader is not None and leader != person:
            return leader
        parent = self._units.get(unit.parent_id) if unit.parent_id else None
        return self.above(parent, person) if parent else None

    def _above_leader(self, group: Unit, person: Person | None) -> Person | None:
        held = {self._posts[seat.post_id].code for seat in self.seats_of(person)}
        if "chairman" in held:
            return None
        codes = ("chairman",) if held & PARTY_POSTS or "gm" in held else ("gm", "chairman")
        found = (self.holder(self.find_post(code, group)) for code in codes)
        return next((leader for leader in found if leader is not None), None)

    def _nearness(self, post: Post) -> tuple[int, int, int]:
        unit = self._units[post.unit_id]
        parent = self._units.get(unit.parent_id) if unit.parent_id else None
        inside_company = unit.kind == "department" and parent is not None and parent.kind == "company"
        return (3 if inside_company else NEAREST.get(unit.kind, 5), unit.ordinal, post.id)


def _precedence(seat: Appointment) -> tuple[str, int, int]:
    return (seat.role, seat.ordinal, seat.id)

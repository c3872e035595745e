"""Who really acts for a wish: the fallback chain of domain.md §7.3, with every hop told in a Chinese sentence."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.model import Performer
from engine.org.directory import Directory
from engine.org.facts import Wish
from engine.org.people import Matter, Person, Post, Substitution, Unit
from engine.org.positions import Positions


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who could act, in which capacity, and for whom when not in an own right."""

    person: Person
    called: str  # 核稿员B角李伟
    stands_in: bool
    principal: Person | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """The seat that a wish comes to: a post with its holders, or one person."""

    title: str
    unit: Unit | None
    post: Post | None
    holders: tuple[Candidate, ...]  # A first, then B, then the others
    owner: Person | None  # whose work it is, whether present or not


class Chain:
    """Walks the chain for one case: A, B, substitute, others of the post, superior, process administrator."""

    def __init__(
        self,
        directory: Directory,
        now: datetime,
        *,
        matter: Matter,
        applicant: str,
        barred: Collection[int],
        knowers: frozenset[str] | None = None,
    ) -> None:
        self.directory, self.now, self.matter = directory, now, matter
        self.positions: Positions = directory.on(now)
        self.applicant, self.barred = directory.person(applicant), barred
        self.knowers = knowers  # who may stand in where a case is secret; whom the diagram names acts all the same

    def fill(self, wish: Wish) -> tuple[Performer | None, str]:
        """The performer for a wish, and a problem text when only an administrator (or nobody) was left."""
        if wish.missing:
            return self._administrator(None, [], wish.missing)
        seat = self.seat(wish)
        if seat is None:
            return self._administrator(
                None, [], f"找不到岗位“{wish.post}”" if wish.post else f"找不到人员“{wish.person}”"
            )
        hops: list[str] = []
        before = "" if seat.owner else f"{seat.title}空缺"
        for candidate in self._candidates(seat):
            if before:
                hops.append(f"{before}，转{candidate.called}")
            why = self._why_not(candidate)
            if not why:
                return self._performer(seat, candidate, hops), ""
            before = candidate.called + why
        return self._administrator(seat, hops, before)

    def members(self, wish: Wish) -> tuple[Performer, ...]:
        """Everybody who may claim an item of a pool: the holders who are here."""
        seat = self.seat(wish)
        if seat is None:
            return ()
        here = (c for c in seat.holders if not self._absent(c.person))
        return tuple(self._performer(seat, Candidate(c.person, c.called, stands_in=False), []) for c in here)

    def seat(self, wish: Wish) -> Seat | None:
        """The seat behind a wish; None when post or person does not exist."""
        if wish.person:
            person = self.directory.person(wish.person)
            return self._persons_seat(person, wish) if person else None
        unit = self.directory.unit(wish.unit) if wish.unit else None
        post = self.positions.find_post(wish.post, unit)
        if post is None or (wish.unit and unit is None):
            return None
        found: Seat | None = self.positions.memo.get(post.id)
        if found is None:
            found = self.positions.memo[post.id] = self._post_seat(post)
        return found

    def _persons_seat(self, person: Person, wish: Wish) -> Seat:
        post = self.positions.main_post(person)
        title = wish.title or (post.title if post else "")
        called = wish.label or title
        deputies = [found for login in wish.deputies if (found := self.directory.person(login))]
        holders = [Candidate(person, f"{called}{'A角' if deputies else ''}{person.name}", stands_in=False)]
        holders += [Candidate(d, f"{called}B角{d.name}", stands_in=True, principal=person) for d in deputies]
        return Seat(title, self.positions.main_unit(person), post, tuple(holders), person)

    def _post_seat(self, post: Post) -> Seat:
        unit = self.directory.unit(post.unit_id)
        seats = self.positions.seats(post)
        owner = next((self.directory.person(seat.person_id) for seat in seats if seat.role == "A"), None)
        lettered = any(seat.role == "B" for seat in seats)
        found: list[Candidate] = []
        for seat in sorted(seats, key=lambda s: s.role == "A" and self.directory.person(s.person_id) != owner):
            person = self.directory.person(seat.person_id)
            if person is None:
                continue
            # only the B role stands in; a second A holds the post in the own right
            called = f"{post.title}{seat.role + '角' if lettered else ''}{person.name}"
            found.append(
                Candidate(person, called, stands_in=seat.role == "B", principal=owner if seat.role == "B" else None)
            )
        return Seat(post.title, unit, post, tuple(found), owner)

    def _candidates(self, seat: Seat) -> Iterator[Candidate]:
        """Everybody in the order of the chain; nobody twice."""
        seen: set[int] = set()
        for candidate in self._in_order(seat):
            if candidate.person.id not in seen:
                seen.add(candidate.person.id)
                yield candidate

    def _in_order(self, seat: Seat) -> Iterator[Candidate]:
        signs = seat.unit is not None and seat.unit.kind == "group"  # 签发权、批示权不可由 B 角代行
        own = [c for c in seat.holders if c.person == seat.owner]
        deputies = [c for c in seat.holders if c.stands_in]
        others = [c for c in seat.holders if c.person != seat.owner and not c.stands_in]
        yield from own
        if not signs:
            yield from deputies
        if seat.owner is not None and (row := self._substitution(seat.owner)) is not None:
            substitute = self.directory.person(row.substitute_id)
            if substitute is not None:
                letter = f"（授权书{row.letter}）" if row.letter else ""
                called = f"授权代理人{substitute.name}{letter}"
                yield Candidate(substitute, called, stands_in=True, principal=seat.owner)
        if not signs:
            yield from others
        above = self.positions.above(seat.unit, seat.owner) if seat.unit else None
        if above is not None:
            title = self.directory.title_of(above, self.now)
            yield Candidate(above, f"直属上级{title}{above.name}", stands_in=True, principal=seat.owner)

    def _why_not(self, candidate: Candidate) -> str:
        why = self._absent(candidate.person)
        if not why and candidate.stands_in and candidate.person == self.applicant:
            return "为本件申请人，不得代办"
        if not why and candidate.stands_in and not self._may_know(candidate.person):
            return "不在知悉范围内，不得代办"
        return why

    def _may_know(self, person: Person) -> bool:
        return self.knowers is None or person.login in self.knowers

    def _absent(self, person: Person) -> str:
        if not person.active:
            return "已离岗"
        if person.id in self.barred:
            return "须回避"
        row = self.directory.leave(person, self.now) or self._substitution(person)
        if row is None:
            return ""
        until = row.until.astimezone(self.directory.zone)
        return f"{row.reason or '不在岗'}（至{until.month}月{until.day}日）"

    def _substitution(self, person: Person) -> Substitution | None:
        return self.directory.away(person, self.now, self.matter)

    def _performer(self, seat: Seat, candidate: Candidate, hops: list[str]) -> Performer:
        person, principal = candidate.person, candidate.principal
        # somebody who must keep out of a case is not represented in it: the other acts in the own right
        if principal is not None and principal.id in self.barred:
            principal = None
        return Performer(
            id=person.id,
            login=person.login,
            name=person.name,
            title=seat.title or self.directory.title_of(person, self.now),
            unit=seat.unit.short if seat.unit else "",
            post_id=seat.post.id if seat.post else None,
            principal_id=principal.id if principal else None,
            principal=principal.name if principal else "",
            hops=tuple(hops),
        )

    def _administrator(self, seat: Seat | None, hops: list[str], why: str) -> tuple[Performer | None, str]:
        what = (
            f"岗位空缺：{seat.title or '人员'}（{seat.unit.name if seat.unit else '无单位'}）" if seat else "无人可办"
        )
        for person in self.directory.admins:
            if not self._absent(person) and self._may_know(person):
                hop = f"{why}，转流程管理员{person.name}"
                owner = seat.owner.id if seat is not None and seat.owner is not None else None
                found = Performer(
                    person.id, person.login, person.name, "流程管理员", "", hops=(*hops, hop), gone_id=owner
                )
                return found, f"{what}，{why}；已转流程管理员{person.name}，请尽快指定办理人。"
        inside = "" if self.knowers is None else "知悉范围内"
        return None, f"{what}，{why}；{inside}也没有在岗的流程管理员。"

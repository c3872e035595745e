"""Posts whose holder will not be there, and who does the work meanwhile: a table of cases."""

from datetime import date

import pytest

from engine.org import Appointment, Directory, Leave, Person, Post, Substitution, Unit, vacancies
from tests.support.clock import shanghai

OPENING, CLOSING = shanghai("2026-03-10 08:30"), shanghai("2026-03-10 17:30")
A, B, C = 1, 2, 3
MORNING = ("2026-03-10 08:30", "2026-03-10 12:00")
DAY = ("2026-03-10 08:30", "2026-03-11 08:30")
LATER = ("2026-03-11 08:30", "2026-03-12 08:30")


def directory(*, kind: str = "department", **rows: tuple[object, ...]) -> Directory:
    people = tuple(Person(n, f"p{n}", name) for n, name in ((A, "甲"), (B, "乙"), (C, "丙")))
    since = date(2020, 1, 1)
    held = (Appointment(A, 10, since, main=True), Appointment(B, 10, since, role="B"), Appointment(C, 11, since))
    posts = (Post(10, 5, "hegao", "核稿员"), Post(11, 5, "other", "别的岗位"))
    return Directory(people, (Unit(5, "bgs", "办公室", "办公室", kind),), posts, held, **rows)  # type: ignore[arg-type]


def leave(person: int, times: tuple[str, str]) -> Leave:
    return Leave(person, shanghai(times[0]), shanghai(times[1]), "病假")


def authority(person: int, to: int, *scope: str) -> Substitution:
    return Substitution(person, to, shanghai(DAY[0]), shanghai(DAY[1]), scope, "出差")


@pytest.mark.parametrize(
    ("leaves", "given", "away", "acting"),
    [
        ((), (), None, ()),
        ((leave(A, LATER),), (), None, ()),
        ((leave(B, DAY),), (), None, ()),  # the first holder is there
        ((leave(A, DAY),), (), ["甲"], ["乙"]),
        ((leave(A, MORNING),), (), ["甲"], ["乙"]),
        ((leave(A, DAY), leave(B, MORNING)), (), ["甲", "乙"], []),
        ((leave(B, DAY),), (authority(A, C),), ["甲", "乙"], ["丙"]),
        ((leave(B, DAY),), (authority(A, C, "memo"),), ["甲", "乙"], []),  # for one process only
        ((leave(B, DAY), leave(C, DAY)), (authority(A, C),), ["甲", "乙"], []),
    ],
)
def test_post_without_its_holder(
    leaves: tuple[Leave, ...], given: tuple[Substitution, ...], away: list[str] | None, acting: list[str]
) -> None:
    found = {v.post.id: v for v in vacancies(directory(leaves=leaves, substitutions=given), OPENING, CLOSING)}

    if away is None:
        assert 10 not in found
    else:
        assert [p.name for p in found[10].away] == away
        assert [p.name for p in found[10].acting] == acting


def test_leaders_post_is_not_filled_by_a_deputy() -> None:
    found = vacancies(directory(kind="group", leaves=(leave(A, DAY),)), OPENING, CLOSING)

    assert [(v.post.id, v.acting, v.reason, v.until) for v in found] == [(10, (), "病假", shanghai(DAY[1]))]


def test_empty_posts_come_first_and_posts_without_anybody_count() -> None:
    base = directory(leaves=(leave(A, DAY),))
    nobody = Directory(base.persons, base.units, (*base.posts, Post(12, 5, "new", "新岗位")), base.appointments,
                       leaves=base.leaves)  # fmt: skip

    assert [(v.post.id, v.reason) for v in vacancies(nobody, OPENING, CLOSING)] == [(12, "无人任职"), (10, "病假")]

"""Signing in, keeping the organisation and standing in, on the real store."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.org import Facts, resolve
from engine.runtime import Engine, evaluate
from engine.verbs import people
from engine.verbs.people import signing
from tests.support import passwords, thrift
from tests.support.clock import FakeClock, shanghai
from tests.support.effort import times_dearer


@pytest.fixture
def office(engine: Engine) -> Engine:
    """A group with two departments."""
    return furnished(engine)


@pytest.fixture
def any_office(any_engine: Engine) -> Engine:
    """The same on each kind of database."""
    return furnished(any_engine)


def furnished(engine: Engine) -> Engine:
    people.add_unit(engine, "group", "华远集团有限公司", None, kind="group")
    people.add_unit(engine, "bgs", "办公室", None, parent="group", ordinal=1)
    people.add_unit(engine, "rlb", "人力资源部", None, parent="group", short="人力部", ordinal=2)
    for code, title in (("zhuren", "办公室主任"), ("hegao", "核稿员")):
        people.add_post(engine, "bgs", code, title, None)
    people.add_post(engine, "rlb", "staff", "经办", None)
    passwords.add_person(engine, "zhuren", "苏文博", "office-2026", roles=("user", "leader"))
    passwords.add_person(engine, "hegao_a", "张静", "office-2026")
    people.add_person(engine, "hegao_b", "李岩", None)
    people.add_person(engine, "rlb1", "张晓东", None)
    people.add_person(engine, "admin", "管理员", None, roles=("user", "admin"))
    people.appoint(engine, "zhuren", "bgs", "zhuren", None, main=True)
    people.appoint(engine, "hegao_a", "bgs", "hegao", None, main=True)
    people.appoint(engine, "hegao_b", "bgs", "hegao", None, role="B", main=True)
    people.appoint(engine, "rlb1", "rlb", "staff", None, main=True)
    return engine


def performer(engine: Engine, rule: str, **facts: str) -> str:
    found = resolve(rule, Facts(**facts), people.directory(engine), engine.now(), evaluate=evaluate)  # type: ignore[arg-type]
    return found.performers[0].login


# ------------------------------------------------------------------ signing in


def test_the_right_password_gives_the_actor_with_roles_and_posts(any_office: Engine) -> None:
    actor = people.sign_in(any_office, " Zhuren ", "office-2026")

    assert (actor.login, actor.name, actor.title) == ("zhuren", "苏文博", "办公室主任")
    assert actor.roles == {"user", "leader"}
    assert actor.pools == ("bgs.zhuren",)
    unit = people.directory(any_office).unit(actor.unit_id)
    assert unit is not None
    assert unit.code == "bgs"


@pytest.mark.parametrize(
    ("login", "password"),
    [("zhuren", "office-2025"), ("zhuren", ""), ("nobody", "office-2026"), ("hegao_b", ""), ("hegao_b", "x" * 300)],
)
def test_every_refusal_reads_the_same(office: Engine, login: str, password: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        people.sign_in(office, login, password)

    assert refused.value.message_zh == "用户名或密码不正确。"


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords cost what they cost outside of tests."""
    monkeypatch.setattr(signing, "_hasher", thrift.SHIPPED)
    signing._nobody.cache_clear()
    yield
    signing._nobody.cache_clear()


@pytest.mark.usefixtures("dear")
def test_an_unknown_login_takes_as_long_as_a_wrong_password(clock: FakeClock, request: pytest.FixtureRequest) -> None:
    office: Engine = request.getfixturevalue("office")  # whose passwords are dear already

    def refused(login: str) -> None:
        clock.advance(timedelta(minutes=2))  # a second try at once would be told to wait
        with pytest.raises(NotAllowed):
            people.sign_in(office, login, "wrong password")

    assert 0.5 < times_dearer(lambda: refused("nobody"), lambda: refused("zhuren"), rounds=5) < 2


def test_somebody_who_left_cannot_sign_in(office: Engine) -> None:
    people.deactivate(office, "zhuren", people.actor(office, "admin"))

    with pytest.raises(NotAllowed):
        people.sign_in(office, "zhuren", "office-2026")
    with pytest.raises(NotFound):
        people.actor(office, "zhuren")


def test_a_new_password_works_and_ends_the_open_sessions(any_office: Engine) -> None:
    actor = people.sign_in(any_office, "zhuren", "office-2026")
    epoch = people.session_epoch(any_office, "zhuren")

    people.change_password(any_office, actor, "office-2026", "another-word")

    assert people.sign_in(any_office, "zhuren", "another-word").id == actor.id
    assert people.actor_by_id(any_office, actor.id, epoch) is None
    assert people.actor_by_id(any_office, actor.id, epoch + 1) is not None
    with pytest.raises(NotAllowed):
        people.sign_in(any_office, "zhuren", "office-2026")


def test_only_oneself_changes_a_password_and_an_administrator_gives_a_first_one(office: Engine) -> None:
    with pytest.raises(NotAllowed):
        people.issue_password(office, "zhuren", people.actor(office, "rlb1"))

    found = people.issue_password(office, "zhuren", people.actor(office, "admin"))

    assert people.sign_in(office, "zhuren", found.text).login == "zhuren"


def test_a_short_password_is_refused(office: Engine) -> None:
    with pytest.raises(BadInput):
        people.change_password(office, people.actor(office, "zhuren"), "office-2026", "short")


def test_settings_are_kept_one_by_one(office: Engine) -> None:
    actor = people.actor(office, "zhuren")

    people.set_setting(office, "theme", "dark", actor)
    people.set_setting(office, "phrases", ["同意。"], actor)

    assert people.actor(office, "zhuren").settings == {"theme": "dark", "phrases": ["同意。"]}


# ------------------------------------------------------------------ the organisation


def test_only_administrators_keep_the_organisation(office: Engine) -> None:
    actor = people.actor(office, "zhuren")

    with pytest.raises(NotAllowed):
        people.add_unit(office, "cwb", "财务部", actor, parent="group")
    with pytest.raises(NotAllowed):
        people.add_person(office, "someone", "某人", actor)
    with pytest.raises(NotAllowed):
        people.add_post(office, "bgs", "wenshu", "文书", actor)
    with pytest.raises(NotAllowed):
        people.appoint(office, "rlb1", "bgs", "hegao", actor)
    with pytest.raises(NotAllowed):
        people.put_in_charge(office, "zhuren", "rlb", actor)


def test_a_code_is_taken_once(any_office: Engine) -> None:
    with pytest.raises(Conflict):
        people.add_unit(any_office, "bgs", "另一个办公室", None)
    with pytest.raises(Conflict):
        people.add_person(any_office, "zhuren", "另一个人", None)
    with pytest.raises(Conflict):
        people.add_post(any_office, "bgs", "zhuren", "主任", None)


def test_what_is_not_there_is_named(office: Engine) -> None:
    with pytest.raises(NotFound, match="moon"):
        people.add_unit(office, "mars", "火星部", None, parent="moon")
    with pytest.raises(NotFound, match="pilot"):
        people.appoint(office, "zhuren", "bgs", "pilot", None)
    with pytest.raises(NotFound, match="nobody"):
        people.appoint(office, "nobody", "bgs", "zhuren", None)


@pytest.mark.parametrize("code", ["A", "办公室", "x", "a b", "../etc", "a" * 41])
def test_a_code_that_could_not_be_typed_is_refused(office: Engine, code: str) -> None:
    with pytest.raises(BadInput):
        people.add_unit(office, code, "某部门", None)


def test_an_appointment_counts_at_once(office: Engine) -> None:
    assert performer(office, "post('hegao')") == "hegao_a"

    people.add_unit(office, "cwb", "财务部", None, parent="group")
    people.add_post(office, "cwb", "head", "部长", None)
    people.appoint(office, "rlb1", "cwb", "head", None)

    assert performer(office, "unit_head('cwb')") == "rlb1"
    assert people.actor(office, "rlb1").pools == ("rlb.staff", "cwb.head")


def test_a_leader_is_put_in_charge_of_units_and_topics(any_office: Engine) -> None:
    people.put_in_charge(any_office, "zhuren", "group", None)
    people.put_in_charge(any_office, "hegao_a", "rlb", None, topic="招聘")

    assert performer(any_office, "in_charge('rlb')") == "zhuren"
    assert performer(any_office, "in_charge('rlb', '招聘')") == "hegao_a"


# ------------------------------------------------------------------ standing in


def test_a_leave_moves_new_work_until_it_ends(office: Engine, clock: FakeClock) -> None:
    actor = people.actor(office, "hegao_a")
    people.substitute(
        office, "hegao_a", "zhuren", actor, since=clock(), until=clock() + timedelta(days=2), reason="年休假"
    )

    assert performer(office, "post('hegao')") == "hegao_b"

    clock.advance(timedelta(days=2))

    assert performer(office, "post('hegao')") == "hegao_a"


def test_a_leave_can_be_ended_early_by_its_owner(any_office: Engine, clock: FakeClock) -> None:
    actor = people.actor(any_office, "hegao_a")
    row = people.substitute(any_office, "hegao_a", "zhuren", actor, since=clock(), until=clock() + timedelta(days=2))
    clock.advance(timedelta(hours=1))

    with pytest.raises(NotAllowed):
        people.end_substitution(any_office, row, people.actor(any_office, "rlb1"))
    people.end_substitution(any_office, row, actor)

    assert performer(any_office, "post('hegao')") == "hegao_a"
    with pytest.raises(NotFound):
        people.end_substitution(any_office, row, actor)


def test_nobody_sends_somebody_else_on_leave(office: Engine, clock: FakeClock) -> None:
    with pytest.raises(NotAllowed):
        people.substitute(
            office,
            "hegao_a",
            "rlb1",
            people.actor(office, "rlb1"),
            since=clock(),
            until=clock() + timedelta(days=1),
        )


@pytest.mark.parametrize(
    ("by", "since", "until"),
    [
        ("hegao_a", "2026-03-09 09:00", "2026-03-10 09:00"),
        ("zhuren", "2026-03-10 09:00", "2026-03-10 09:00"),
        ("zhuren", "2026-03-10 09:00", "2026-03-09 09:00"),
    ],
)
def test_an_impossible_leave_is_refused(office: Engine, by: str, since: str, until: str) -> None:
    actor = people.actor(office, "hegao_a")

    with pytest.raises(BadInput):
        people.substitute(office, "hegao_a", by, actor, since=shanghai(since), until=shanghai(until))


def test_who_is_away_at_that_time_cannot_stand_in(office: Engine) -> None:
    begin, end = shanghai("2026-03-09 08:30"), shanghai("2026-03-12 17:30")
    people.substitute(office, "hegao_a", "zhuren", None, since=begin, until=end)

    with pytest.raises(BadInput, match="away"):
        people.substitute(office, "hegao_b", "hegao_a", None, since=begin, until=end)
    later = timedelta(days=20)
    assert people.substitute(office, "hegao_b", "hegao_a", None, since=begin + later, until=end + later)


# ------------------------------------------------------------------ looking up


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张", ["hegao_a", "rlb1"]),
        ("晓东", ["rlb1"]),
        ("zhangjing", ["hegao_a"]),
        ("zxd", ["rlb1"]),
        ("ZHANG", ["hegao_a", "rlb1"]),
        ("hegao", ["hegao_a", "hegao_b"]),
        ("人力", ["rlb1"]),
        ("办公室", ["zhuren", "hegao_a", "hegao_b"]),
        ("王", []),
        ("%", []),
        ("_", ["hegao_a", "hegao_b"]),
        ("  ", []),
    ],
)
def test_people_are_found_by_name_pinyin_login_and_unit(office: Engine, text: str, expected: list[str]) -> None:
    found = people.search(office, text, people.actor(office, "rlb1"))

    assert [person.login for person in found] == expected


def test_a_match_at_the_beginning_comes_first(any_office: Engine) -> None:
    people.add_person(any_office, "wang_zhuren", "王主", None)

    found = people.search(any_office, "zhuren", people.actor(any_office, "rlb1"))

    assert [person.login for person in found] == ["zhuren", "wang_zhuren"]
    assert (found[0].name, found[0].title, found[0].unit) == ("苏文博", "办公室主任", "办公室")


@pytest.mark.parametrize("roles", [("user", "admin", "auditor"), ("auditor", "admin")])
def test_who_maintains_the_system_does_not_audit_it(engine: Engine, roles: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        people.add_person(engine, "both", "兼任者", None, roles=roles)

    assert refused.value.reason == "org.roles_apart"


def test_a_password_is_compared_to_its_last_character(office: Engine) -> None:
    longest = ("六月的雨下得正好" * 25)[:200]
    passwords.give(office, "hegao_a", longest)

    assert people.sign_in(office, "hegao_a", longest).login == "hegao_a"
    with pytest.raises(NotAllowed):
        people.sign_in(office, "hegao_a", f"{longest}!")

"""Tokens of programs, on the real store."""

from datetime import timedelta

import pytest

from engine.errors import Altered, NotAllowed
from engine.runtime import Engine
from engine.store import house_record
from engine.verbs import doctor, people
from engine.verbs.people import tokens
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.decay import change, noticed

PASSWORD = "office-2026"


@pytest.fixture
def office(any_engine: Engine) -> Engine:
    passwords.add_person(any_engine, "rlb1", "张晓东", PASSWORD)
    passwords.add_person(any_engine, "rlb2", "周敏", PASSWORD)
    tokens.issue(any_engine, "rlb2", PASSWORD)
    return any_engine


def refused(engine: Engine, text: str) -> bool:
    with pytest.raises(NotAllowed) as caught:
        tokens.bearer(engine, text)
    return caught.value.reason == "auth.token"


def test_a_token_speaks_for_its_person_for_a_month(office: Engine, clock: FakeClock) -> None:
    text, ends = tokens.issue(office, "rlb1", PASSWORD)

    assert tokens.bearer(office, text).actor.login == "rlb1"
    assert ends == clock() + timedelta(days=30)
    clock.advance(timedelta(days=30, seconds=1))
    assert refused(office, text)


def test_a_wrong_password_gets_no_token(office: Engine) -> None:
    with pytest.raises(NotAllowed) as caught:
        tokens.issue(office, "rlb1", "wrong")

    assert caught.value.reason == "auth.failed"


@pytest.mark.parametrize("text", ["", "0.", "0.abc", "\x00", "\ud800"])
def test_an_invented_token_speaks_for_nobody(office: Engine, text: str) -> None:
    assert refused(office, text)


def test_a_revoked_token_is_over_and_others_are_not(office: Engine) -> None:
    first, _ = tokens.issue(office, "rlb1", PASSWORD)
    second, _ = tokens.issue(office, "rlb1", PASSWORD)

    tokens.revoke(office, first)

    assert refused(office, first)
    assert tokens.bearer(office, second).actor.login == "rlb1"


def test_who_made_a_token_and_who_ended_it_stands_in_the_record_of_the_house(office: Engine) -> None:
    first, _ = tokens.issue(office, "rlb1", PASSWORD, scope="read", days=7)
    tokens.issue(office, "rlb1", PASSWORD)
    person = people.actor(office, "rlb1")
    second = tokens.kept(office, person)[0].id

    tokens.revoke(office, first)
    tokens.end(office, person, second)

    with office.store.reading() as tx:
        entries = house_record.entries(tx)[-4:]
    assert [(e.verb, e.actor_id, e.detail.get("scope")) for e in entries] == [
        ("token_issued", person.id, "read"), ("token_issued", person.id, "all"),
        ("token_ended", person.id, None), ("token_ended", person.id, None),
    ]  # fmt: skip
    assert [e.detail["token"] for e in entries[2:]] == [second - 1, second]
    assert first.rpartition(".")[2] not in str(entries)


def test_a_new_password_ends_all_tokens(office: Engine) -> None:
    text, _ = tokens.issue(office, "rlb1", PASSWORD)

    passwords.give(office, "rlb1", "another-2026")

    assert refused(office, text)


def test_somebody_who_has_left_has_no_token(office: Engine) -> None:
    text, _ = tokens.issue(office, "rlb1", PASSWORD)

    people.deactivate(office, "rlb1", None)

    assert refused(office, text)


@pytest.mark.parametrize(
    "edited",
    [
        "expires_at = '2099-01-01 00:00:00.000000'",
        "person_id = (SELECT id FROM person WHERE login = 'rlb2')",
        "created_at = '2026-03-09 08:00:00.000000'",
    ],
)
def test_a_token_that_is_not_as_it_was_issued_speaks_for_nobody(office: Engine, edited: str) -> None:
    text, _ends = tokens.issue(office, "rlb1", PASSWORD)
    mine = "person_id = (SELECT id FROM person WHERE login = 'rlb1')"

    change(office, f"UPDATE token SET {edited} WHERE {mine}")

    assert refused(office, text)
    assert noticed(office) == {"session.altered"}


@pytest.mark.parametrize("edited", ["lacks = 'factor'", "person_id = person_id + 1", "agent = '别的浏览器'"])
def test_a_session_that_is_not_as_it_was_begun_is_none(office: Engine, edited: str) -> None:
    mine = people.actor(office, "rlb1")
    text = people.begin_session(office, mine, "浏览器")
    epoch = people.session_epoch(office, "rlb1")
    assert people.of_session(office, text, epoch) is not None

    change(office, f"UPDATE session SET {edited}")

    assert people.of_session(office, text, epoch) is None
    assert people.open_sessions(office, mine, text) == ()
    assert noticed(office) == {"session.altered"}


def test_what_somebody_has_set_goes_back_to_what_everybody_begins_with(office: Engine) -> None:
    people.set_setting(office, "phrases", ["同意。"], people.actor(office, "rlb1"))

    change(office, "UPDATE person SET settings = replace(settings, '同意', '不同意') WHERE login = 'rlb1'")

    found = people.actor(office, "rlb1")
    assert found.settings == {}
    with pytest.raises(Altered) as kept:
        people.set_setting(office, "theme", "dark", found)
    assert kept.value.reason == "choices.altered"
    assert noticed(office) == {"choices.altered"}
    assert doctor.accept(office, f"person:{found.id}", "本人确认。") == 1
    office.forget()
    assert people.actor(office, "rlb1").settings == {"phrases": ["不同意。"]}

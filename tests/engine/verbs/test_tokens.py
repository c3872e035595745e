"""Tokens of programs, on the real store."""

from datetime import timedelta

import pytest

from engine.errors import NotAllowed
from engine.runtime import Engine
from engine.verbs import people
from engine.verbs.people import tokens
from tests.support import passwords
from tests.support.clock import FakeClock

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


def test_a_new_password_ends_all_tokens(office: Engine) -> None:
    text, _ = tokens.issue(office, "rlb1", PASSWORD)

    passwords.give(office, "rlb1", "another-2026")

    assert refused(office, text)


def test_somebody_who_has_left_has_no_token(office: Engine) -> None:
    text, _ = tokens.issue(office, "rlb1", PASSWORD)

    people.deactivate(office, "rlb1", None)

    assert refused(office, text)

"""A logout that the provider sends: it ends what began there, once, and only when it is really the provider's."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from joserfc import jwk

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from tests.support.provider import CLIENT, FORGERS, Claims, Provider, running_provider, settings_for
from tests.support.rows import everything
from tests.web.pages import Person
from tests.web.test_provider import SUBJECT, sign_in
from web import create_app

EVENT = "http://schemas.openid.net/event/backchannel-logout"
BACK = "/login/sso/backchannel"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


@pytest.fixture
def office(furnished_home: Path, tmp_path: Path, provider: Provider) -> Iterator[Engine]:
    """An office that signs in by the provider, in the time of the provider."""
    shutil.copytree(furnished_home, tmp_path / "office")
    provider.person = {"sub": SUBJECT, "preferred_username": "cwb1", "sid": "session-1"}
    settings = settings_for(provider, tmp_path / "office")
    engine = open_engine(now=lambda: datetime.now(UTC), settings=settings)
    yield engine
    engine.close()


@pytest.fixture
def app(office: Engine) -> APIFlask:
    return create_app(office)


def claims(provider: Provider, **changes: Any) -> Claims:
    """A right token as it is said; a change to None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": provider.issuer,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid4()),
        "events": {EVENT: {}},
        "sub": SUBJECT,
        "sid": "session-1",
    }
    return {key: value for key, value in (said | changes).items() if value is not None}


def told(app: APIFlask, token: str) -> tuple[int, Any]:
    answer = app.test_client().post(BACK, data={"logout_token": token})
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.status_code, answer.get_json(silent=True)


def at_work(*clients: FlaskClient) -> list[bool]:
    return [client.get("/inbox").status_code == 200 for client in clients]


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"sub": None}, [False, True]),  # one session of the provider
        ({}, [False, True]),
        ({"sid": None}, [False, False]),  # a person: all that began there
        ({"sid": "another"}, [True, True]),
        ({"sub": "of another office"}, [True, True]),
        ({"aud": ["another", CLIENT]}, [False, True]),
        ({"exp": None}, [False, True]),
    ],
)
def test_a_logout_there_ends_what_began_there_and_nothing_else(
    app: APIFlask, provider: Provider, changes: Claims, left: list[bool]
) -> None:
    first, second = app.test_client(), app.test_client()
    sign_in(first)
    provider.person |= {"sid": "session-2"}
    sign_in(second)
    by_password = Person(app.test_client(), "cwb1").client
    assert at_work(first, second, by_password) == [True, True, True]

    assert told(app, provider.signed(claims(provider, **changes)))[0] == 200

    assert at_work(first, second, by_password) == [*left, True]


WRONG: dict[str, Claims] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "another"},
    "too old": {"iat": int(time.time()) - 3600},
    "of tomorrow": {"iat": int(time.time()) + 86400},
    "without a time": {"iat": None},
    "over": {"exp": int(time.time()) - 600},
    "a name twice as an identity": {"nonce": "n-1"},
    "without the event": {"events": {}},
    "with an event that is no object": {"events": {EVENT: True}},
    "events that are none": {"events": EVENT},
    "without a name": {"jti": None},
    "a name that is no text": {"jti": 7},
    "of nobody": {"sub": None, "sid": None},
    "a person that is no text": {"sub": {"$ne": ""}},
    "a person without end": {"sub": "x" * 10_000},
}


def test_a_token_that_says_anything_wrong_ends_nothing(app: APIFlask, provider: Provider) -> None:
    client = app.test_client()
    sign_in(client)

    answers = {name: told(app, provider.signed(claims(provider, **changes))) for name, changes in WRONG.items()}

    assert {name: (status, said["error"]) for name, (status, said) in answers.items()} == dict.fromkeys(
        WRONG, (400, "invalid_request")
    )
    assert at_work(client) == [True]


FORGED = FORGERS | {"nothing": lambda _provider, _claims: "", "too much": lambda _provider, _claims: "x" * 30_000}


def test_a_forged_token_ends_nothing(app: APIFlask, provider: Provider) -> None:
    client = app.test_client()
    sign_in(client)

    answers = {name: told(app, forge(provider, claims(provider)))[0] for name, forge in FORGED.items()}

    assert answers == dict.fromkeys(FORGED, 400)
    assert at_work(client) == [True]


def test_a_token_counts_once(app: APIFlask, provider: Provider) -> None:
    token = provider.signed(claims(provider))

    assert [told(app, token)[0], told(app, token)[0]] == [200, 400]


def test_new_keys_of_the_provider_are_asked_for_but_not_with_every_forgery(app: APIFlask, provider: Provider) -> None:
    told(app, provider.signed(claims(provider)))  # the keys are known now
    kept = provider.key
    provider.key = jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
    try:
        assert told(app, provider.signed(claims(provider)))[0] == 200
        provider.key = jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        assert told(app, provider.signed(claims(provider)))[0] == 400  # asked for less than a minute ago
    finally:
        provider.key = kept


def test_an_office_without_a_provider_takes_none(furnished_home: Path, tmp_path: Path, provider: Provider) -> None:
    shutil.copytree(furnished_home, tmp_path / "alone")
    engine = open_engine(settings=Settings(home=tmp_path / "alone"))

    assert told(create_app(engine), provider.signed(claims(provider)))[0] == 400
    engine.close()


def test_a_login_that_is_too_weak_there_opens_nothing_here(office: Engine, app: APIFlask, provider: Provider) -> None:
    office.settings = office.settings.model_copy(update={"oidc_acr": "silver gold"})
    refused, client = app.test_client(), app.test_client()

    assert sign_in(refused).status_code == 403
    assert provider.asked[-1]["acr_values"] == "silver gold"
    provider.person |= {"acr": "gold"}
    assert sign_in(client).status_code == 303

    assert at_work(refused, client) == [False, True]


def test_tokens_of_the_provider_go_nowhere(office: Engine, app: APIFlask, provider: Provider) -> None:
    """Neither the cookie nor the database nor a page holds what the provider has issued."""
    client = app.test_client()
    sign_in(client)

    with client.session_transaction() as kept:
        assert sorted(kept) == ["_fresh", "_id", "_permanent", "_user_id", "epoch", "sid", "via"]
    assert "eyJ" not in repr(everything(office))
    assert "eyJ" not in client.get("/settings/security").text

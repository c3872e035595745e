"""A person at a browser without scripts: signs in, follows forms with their CSRF token."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.demo import PASSWORD


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """Sign in through the login page."""
    answer = post(client, "/login", page="/login", login=login, password=PASSWORD)
    assert answer.status_code in (302, 303), answer.text
    return client


def post(client: FlaskClient, path: str, *, page: str, **fields: Any) -> TestResponse:
    """Send a form as the page at ``page`` would."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} has no form"
    return client.post(path, data={"csrf_token": found.group(1), **fields})

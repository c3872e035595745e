"""A person in front of the pages, without a browser: signs in, opens, sends forms with their hidden fields."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.demo import PASSWORD

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Person:
    """One person with one session."""

    def __init__(self, client: FlaskClient, login: str, password: str = PASSWORD) -> None:
        self.client = client
        self.answer = self.send("/login", {"login": login, "password": password}, page="/login")

    def open(self, path: str, **headers: str) -> TestResponse:
        """A page, as it answers."""
        return self.client.get(path, headers=headers)

    def send(self, path: str, fields: dict[str, Any], *, page: str = "/inbox", **more: Any) -> TestResponse:
        """A form sent to ``path`` with the CSRF token of ``page``."""
        return self.client.post(path, data={**self.hidden(page), **fields}, **more)

    def hidden(self, page: str, *names: str) -> dict[str, str]:
        """The token of a page, and other hidden fields by name."""
        found = dict(_HIDDEN.findall(self.client.get(page).text))
        return {name: unescape(found[name]) for name in ("csrf_token", *names)}

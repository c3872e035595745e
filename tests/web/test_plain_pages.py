"""What holds for every page: kind and charset are said, passwords are masked and may be pasted, there is a way out."""

import re
from collections.abc import Iterator

from apiflask import APIFlask
from werkzeug.test import TestResponse

from tests.web.pages import Person

TEXTS = ("text/", "application/json", "application/xml")
PASSWORD = re.compile(r"<input[^>]*name=\"[^\"]*(?:password|_again|old|new)[^\"]*\"[^>]*>")


def opened(app: APIFlask) -> Iterator[tuple[str, TestResponse]]:
    """Every address without a parameter, as an administrator who may open most of them."""
    person = Person(app.test_client(), "admin")
    yield "/login", app.test_client().get("/login")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "<" not in rule.rule and rule.endpoint != "auth.form":
            yield rule.rule, person.open(rule.rule)


def test_every_page_says_its_kind_masks_passwords_and_has_a_way_out(app: APIFlask) -> None:
    wrong, unmasked, shut_in = [], [], []

    for path, answer in opened(app):
        kind = answer.headers.get("Content-Type", "")
        charset = kind.startswith("application/json") or "charset=utf-8" in kind.lower()
        if answer.data and (not kind or (kind.startswith(TEXTS) and not charset)):
            wrong.append((path, kind))
        if not kind.startswith("text/html"):
            continue
        for field in PASSWORD.findall(answer.text):
            if 'type="password"' not in field or 'autocomplete="' not in field or "onpaste" in field:
                unmasked.append((path, field))
        alone = path == "/login" or path.endswith("/print")  # a sheet for paper has no buttons
        if answer.status_code == 200 and not alone and 'action="/logout"' not in answer.text:
            shut_in.append(path)

    assert wrong == []
    assert unmasked == []
    assert shut_in == []

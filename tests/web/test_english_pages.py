"""Pages of the office's books in English: what the house says on them is English, what people wrote stays Chinese."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.pages import Person

HAN = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
CHROME = re.compile(r"<(h1|h2 id|label|button|summary|caption|th scope=\"col\")[^>]*>(.*?)</", re.DOTALL)
SAID = re.compile(r' (?:aria-label|placeholder|title)="([^"]*)"')
PAGES = (
    "/meetings", "/meetings/plan", "/meetings/template", "/rooms", "/diaries", "/registers", "/seals", "/seals/list",
    "/numbers", "/archives", "/reports/timeliness/2026-03", "/reports/forecast", "/reports/year/2026",
)  # fmt: skip


@pytest.fixture
def reader(client: FlaskClient) -> Person:
    """Somebody who sees all of them, in English."""
    person = Person(client, "zhuren")
    person.send("/settings/language", {"language": "en", "next": "/inbox"})
    return person


def test_the_books_of_the_office_speak_english(reader: Person) -> None:
    left = {}
    for page in PAGES:
        answer = reader.open(page)
        assert answer.status_code == 200, page
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        said = [re.sub(r"<[^>]*>", "", words) for _tag, words in CHROME.findall(main)] + SAID.findall(main)
        left[page] = [words for words in said if HAN.search(words)]

    assert {page: words for page, words in left.items() if words} == {}

"""How long something is overdue, and the how-manieth overdue working day it is: two numbers, and which is which."""

import html
import re

from apiflask import APIFlask

from engine.runtime import Engine
from engine.store import notices
from engine.verbs import instances, people, timers
from tests.support.clock import FakeClock
from tests.web.cases import document
from tests.web.pages import Person

LIGHT = re.compile(r'title="([^"]*)"><span class="lamp (\w+)"')
OFFICE_TIME, WORKING_DAYS = "“超期”按已过的办公时间计", "“逾期 N 个工作日”数截止日之后的工作日，当天也算"


def hints(page: str) -> list[tuple[str, str]]:
    """What each light that has a deadline says to whoever points at it, with its colour."""
    return [(html.unescape(hint), colour) for hint, colour in LIGHT.findall(page)]


def test_a_light_that_is_overdue_says_what_it_counts_and_how_reminders_count(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock)
    before = Person(app.test_client(), "rlb_head").open(f"/t/{number}").text
    clock.at("2026-03-17 09:00")  # due on the 10th at 17:30: four days of office hours and the first of the fifth day
    timers.fire_due(office)

    head = Person(app.test_client(), "rlb_head")
    pages = {page: head.open(page).text for page in ("/inbox", f"/t/{number}")}
    head.send("/settings/language", {"language": "en", "next": "/inbox"})
    english = head.open(f"/t/{number}").text

    assert "【逾期5个工作日】" in told(office, number)
    for page in pages.values():
        assert "超期 4 天" in page
        assert all(OFFICE_TIME in hint and WORKING_DAYS in hint for hint, colour in hints(page) if colour == "red")
        assert "red" in {colour for _hint, colour in hints(page)}
    assert [OFFICE_TIME in hint for hint, _colour in hints(before)] == [False], "nothing is overdue yet"
    assert "4 d overdue" in english
    assert "counts the office time that has passed" in hints(english)[0][0]
    assert "after the day of the deadline, today included" in hints(english)[0][0]


def test_the_overview_of_a_case_says_it_where_nobody_can_point(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    before = Person(app.test_client(), "rlb1").open(f"/d/{number}").text
    clock.at("2026-04-01 09:00")

    after = Person(app.test_client(), "rlb1").open(f"/d/{number}").text

    assert f'<small class="soft">\n{OFFICE_TIME}' in after
    assert OFFICE_TIME not in before


def told(office: Engine, number: str) -> set[str]:
    """How reminders that it is overdue begin."""
    with office.store.reading() as tx:
        found = notices.of_instance(tx, instances.get(office, number, people.actor(office, "auditor")).id)
    return {notice.title.partition("《")[0] for notice, _login in found if notice.event == "T-OVER"}

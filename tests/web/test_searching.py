"""The search page and filters kept under a name."""

from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import inbox, people
from tests.support.clock import FakeClock
from tests.web.cases import DRAFTER, HEAD, document
from tests.web.pages import Person


def test_search_finds_instances_people_and_processes(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock, title="关于供热管网检修的通知")
    document(office, clock, title="关于植树活动的通知", body="各公司：请组织植树。")
    inbox.catch_up(office)
    head = Person(app.test_client(), HEAD)

    found = head.open("/search?q=管网检修").text
    assert number in found
    assert "植树" not in found
    assert 'data-figure="total">1<' in found
    assert "周建业" in head.open("/search?q=zjy").text
    assert "/start/document_issue" in head.open("/search?q=fw").text
    assert "没有找到" in head.open("/search?q=不存在的事").text
    assert number not in Person(app.test_client(), "cwb1").open("/search?q=管网检修").text


def test_filters_of_a_search_stand_in_its_address(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    inbox.catch_up(office)
    head = Person(app.test_client(), HEAD)

    assert number in head.open("/search?q=通知&process=document_issue&state=running").text
    assert number not in head.open("/search?q=通知&process=document_issue&state=ended").text
    assert number not in head.open("/search?q=通知&process=seal_use").text


def test_a_whole_number_opens_at_once_even_before_its_words_are_taken(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock)

    assert Person(app.test_client(), HEAD).open(f"/search?q={number.lower()}").location.endswith(f"/d/{number}")
    assert Person(app.test_client(), "cwb1").open(f"/search?q={number}").status_code == 200


def test_i37_a_filter_is_kept_used_and_dropped(app: APIFlask, office: Engine) -> None:
    person = Person(app.test_client(), DRAFTER)

    kept = person.send("/inbox/filters?urgency=特急&due=overdue", {"box": "todo", "name": " 急 件 "})
    assert kept.location == "/inbox?due=overdue&urgency=%E7%89%B9%E6%80%A5"
    page = person.open("/inbox").text
    assert "急 件" in page
    assert "急 件" not in person.open("/done").text
    assert people.actor(office, DRAFTER).settings["filters"] == [
        {"box": "todo", "name": "急 件", "url": "/inbox?due=overdue&urgency=%E7%89%B9%E6%80%A5"}
    ]

    person.send("/inbox/filters/drop", {"box": "todo", "name": "急 件", "next": "/inbox"})
    assert people.actor(office, DRAFTER).settings["filters"] == []


def test_a_filter_without_a_name_is_refused(app: APIFlask) -> None:
    person = Person(app.test_client(), DRAFTER)

    assert person.send("/inbox/filters?due=today", {"box": "todo", "name": "  "}).status_code == 422
    assert person.send("/inbox/filters", {"box": "moon", "name": "x"}).status_code == 422

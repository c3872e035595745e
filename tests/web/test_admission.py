"""Places of a process: whoever finds none waits a moment, or is told at once to come again (P20)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from time import sleep

import pytest
from apiflask import APIFlask

from tests.web.cases import DRAFTER
from tests.web.pages import Person
from web.admission import GREAT, HEAVY, PLACES, Full, Lanes


@contextmanager
def taken(lanes: Lanes, kind: str = "") -> Iterator[None]:
    lanes.enter(kind)
    try:
        yield
    finally:
        lanes.leave(kind)


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        sleep(0.001)


def test_a_full_house_says_so_in_words_and_when_to_come_again(app: APIFlask) -> None:
    lanes = app.extensions["lanes"] = app.extensions["lanes"]
    person = Person(app.test_client(), DRAFTER)

    with ExitStack() as busy:
        for _ in range(PLACES):
            busy.enter_context(taken(lanes))
        page, call = person.client.get("/inbox"), person.client.get("/api/v1/inbox")
        health = person.client.get("/healthz")

    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "系统正在忙碌或升级。" in page.get_data(as_text=True)
    assert (call.status_code, call.get_json()["code"]) == (503, "http.service_unavailable")
    assert health.status_code == 200
    assert person.client.get("/inbox").status_code == 200


def test_every_place_is_given_back_whatever_happens(app: APIFlask) -> None:
    client = app.test_client()
    for path in ("/login", "/nowhere", "/inbox", "/api/v1/inbox") * PLACES:
        client.get(path)

    with ExitStack() as all_of_them:
        for _ in range(PLACES):
            all_of_them.enter_context(taken(app.extensions["lanes"]))


def test_a_place_that_gets_free_goes_to_whoever_waits() -> None:
    lanes, inside = Lanes(places=1, room=1, patience=30), Event()

    def wait() -> None:
        with taken(lanes):
            inside.set()

    waiting = Thread(target=wait)
    with taken(lanes):
        waiting.start()
        had_it_too_early = inside.wait(0.1)
    waiting.join()

    assert not had_it_too_early
    assert inside.is_set()


def test_places_go_to_whoever_has_waited_longest_and_may_have_them() -> None:
    lanes, order = Lanes(places=2, room=9, patience=30), list[str]()

    def wait(name: str, kind: str) -> None:
        with taken(lanes, kind):
            order.append(name)

    lanes.enter("heavy")
    lanes.enter("heavy")  # both places, and all there are for reports
    waiting: list[Thread] = []
    for name, kind in (("report", "heavy"), ("first", ""), ("second", "")):
        one = Thread(target=wait, args=(name, kind))
        one.start()
        until(lambda: len(lanes.waiting) == len(waiting) + 1)
        waiting.append(one)
    lanes.leave("heavy")
    for one in waiting:
        one.join()

    assert order == ["report", "first", "second"]


def test_who_waits_for_a_report_holds_up_nobody_else() -> None:
    lanes, served = Lanes(places=3, room=9, patience=30), Event()

    def come_in() -> None:
        lanes.enter("")
        served.set()

    for kind in ("heavy", "heavy", ""):
        lanes.enter(kind)
    report = Thread(target=lanes.enter, args=("heavy",))
    page = Thread(target=come_in)
    report.start()
    until(lambda: len(lanes.waiting) == 1)
    page.start()
    until(lambda: len(lanes.waiting) == 2)

    lanes.leave("")
    page.join()

    assert served.is_set()
    assert lanes.waiting == ("heavy",)
    lanes.leave("heavy")
    report.join()


def test_whoever_waited_in_vain_takes_no_place_and_no_room() -> None:
    lanes = Lanes(places=1, room=1, patience=0.01)

    with taken(lanes):
        for _ in range(3):
            with pytest.raises(Full):
                lanes.enter("")
        assert lanes.waiting == ()
    with taken(lanes):
        pass


def test_who_finds_the_room_full_is_refused_at_once() -> None:
    lanes = Lanes(places=1, room=0, patience=30)

    with taken(lanes), pytest.raises(Full):
        lanes.enter("")


@pytest.mark.parametrize(("kind", "most"), [("great", GREAT), ("heavy", HEAVY)])
def test_reports_and_great_bodies_leave_places_for_the_others(kind: str, most: int) -> None:
    lanes = Lanes(patience=0.01)

    with ExitStack() as busy:
        for _ in range(most):
            busy.enter_context(taken(lanes, kind))
        with pytest.raises(Full):
            lanes.enter(kind)
        for _ in range(PLACES - most):
            busy.enter_context(taken(lanes))
        with pytest.raises(Full):
            lanes.enter("")

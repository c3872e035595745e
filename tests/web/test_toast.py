"""What somebody is told after a step that others still have to do."""

from apiflask import APIFlask

from engine.runtime import Engine
from tests.processes.sealing import sealed_until
from tests.support.clock import FakeClock
from tests.web.pages import Person
from web import toast


def test_whoever_acts_first_of_two_is_told_whom_the_step_waits_for(
    office: Engine, clock: FakeClock, app: APIFlask
) -> None:
    page = f"/t/{sealed_until(office, clock, 'YY70')}"

    for login, told in (("yinzhang_a", "，还等 丁海峰 办理"), ("jianyin_a", "，送 ")):
        person = Person(app.test_client(), login)
        fields = {
            **person.hidden(page, "_item", "_key"),
            "actual_copies": "1",
            "actual_places": "1",
            "_outcome": "done",
        }
        assert person.send(f"{page}/decide", fields, page=page).status_code == 303

        said = person.open("/inbox").text
        assert f"已用印《在职证明》{told}" in said
        assert ("还等" in said) is (login == "yinzhang_a")


def test_of_many_three_are_named() -> None:
    assert toast.beside([]) == ""
    assert toast.beside(["甲", "乙", "丙", "丁"]) == "，还等 甲、乙、丙 等 4 人 办理"

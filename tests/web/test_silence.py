"""The page of whoever decides what the silence of a department means."""

from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import instances, people, timers, work
from tests.support.clock import FakeClock
from tests.web.cases import document, item_of
from tests.web.pages import Person


def test_the_head_reads_who_is_silent_and_goes_on_with_one_button(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock, cosign_depts=["cwb"])
    work.decide(office, item_of(office, number, "rlb_head"), "approve", people.actor(office, "rlb_head"))
    clock.at("2026-03-18 17:30")
    while timers.fire_due(office):
        pass
    head, page = Person(app.test_client(), "rlb_head"), f"/t/{number}"
    shown = head.open(page).text
    assert "财务部没有回复，是否视为没有不同意见继续办理？" in shown
    assert "继续等待" in shown
    item = item_of(office, number, "rlb_head")

    without_words = head.send(f"{page}/decide", {"_item": item, "_outcome": "wait", "_opinion": ""}, page=page)
    done = head.send(f"{page}/decide", {"_item": item, "_outcome": "assumed", "_opinion": "继续。"}, page=page)

    assert (without_words.status_code, done.status_code) == (422, 303)
    view = instances.get(office, number, people.actor(office, "rlb1"))
    assert [i.element for i in view.items if i.state == "open"] == ["FW40"]
    assert "财务部逾期未回复" in head.open(f"/d/{number}").text

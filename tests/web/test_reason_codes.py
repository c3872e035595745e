"""The reason codes on the page of a step that asks for them."""

from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.support.clock import FakeClock
from tests.web.cases import document, item_of
from tests.web.pages import Person


def test_the_editor_who_refuses_chooses_a_code_and_keeps_the_words_when_it_was_forgotten(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock)
    work.decide(office, item_of(office, number, "rlb_head"), "approve", people.actor(office, "rlb_head"))
    clock.at("2026-03-09 11:00")
    editor, page = Person(app.test_client(), "hegao_a"), f"/t/{number}"
    given = {"_outcome": "refuse", "_opinion": "可用电话核实。", "_item": item_of(office, number, "hegao_a")}

    forgotten = editor.send(f"{page}/decide", given, page=page)
    sent_back = editor.send(f"{page}/return", {**given, "_to": "FW10"}, page=f"{page}/return")

    assert (forgotten.status_code, sent_back.status_code) == (422, 422)
    assert "“不予发文”必须选原因代码" in forgotten.text
    assert "可用电话核实。" in forgotten.text
    assert "“退回”必须选原因代码" in sent_back.text
    assert editor.send(f"{page}/decide", {**given, "_reason": "R-NEED"}, page=page).status_code == 303
    ended = instances.get(office, number, people.actor(office, "rlb1"))
    assert ended.state == "rejected"
    assert "不需行文" in Person(app.test_client(), "rlb1").open(f"/d/{number}").text

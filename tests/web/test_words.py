"""用词检查 on the pages: beside the field while it is drafted, ticked off where it is reviewed, waived in a dialog."""

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.support.clock import FakeClock
from tests.web.cases import document, item_of
from tests.web.pages import Person

GATES = {"g_route": "通过", "g_policy": "通过", "g_legal": "通过", "g_format": "通过", "g_text": "通过"}
TEXT = "各公司：\n请按统一布署，清理“全国第一”一类用语。"


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """A document with a misspelling and a banned word, with its editor."""
    found = document(office, clock, body=TEXT)
    work.decide(office, item_of(office, found, "rlb_head"), "approve", people.actor(office, "rlb_head"))
    clock.at("2026-03-09 11:00")
    return found


def test_while_it_is_drafted_words_stand_beside_their_field_and_stop_nobody(app: APIFlask) -> None:
    drafter = Person(app.test_client(), "rlb1")

    fresh = drafter.send(
        "/start/document_issue/way", {"body": TEXT, "title": "关于老总的通知"}, page="/start/document_issue"
    )

    assert 'id="f-body-found"' in fresh.text
    assert "建议“部署”" in fresh.text
    assert "核稿时不能通过，请先改正" in fresh.text
    assert 'name="_word"' not in fresh.text
    assert "未发现问题" in drafter.open("/start/document_issue").text


def test_the_editor_ticks_off_and_the_director_lets_a_banned_word_stand(
    app: APIFlask, office: Engine, number: str
) -> None:
    editor, page = Person(app.test_client(), "hegao_a"), f"/t/{number}"
    given = {"_outcome": "pass", "_item": item_of(office, number, "hegao_a"), **GATES, "body": TEXT}
    ticked = {"_word": "body:布署", "_word_reason": "引用原文件用语。"}

    refused = editor.send(f"{page}/decide", {**given, **ticked}, page=page)
    dialog = f"/d/{number}/act/waive"
    director = Person(app.test_client(), "zhuren")
    asked = director.open(dialog).text
    unsaid = director.send(dialog, {"_place": "body:全国第一", "_opinion": ""}, page=dialog)
    waived = director.send(dialog, {"_place": "body:全国第一", "_opinion": "引用。"}, page=dialog)
    missing = editor.send(f"{page}/decide", given, page=page)

    assert refused.status_code == 422
    assert "有禁用词，不能通过" in refused.text
    assert 'value="body:布署" checked' in refused.text
    assert "引用原文件用语。" in refused.text
    assert 'value="body:全国第一"' not in refused.text
    assert "正文“全国第一”1 处" in asked
    assert (unsaid.status_code, waived.status_code, missing.status_code) == (422, 303, 422)
    assert "还有 1 处用词没有确认" in missing.text
    assert "准用：引用。" in missing.text
    assert editor.send(f"{page}/decide", {**given, **ticked}, page=page).status_code == 303
    told = Person(app.test_client(), "rlb1").open(f"/d/{number}/history").text
    assert "用词保留 1 项：引用原文件用语。" in told
    assert "正文“全国第一”" in told


def test_the_inbox_does_not_pass_over_what_nobody_has_looked_at(app: APIFlask, office: Engine, number: str) -> None:
    editor = Person(app.test_client(), "hegao_a")
    given = {"_outcome": "pass", "_item": item_of(office, number, "hegao_a"), "_from": "inbox", **GATES}

    answer = editor.send(f"/t/{number}/decide", given, page=f"/t/{number}")

    assert answer.status_code == 303
    assert instances.get(office, number, people.actor(office, "rlb1")).state == "running"
    assert work.mine(office, number, people.actor(office, "hegao_a")) is not None

"""``/meetings`` without scripts: the board in three views, evidence, refusals beside the entry, and paper."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.errors import Conflict
from engine.runtime import Engine
from engine.store import instances as instance_rows
from engine.verbs import files, instances, meetings, people, timers, work
from tests.processes.test_forecasts import script_of
from tests.support.clock import FakeClock
from tests.support.gatherings import propose, propose_board
from tests.web.browsing import post, sign_in

BOARD = "/meetings/HY-2026-0001"


@pytest.fixture
def head(office: Engine, clock: FakeClock, client: FlaskClient) -> FlaskClient:
    """A meeting three weeks ahead; the head of the office, who owns its first entry, looks."""
    clock.at("2026-03-03 10:00")
    propose(office, "安全生产调度会", start="2026-03-26 14:30", end="2026-03-26 17:00")
    return sign_in(client, "zhuren")


def entry_id(office: Engine, code: str) -> int:
    board = meetings.board(office, "HY-2026-0001", people.actor(office, "zhuren"))
    found = next(e.item_id for phase in board.phases for e in phase.entries if e.code == code)
    assert found is not None
    return found


def tick(client: FlaskClient, item: int, **fields: Any) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(BOARD).text)
    assert token
    path = f"{BOARD}/entries/{item}"
    return client.post(
        path, data={"csrf_token": token[1], "_outcome": "done", **fields}, content_type="multipart/form-data"
    )


def codes(page: str) -> list[str]:
    return re.findall(r'<li class="entry-c[^>]+id="e-(\w+)"', page)


def test_list_leads_to_the_board_with_what_is_done_of_how_many(head: FlaskClient) -> None:
    page = head.get("/meetings").text

    assert f'href="{BOARD}"' in page
    assert re.search(r"<b>0</b>/\d+ 项", page)


@pytest.mark.parametrize("view", ["board", "owner", "line"])
def test_each_view_shows_every_entry_once(head: FlaskClient, view: str) -> None:
    page = head.get(f"{BOARD}?view={view}").text

    total = re.search(r"全部 <b>(\d+)</b>", page)
    assert total
    assert len(codes(page)) == len(set(codes(page))) == int(total[1])


@pytest.mark.parametrize("show", ["mine", "open", "late"])
def test_number_on_a_filter_is_the_length_of_its_list(head: FlaskClient, clock: FakeClock, show: str) -> None:
    clock.at("2026-03-12 10:00")
    sign_in(head, "zhuren")  # the session of the 3rd is over
    page = head.get(BOARD).text

    count = re.search(rf'show={show}"[^>]*>(?:<span[^>]*></span>)?[^<]+<b>(\d+)</b>', page)
    assert count
    assert len(codes(head.get(f"{BOARD}?show={show}").text)) == int(count[1]) > 0


def test_entry_that_needs_evidence_is_not_ticked_without_a_file_and_says_so(head: FlaskClient, office: Engine) -> None:
    answer = tick(head, entry_id(office, "A01"))

    assert answer.status_code == 422
    beside = re.search(r'id="e-A01".*?</li>', answer.text, re.S)
    assert beside
    assert "需要佐证：立项单。请上传文件后再打勾。" in beside[0]


def test_entry_with_its_evidence_is_done_and_shows_the_file(head: FlaskClient, office: Engine) -> None:
    answer = tick(
        head, entry_id(office, "A01"), **{"_evidence-upload": (io.BytesIO(b"ok"), "立项单.txt"), "view": "owner"}
    )

    assert answer.status_code == 303
    assert answer.location == f"{BOARD}?view=owner#e-A01"
    page = head.get(BOARD).text
    assert re.search(r'class="entry-c is-done[^>]+id="e-A01"', page)
    assert "立项单.txt" in page


def test_not_applicable_needs_a_reason_and_the_coordinator(head: FlaskClient, office: Engine, clock: FakeClock) -> None:
    item = entry_id(office, "A01")

    refused = tick(head, item, _outcome="na", _from="form")
    asked = tick(head, item, _outcome="na", _from="form", _opinion="上级会议，不需领受。")

    assert (refused.status_code, asked.status_code) == (422, 303)
    assert "请写明理由" in refused.text
    assert "已申请不适用，等 陆敏 批准" in head.get(BOARD).text
    clock.at("2026-03-03 10:30")
    other = sign_in(head.application.test_client(), "fuzhuren")
    page = other.get(BOARD).text
    link = re.search(r'href="(/t/HY-2026-0001[^"]*item=\d+)"[^>]*>申请不适用，请您批复', page)
    assert link
    form = other.get(link[1]).text
    assert "A01 领受任务" in form
    sent = {"_item": link[1].rpartition("item=")[2], "_outcome": "agree", "_opinion": ""}
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    assert other.post("/t/HY-2026-0001/decide", data={"csrf_token": token[1], **sent}).status_code == 303
    done = other.get(BOARD).text
    assert "上级会议，不需领受。（经 陆敏 同意）" in done


def test_more_time_is_asked_for_with_a_bound(head: FlaskClient, office: Engine) -> None:
    item = entry_id(office, "A01")

    form = head.get(f"{BOARD}/entries/{item}").text
    late = tick(head, item, _outcome="later", _from="form", _opinion="等上级通知。", _until="2026-03-26T14:30")
    wrong = tick(head, item, _outcome="later", _from="form", _opinion="等上级通知。", _until="明天")

    assert "申请延期" in form
    assert "最晚" in form
    assert (late.status_code, wrong.status_code) == (422, 422)
    assert "最晚只能延到" in late.text
    assert "延期的时间看不懂" in wrong.text


def test_entry_of_somebody_else_cannot_be_ticked_and_has_no_tick(head: FlaskClient, office: Engine) -> None:
    page = head.get(BOARD).text
    item = entry_id(office, "A03")

    assert f"/entries/{item}" not in page
    assert "您不是本环节办理人" in tick(head, item).text


def test_entry_of_another_meeting_is_not_found(head: FlaskClient) -> None:
    assert head.get(f"{BOARD}/entries/999999").status_code == 404


def test_paper_lists_all_entries_and_strangers_see_nothing(head: FlaskClient, client: FlaskClient) -> None:
    page = head.get(f"{BOARD}/print").text

    assert page.count("<tr>") - 3 == len(codes(head.get(BOARD).text))
    stranger = sign_in(client.application.test_client(), "jjb1")
    assert stranger.get(BOARD).status_code == 404
    assert "没有您参与筹备的会议" in stranger.get("/meetings").text


def test_pages_carry_no_inline_style_or_script(head: FlaskClient) -> None:
    for path in ("/meetings", BOARD, f"{BOARD}?view=line", f"{BOARD}/print"):
        assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]+src=)|\son\w+=", head.get(path).text), path


def send_change(client: FlaskClient, **fields: Any) -> TestResponse:
    page = client.get(f"{BOARD}/change").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(f"{BOARD}/change", data={"csrf_token": token[1], "venue": "第三会议室", **fields})


def test_change_shows_its_differences_before_it_is_made_and_keeps_them(head: FlaskClient, office: Engine) -> None:
    seen = send_change(head, start_at="2026-03-31T14:30", end_at="2026-03-31T17:00", _step="preview").text
    assert "差异清单" in seen
    assert "2026-03-26 14:30 → <b>2026-03-31 14:30</b>" in seen

    made = send_change(head, start_at="2026-03-31T14:30", end_at="2026-03-31T17:00", _step="change", _reason="改期。")

    assert made.status_code == 303
    assert "2026-03-31 14:30" in head.get(BOARD).text
    listed = head.get(f"{BOARD}/changes").text
    assert "原因：改期。" in listed
    assert re.search(r'data-entry="B13".*?2026-03-25 15:30.*?2026-03-30 15:30', listed, re.S)


def test_refused_change_keeps_what_was_entered(head: FlaskClient) -> None:
    answer = send_change(head, start_at="2026-03-31T14:30", end_at="2026-03-31T17:00", _step="change")

    assert answer.status_code == 422
    assert "请填写变更原因" in answer.text
    assert 'value="第三会议室"' in answer.text


def test_meeting_that_is_called_off_asks_for_the_notice(head: FlaskClient) -> None:
    assert send_change(head, _step="call_off", _reason="并入年会。").status_code == 303

    assert "印发取消通知并逐单位确认收到" in head.get(BOARD).text


def test_call_is_written_down_beside_its_entry(head: FlaskClient) -> None:
    send_change(head, start_at="2026-03-31T14:30", end_at="2026-03-31T17:00", _step="change", _reason="改期。")
    page = head.get(f"{BOARD}/changes").text
    address = re.search(rf'action="({BOARD}/changes/\d+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert address
    assert token

    head.post(address[1], data={"csrf_token": token[1], "_words": "已知悉。"})

    assert "：已知悉。" in head.get(f"{BOARD}/changes").text


def test_walk_through_lists_what_holds_it_up_and_what_does_not_and_refuses_to_pass(
    head: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    actor = people.actor(office, "zhuren")
    clock.at("2026-03-25 08:31")
    timers.fire_due(office)
    item = next(i for i in work.all_mine(office, "HY-2026-0001", actor) if i.element == "HY50")

    page = sign_in(head, "zhuren").get(f"/t/HY-2026-0001?item={item.id}").text

    held, _, beside = page.partition("不影响通过")
    assert re.search(r"★关键项未办结 \d+ 项，办结前不能通过", held)
    assert 'data-entry="B13"' in held
    assert 'data-entry="B14"' in beside
    assert 'data-entry="B13"' not in beside
    with pytest.raises(Conflict) as refused:
        work.decide(office, item.id, "pass", actor)
    assert refused.value.reason == "work.gate"


def test_decisions_lead_from_each_line_to_its_matter(head: FlaskClient, office: Engine) -> None:
    assert "还没有纪要" in head.get(f"{BOARD}/decisions").text
    with office.store.transaction() as tx:
        row = instance_rows.by_number(tx, "HY-2026-0001", lock=True)
        lines = [{"content": "开展储罐检查", "supervise": True}, {"content": "传达精神"}]
        row.variables = {**row.variables, "minutes_no": "会议纪要〔2026〕1号", "items": lines}
        instance_rows.save(tx, row)

    page = head.get(f"{BOARD}/decisions").text

    assert re.search(r"会议纪要〔2026〕1号第1项.*?开展储罐检查.*?待转督办", page, re.S)
    assert re.search(r"第2项.*?传达精神.*?不督办", page, re.S)


def test_a_meeting_of_the_board_leads_to_its_topics_and_others_have_none(head: FlaskClient, office: Engine) -> None:
    assert head.get(f"{BOARD}/agenda").status_code == 404
    assert "/agenda" not in head.get(BOARD).text
    number = propose_board(office, "董事会会议", start="2026-04-13 09:00", end="2026-04-13 11:00")
    said = {"meeting_on": "2026-04-13", "sitting": "董事会2026年第1次"}
    topic, drafter = script_of("agenda_topic/party-first")["start"]["data"] | said, people.actor(office, "tzb1")
    sent = instances.start(office, "agenda_topic", files.handed_in(office, topic, drafter, "议题"), drafter)

    assert f'href="/meetings/{number}/agenda"' in head.get(f"/meetings/{number}").text
    page = sign_in(head.application.test_client(), "huiwu_a").get(f"/meetings/{number}/agenda").text
    assert "议题提交截止 2026-03-25 17:30" in page
    assert "投资发展部" in page
    assert sent.number not in page  # not theirs to open
    auditor = sign_in(head.application.test_client(), "auditor").get(f"/meetings/{number}/agenda").text
    assert re.search(rf'href="/d/{sent.number}">集团“十五五”发展规划</a>.*?拟上会', auditor, re.S)


def test_a_clerk_proposes_a_revision_on_the_page_of_the_template(head: FlaskClient, office: Engine) -> None:
    page = "/meetings/template"

    asked = {"change": "修改", "entry": "A05", "due": "T-9", "why": "报批太紧。"}
    wrong = post(head, f"{page}/proposals", page=page, **asked | {"entry": "Z9"})
    done = post(head, f"{page}/proposals", page=page, **asked)

    assert wrong.status_code == 422
    assert "清单里没有 Z9" in wrong.text
    assert 'value="T-9"' in wrong.text  # what was typed is kept
    assert (done.status_code, done.location) == (303, page)
    shown = head.get(page).text
    assert "修订建议　1 条待定" in shown
    assert "理由：报批太紧。" in shown

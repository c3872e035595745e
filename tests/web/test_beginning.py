"""A case is begun from a record: its page leads to the first form, filled in."""

import re
from html import unescape

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import people, registers
from tests.web.browsing import sign_in


def record_of(office: Engine, register: str, label: str) -> int:
    found = registers.rows(office, register, people.actor(office, "zhuren"), standing=True)
    return next(line.id for line in found.lines if line.label == label)


def test_a_problem_is_begun_from_an_item_of_the_list_with_its_standard(office: Engine, client: FlaskClient) -> None:
    record = record_of(office, "check_item", "信息系统自查：备份演练")
    page = sign_in(client, "zhuren").get(f"/registers/check_item/{record}").text
    found = re.search(r'href="(/start/rectification\?[^"]+)"', page)

    form = client.get(unescape(found[1]) if found else "").text

    assert "每日校验备份，每季度至少一次恢复演练。" in form
    assert re.search(r'<option value="信息系统自查：备份演练" selected', form)
    assert re.search(r'<option value="自查" selected', form)


def test_what_fills_in_nothing_more_is_not_offered(office: Engine, client: FlaskClient) -> None:
    record = record_of(office, "check_item", "信息系统自查：备份演练")
    clerk = people.actor(office, "zhuren")
    registers.change(office, record, {}, "停用。", clerk, state="dropped")
    dropped = record_of(office, "check_item", "信息系统自查：备份演练")

    page = sign_in(client, "zhuren").get(f"/registers/check_item/{dropped}").text

    assert "/start/rectification" not in page
    room = record_of(office, "meeting_room", "第一会议室")
    assert "发起会议筹备" not in client.get(f"/registers/meeting_room/{room}").text

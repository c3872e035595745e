"""``/meetings/plan``: the year of meetings, and a proposal begun from one of its lines."""

import re

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import people, registers
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in

LINE = {
    "plan_year": 2026, "title": "安全生产大会", "category": "推进会、调度会", "level": "中型", "month": 2,
    "host_unit": "ahb", "budget": "3000.00",
}  # fmt: skip


def test_the_year_leads_to_a_proposal_that_is_filled_in(office: Engine, client: FlaskClient, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    registers.add(office, "meeting_plan", LINE, people.actor(office, "zhuren"))
    page = sign_in(client, "ahb1").get("/meetings/plan").text
    found = re.search(r'href="(/start/meeting_preparation\?[^"]+)"', page)

    form = client.get(found[1].replace("&amp;", "&") if found else "").text

    assert "安全生产大会" in page
    assert "未开" in page
    assert "/registers/meeting_plan" not in page  # somebody else keeps it
    assert re.search(r'name="title"[^>]*value="安全生产大会"', form)
    assert re.search(r'<option value="2026年 安全生产大会" selected', form)
    assert re.search(r'name="budget"[^>]*value="3000.00"', form)


def test_whoever_keeps_the_plan_writes_and_imports_it(office: Engine, client: FlaskClient) -> None:
    page = sign_in(client, "zhuren").get("/meetings/plan?year=2027").text

    assert 'href="/registers/meeting_plan/import"' in page
    assert 'href="/meetings/plan?year=2026"' in page
    assert "这一年还没有会议计划" in page
    assert client.get("/meetings/plan?year=x").status_code == 422

"""What a person wants of notices, the ledger of one notice, and the house's own words; without a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from engine import open_engine
from engine.runtime import Engine
from engine.verbs import instances, notifications, people
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in
from tests.web.test_notifications import LENDING
from web import create_app

At = Callable[[str], FlaskClient]
TOKEN = "0a1b2c3d-0a1b-2c3d-4e5f-0123456789ab"


@pytest.fixture
def app(office: Engine, clock: FakeClock) -> APIFlask:
    """The application of an office with mail and robots."""
    settings = office.settings.model_copy(
        update={"smtp_url": SecretStr("smtp://127.0.0.1:9"), "robots": "wecom,dingtalk"}
    )
    return create_app(open_engine(now=clock, settings=settings))


@pytest.fixture
def at(app: APIFlask) -> At:
    """The browser of a person."""
    return lambda login: sign_in(app.test_client(), login)


def test_a_choice_is_kept_and_shown_again(at: At, office: Engine) -> None:
    client = at("rlb1")
    page = client.get("/settings/notify").text
    assert page.count('type="checkbox"') == 4 * 3 + 2
    assert page.count(" checked") == 4 * 3 + 1, "everybody begins with everything, and at once"

    kept = post(
        client, "/settings/notify", page="/settings/notify", todo=["mail"], chase=["mail", "wecom"],
        first_daily="1",
        **{"robot-wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
           "quiet-from": "12:00", "quiet-until": "13:30"},
    )  # fmt: skip

    assert kept.status_code == 303
    again = client.get("/settings/notify").text
    assert again.count(" checked") == 4
    assert 'name="first_daily" value="1" checked' in again
    assert f'value="{TOKEN}"' in again
    assert 'name="quiet-from" value="12:00"' in again
    assert 'name="quiet-until" value="13:30"' in again


def test_a_wrong_robot_is_refused_with_what_was_entered(at: At, office: Engine) -> None:
    refused = post(
        at("rlb1"), "/settings/notify", page="/settings/notify", **{"robot-wecom": "https://evil.example/?key=1"}
    )

    assert refused.status_code == 422
    assert "这不是企业微信机器人的地址" in refused.text
    assert "https://evil.example/?key=1" in refused.text
    assert "notify" not in people.actor(office, "rlb1").settings


def test_trying_out_tells_oneself(at: At, office: Engine) -> None:
    post(at("rlb1"), "/settings/notify", page="/settings/notify", do="try", system=["mail"], digest="1")

    assert [n.event for n in notifications.centre(office, people.actor(office, "rlb1"))] == ["T-TEST"]


def test_the_ledger_shows_each_channel_to_receiver_and_sender(at: At, office: Engine, clock: FakeClock) -> None:
    applicant, head = people.actor(office, "cwb1"), people.actor(office, "cwb_head")
    instances.start(office, "archive_lending", LENDING, applicant)
    clock.advance(timedelta(seconds=11))
    notice = notifications.centre(office, head)[0]
    notifications.mark_read(office, [notice.id], head)

    page = at("cwb1").get(f"/notifications/{notice.id}").text

    assert head.name in page
    assert "已读" in page
    assert at("rlb1").get(f"/notifications/{notice.id}").status_code == 404


def test_a_notice_of_the_house_leads_to_its_page(at: At, office: Engine) -> None:
    client = at("rlb1")
    notifications.try_out(office, people.actor(office, "rlb1"))
    notice = notifications.centre(office, people.actor(office, "rlb1"))[0]

    there = post(client, "/notifications/read", page="/notifications", notice=notice.id, link=notice.link)
    evil = post(client, "/notifications/read", page="/settings/notify", notice=notice.id, link="//evil.example")

    assert there.location == "/settings/notify"
    assert "evil" not in (evil.location or "")


def test_words_are_tried_out_kept_and_taken_back(at: At) -> None:
    admin = at("admin")
    here = "/notifications/texts/T-NEW?process=seal_use"
    assert "新待办" in admin.get("/notifications/texts").text

    seen = post(admin, here, page=here, title="请办 {{ number }}", body="{{ step }}", do="preview")
    assert "请办 FW-2026-0412" in seen.text
    assert "系统自带" in admin.get(here).text
    wrong = post(admin, here, page=here, title="{{ number", body="x", do="save")
    assert wrong.status_code == 422
    assert "文字有误" in wrong.text
    assert post(admin, here, page=here, title="请办 {{ number }}", body="{{ step }}", do="save").status_code == 303
    assert "本单位（此流程）" in admin.get(here).text
    assert post(admin, here, page=here, do="reset").status_code == 303
    assert "本单位（此流程）" not in admin.get(here).text


def test_words_are_for_administrators(at: At) -> None:
    assert at("rlb1").get("/notifications/texts").status_code == 403
    assert at("admin").get("/notifications/texts/T-NONE").status_code == 404

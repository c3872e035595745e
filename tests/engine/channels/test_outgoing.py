"""The signed webhook and the group robots, against a real server."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr, ValidationError

from engine.channels import ChannelError, Message, configured, offered, robots
from engine.channels.webhook import Webhook, signature
from engine.settings import Settings
from tests.support.receiver import Receiver, receiving

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
LETTER = Message(
    address="zhang",
    title="【待办】《通知》",
    body="【待办】《通知》到达“审签”。",
    key="notice-7",
    link="http://office/d/FW-1",
    login="zhang",
    name="张静",
    kind="todo",
    urgency="特急",
    at=NOW,
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def hook(receiver: Receiver) -> Webhook:
    return Webhook(f"{receiver.url}/notices?x=1", SECRET, {receiver.host})


def test_a_webhook_posts_signed_json_with_the_key_of_the_notice(receiver: Receiver) -> None:
    hook(receiver).send(LETTER)

    got = receiver.got[0]
    stamp = got.headers["x-sanban-timestamp"]
    assert (got.path, got.headers["idempotency-key"]) == ("/notices?x=1", "notice-7")
    assert stamp == str(int(NOW.timestamp()))
    assert got.headers["x-sanban-signature"] == f"sha256={signature(SECRET, stamp, got.body)}"
    assert json.loads(got.body)["to"] == {"login": "zhang", "name": "张静"}


@pytest.mark.parametrize(
    ("status", "again"), [(500, True), (503, True), (408, True), (400, False), (404, False), (302, False), (410, False)]
)
def test_a_webhook_tries_again_what_may_get_better(receiver: Receiver, status: int, again: bool) -> None:
    receiver.status = status

    with pytest.raises(ChannelError) as failed:
        hook(receiver).send(LETTER)

    assert failed.value.retry is again
    assert SECRET not in repr(hook(receiver))


def test_a_webhook_that_is_limited_waits_as_long_as_it_is_told(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "90"}

    with pytest.raises(ChannelError) as failed:
        hook(receiver).send(LETTER)

    assert (failed.value.retry, failed.value.after) == (True, timedelta(seconds=90))


def robot(receiver: Receiver, name: str) -> robots.Robot:
    return robots.Robot(robots.MAKERS[name], f"{receiver.url}/bot", {receiver.host})


TOKEN = "0a1b2c3d-0a1b-2c3d-4e5f-0123456789ab"


@pytest.mark.parametrize(
    ("name", "path", "text", "fine"),
    [
        ("wecom", f"/bot?key={TOKEN}", lambda told: told["text"]["content"], {"errcode": 0}),
        ("dingtalk", f"/bot?access_token={TOKEN}", lambda told: told["text"]["content"], {"errcode": 0}),
        ("feishu", f"/bot/{TOKEN}", lambda told: told["content"]["text"], {"code": 0}),
    ],
)
def test_a_robot_is_told_in_the_words_of_its_maker(
    receiver: Receiver, name: str, path: str, text: object, fine: dict[str, int]
) -> None:
    receiver.body = json.dumps(fine).encode()

    robot(receiver, name).send(Message(TOKEN, LETTER.title, LETTER.body, "k", LETTER.link))

    assert receiver.got[0].path == path
    assert callable(text)
    assert text(json.loads(receiver.got[0].body)) == f"{LETTER.body}\n{LETTER.link}"


@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu"])
def test_a80_nothing_that_people_write_calls_everybody_or_becomes_a_card(receiver: Receiver, name: str) -> None:
    receiver.body = json.dumps({"errcode": 0, "code": 0}).encode()
    title = '@all @所有人 <at user_id="all">所有人</at> [点此](http://evil.example) {"msgtype":"actionCard"}'

    robot(receiver, name).send(Message(TOKEN, title, title, "k"))

    told = json.loads(receiver.got[0].body)
    assert told.get("msgtype", told.get("msg_type")) == "text"
    assert set(told) <= {"msgtype", "text", "msg_type", "content"}  # no list of people to mention, no card
    assert name != "feishu" or "<at" not in json.dumps(told)  # the one tag that its texts know


@pytest.mark.parametrize(("name", "code"), [("wecom", 45009), ("dingtalk", 130101), ("feishu", 11232)])
def test_a_robot_that_says_200_and_too_many_has_not_taken_it(receiver: Receiver, name: str, code: int) -> None:
    receiver.body = json.dumps({"errcode": code, "code": code}).encode()

    with pytest.raises(ChannelError) as failed:
        robot(receiver, name).send(Message(TOKEN, "t", "b"))

    assert (failed.value.retry, failed.value.after) == (True, timedelta(minutes=1))


@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu"])
def test_a_robot_that_does_not_know_us_is_not_asked_again(receiver: Receiver, name: str) -> None:
    receiver.body = json.dumps({"errcode": 93000, "code": 19001}).encode()

    with pytest.raises(ChannelError) as failed:
        robot(receiver, name).send(Message(TOKEN, "t", "b"))

    assert not failed.value.retry


def test_robots_with_a_secret_are_signed(receiver: Receiver) -> None:
    receiver.body = b'{"errcode": 0, "code": 0}'

    for name in ("dingtalk", "feishu"):
        robot(receiver, name).send(Message(f"{TOKEN},SEC{TOKEN}", "t", "b", at=NOW))

    assert "&timestamp=1773018000000&sign=" in receiver.got[0].path
    assert {"timestamp", "sign"} <= set(json.loads(receiver.got[1].body))


def test_a_long_text_is_shortened_and_keeps_its_link(receiver: Receiver) -> None:
    receiver.body = b'{"errcode": 0}'

    robot(receiver, "wecom").send(Message(TOKEN, "标题", "长" * 4000, link="http://office/d/FW-1"))

    text = json.loads(receiver.got[0].body)["text"]["content"]
    assert len(text.encode()) <= robots.LONGEST
    assert text.endswith("…\nhttp://office/d/FW-1")


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", TOKEN),
        ("wecom", TOKEN, TOKEN),
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}, SEC{TOKEN}", f"{TOKEN},SEC{TOKEN}"),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", TOKEN),
        ("wecom", f"https://evil.example/send?key={TOKEN}", None),
        ("wecom", f"http://127.0.0.1/send?key={TOKEN}", None),
        ("feishu", "../../x", None),
        ("dingtalk", "短", None),
        ("dingtalk", f"{TOKEN}&x=y", None),
    ],
)
def test_a_robot_is_entered_as_its_maker_shows_it_and_stays_with_its_maker(
    name: str, text: str, kept: str | None
) -> None:
    if kept is None:
        with pytest.raises(ChannelError):
            robots.address(name, text)
    else:
        assert robots.address(name, text) == kept


def test_channels_are_what_the_operator_set_up() -> None:
    settings = Settings(
        robots="wecom, feishu=https://fei.huayuan.example/hook", webhook_url=SecretStr("https://x.example"),
        webhook_secret=SecretStr(SECRET), smtp_url=SecretStr("smtp://localhost"),
    )  # fmt: skip

    assert offered(settings) == ("mail", "wecom", "feishu", "webhook")
    assert set(configured(settings)) == set(offered(settings))
    assert offered(Settings()) == ()


def test_unknown_robots_and_short_secrets_stop_the_command() -> None:
    with pytest.raises(ValidationError, match="unknown robots"):
        Settings(robots="skype")
    with pytest.raises(ValidationError, match="32 characters"):
        Settings(webhook_url=SecretStr("https://x.example"), webhook_secret=SecretStr("short"))

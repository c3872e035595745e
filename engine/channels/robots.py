"""Group robots of WeCom, DingTalk and Feishu: a person's own robot, at the host of its maker and nowhere else.

Written here because what a robot answers counts: all three say 200 and put "too many" into the body, 20 a minute.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from engine.channels import guarded
from engine.channels.channel import ChannelError, Message

BUSY = timedelta(minutes=1)
LONGEST = 1800  # bytes; WeCom takes 2,048
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Maker:
    """What one maker's robots want: where, what, and which answers mean "wait" or "later"."""

    title: str
    base: str
    url: Callable[[str, str], str]  # base, token
    text: Callable[[str], Json]
    signed: Callable[[str, int], tuple[Mapping[str, str], Json]]  # secret, seconds -> query, fields of the body
    code: str  # name of the field that is 0 when all went well
    busy: frozenset[int]


def _ding(secret: str, seconds: int) -> tuple[Mapping[str, str], Json]:
    stamp = str(seconds * 1000)
    return {"timestamp": stamp, "sign": _mac(secret, f"{stamp}\n{secret}")}, {}


def _fei(secret: str, seconds: int) -> tuple[Mapping[str, str], Json]:
    return {}, {"timestamp": str(seconds), "sign": _mac(f"{seconds}\n{secret}", "")}


def _mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


MAKERS: Mapping[str, Maker] = {
    "wecom": Maker(
        "企业微信",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        lambda base, token: f"{base}?key={token}",
        lambda text: {"msgtype": "text", "text": {"content": text}},
        lambda _secret, _seconds: ({}, {}),
        "errcode",
        frozenset({45009, 45033, -1}),
    ),
    "dingtalk": Maker(
        "钉钉",
        "https://oapi.dingtalk.com/robot/send",
        lambda base, token: f"{base}?access_token={token}",
        lambda text: {"msgtype": "text", "text": {"content": text}},
        _ding,
        "errcode",
        frozenset({130101, 410100, -1}),
    ),
    "feishu": Maker(
        "飞书",
        "https://open.feishu.cn/open-apis/bot/v2/hook",
        lambda base, token: f"{base}/{token}",
        # its texts know one tag, which calls everybody: <at user_id="all">
        lambda text: {"msg_type": "text", "content": {"text": text.replace("<", "＜").replace(">", "＞")}},
        _fei,
        "code",
        frozenset({11232, 11233, 9499}),
    ),
}


@dataclass(frozen=True)
class Robot:
    """The robots of one maker; ``base`` is another address for an installation of one's own."""

    maker: Maker
    base: str = ""
    allowed: Collection[str] = ()

    def send(self, message: Message) -> None:
        """Say it to the robot of the address, ``token`` or ``token,secret``."""
        token, _, secret = message.address.partition(",")
        query, fields = self.maker.signed(secret, int(message.at.timestamp())) if secret else ({}, {})
        url = self.maker.url(self.base or self.maker.base, token)
        if query:
            url += "&" + urlencode(query)
        body = json.dumps({**self.maker.text(_short(message)), **fields}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        self._judge(guarded.post(url, body, headers, allowed=self.allowed, now=message.at))

    def _judge(self, answer: guarded.Answer) -> None:
        if answer.status == 429 or answer.status >= 500:
            after = answer.after or BUSY if answer.status == 429 else answer.after
            raise _failed(self.maker, str(answer.status), retry=True, after=after)
        try:
            code = int(json.loads(answer.body)[self.maker.code])
        except (ValueError, TypeError, LookupError):
            raise _failed(self.maker, f"{answer.status}，应答无法识别", retry=answer.status < 400) from None
        if code in self.maker.busy:
            raise _failed(self.maker, f"频率超限（{code}）", retry=True, after=answer.after or BUSY)
        if code != 0 or answer.status >= 400:
            raise _failed(self.maker, str(code), retry=False)


def address(name: str, text: str) -> str:
    """What a person entered for a robot, reduced to ``token`` or ``token,secret``; ChannelError if it is neither."""
    maker = MAKERS[name]
    given, _, secret = (part.strip() for part in text.strip().replace("，", ",").partition(","))
    if "://" in given:
        parts = urlsplit(given)
        if parts.hostname != urlsplit(maker.base).hostname:
            raise ChannelError(f"这不是{maker.title}机器人的地址。", f"not a robot of {name}", retry=False)
        values = [v for found in parse_qs(parts.query).values() for v in found]
        given = values[0] if values else parts.path.rstrip("/").rpartition("/")[2]
    if not TOKEN.fullmatch(given) or (secret and not TOKEN.fullmatch(secret)):
        raise ChannelError(f"{maker.title}机器人的地址不正确。", f"bad robot address for {name}", retry=False)
    return f"{given},{secret}" if secret else given


def _short(message: Message) -> str:
    """Title, text and link within what the makers take; the link always stays."""
    tail = f"\n{message.link}" if message.link else ""
    text = (
        message.body.strip()
        if message.body.strip().startswith(message.title)
        else f"{message.title}\n{message.body.strip()}"
    )
    room = LONGEST - len(tail.encode())
    if len(text.encode()) > room:
        text = text.encode()[: room - 3].decode("utf-8", "ignore") + "…"
    return text + tail


def _failed(maker: Maker, why: str, *, retry: bool, after: timedelta | None = None) -> ChannelError:
    return ChannelError(f"{maker.title}没有收下：{why}。", f"robot refused: {why}", retry=retry, after=after)

"""The notification centre of a person, and for an instance or one notice who was told what and how."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.model import Notice
from engine.verbs import instances, notifications, texts
from web.auth import actor, safe_address
from web.language import N_, told
from web.shell import the_engine
from web.whole_numbers import whole

TABS = (
    ("", N_("全部")),
    ("todo", N_("待我办")),
    ("chase", N_("催办与督办")),
    ("copy", N_("抄送")),
    ("system", N_("系统")),
)
PAGE = 50
CHANNELS = {
    "mail": N_("邮件"),
    "wecom": N_("企业微信"),
    "dingtalk": N_("钉钉"),
    "feishu": N_("飞书"),
    "webhook": N_("接口"),
}
STATES = {
    "altered": N_("数据与写入时不一致"),
    "waiting": N_("待发送"),
    "sent": N_("已送达"),
    "merged": N_("已合并送达"),
    "dead": N_("发送失败"),
    "cancelled": N_("未发送"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring notices about one instance."""

    number: str
    title: str
    notices: tuple[Notice, ...]


def centre() -> ResponseReturnValue:
    """What this person was told, newest first, grouped by instance."""
    kind, offset = _kind(), max(request.args.get("offset", 0, type=int), 0)
    rows = notifications.centre(the_engine(), actor(), kind=kind or None, limit=PAGE + 1, offset=offset)
    return render_template(
        "notifications/centre.html",
        tabs=TABS,
        kind=kind,
        groups=_grouped(rows[:PAGE]),
        offset=offset,
        page=PAGE,
        more=len(rows) > PAGE,
        channel=channel,
        beyond=beyond,
    )


def read() -> ResponseReturnValue:
    """Mark one notice, or all of them; with ``go`` the page continues at its instance."""
    ids = [found for text in request.form.getlist("notice")[:PAGE] if (found := whole(text))]
    number, link = request.form.get("go", ""), safe_address(request.form.get("link"))
    if ids or not number:
        notifications.mark_read(the_engine(), ids or None, actor())
    if link != "/":
        return redirect(link, 303)
    if number:
        return redirect(f"/t/{quote(number, safe='')}", 303)
    return redirect(url_for("notifications.centre", kind=_kind() or None), 303)


def log(number: str) -> ResponseReturnValue:
    """Everything that was sent about an instance: to whom, when, through what, and when it was read."""
    found = instances.seen(the_engine(), number, actor())
    sent = notifications.sent(the_engine(), number, actor())
    return render_template("notifications/log.html", instance=found, sent=sent, channel=channel, names=texts.NAMES)


def ledger(notice: int) -> ResponseReturnValue:
    """One notice: each channel, each attempt's result, and when it was read."""
    found = notifications.ledger(the_engine(), notice, actor())
    return render_template(
        "notifications/ledger.html", ledger=found, channels=CHANNELS, states=STATES, hidden=hidden, names=texts.NAMES
    )


def hidden(address: str) -> str:
    """Enough of an address to know it again: z***g@huayuan.example, 0a1b…."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***{name[-1:]}@{host}"
    return f"{address[:4]}…" if len(address) > 12 else address


def beyond(notice: Notice, heading: str = "") -> tuple[str, str]:
    """Title and text for one glance: without the 《heading》 that stands above, and without saying the title twice."""
    title, text = notice.title, notice.body.removeprefix(notice.title).lstrip("。，；")
    mark = title[: title.find("】") + 1]  # 【催办】, also when another begins the text
    text = text.removeprefix(mark)
    if heading:
        title, text = (words.replace(f"《{heading}》", "") for words in (title, text))
    return title, text


def channel(text: str) -> str:
    """``mail: sent`` in words."""
    name, _, state = text.partition(": ")
    return f"{told(CHANNELS.get(name, name))} {told(STATES.get(state, state))}"


def _kind() -> str:
    kind = request.values.get("kind", "")
    return kind if kind in dict(TABS) else ""


def _grouped(rows: tuple[Notice, ...]) -> list[Group]:
    groups = []
    for number, neighbours in groupby(rows, key=lambda notice: notice.number):
        notices = tuple(neighbours)
        groups.append(Group(number, notices[0].instance_title, notices))
    return groups

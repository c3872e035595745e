"""How instants, names and lights are said on a page; instants are UTC inside and local only here."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from web.language import N_, WRITTEN, _, language, told

WEEKDAYS = "一二三四五六日"
DAY_NAMES = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
MONTH_NAMES = (
    N_("1 月"), N_("2 月"), N_("3 月"), N_("4 月"), N_("5 月"), N_("6 月"),
    N_("7 月"), N_("8 月"), N_("9 月"), N_("10 月"), N_("11 月"), N_("12 月"),
)  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NEAR = {0: N_("今天"), -1: N_("昨天"), 1: N_("明天")}
LIGHTS = {
    "green": N_("绿灯 正常"), "amber": N_("黄灯 临期"), "red": N_("红灯 已超期"),
    "grey": N_("计时暂停"), "none": N_("不计时"),
}  # fmt: skip
# what the engine puts behind the name of a post that several may answer for
POOLED = {"（任一人）": N_("%(post)s（任一人）"), "（待签收）": N_("%(post)s（待签收）")}
MORE = re.compile("(.*) 等 (\\d+) 人")
STATE_TONES = {"running": "blue", "completed": "green", "rejected": "red", "suspended": "grey"}


def install(app: Flask) -> None:
    """Give templates these words as filters."""
    for name, words in (
        ("when", when), ("moment", moment), ("stamp", stamp), ("clock", clock),
        ("weekday", weekday), ("month_name", month_name),
        ("initial", initial), ("lamp", lamp), ("light_words", light_words), ("state_tone", state_tone),
        ("holders", holders),
    ):  # fmt: skip
        app.jinja_env.filters[name] = words


def local(at: datetime) -> datetime:
    """The same instant on the clock of the office."""
    return at.astimezone(_zone())


def typed_moment(text: str) -> datetime:
    """An instant as somebody types it into a page, on the clock of the office; ValueError if it is none."""
    return datetime.fromisoformat(text).replace(tzinfo=_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.extensions["sanban"].settings.timezone)


def when(at: datetime | None) -> str:
    """今天 08:40, 昨天 15:02, and only the date when it is longer ago."""
    return _said(at, with_clock=False)


def moment(at: datetime | None) -> str:
    """今天 08:40, 昨天 15:02, 11-16 14:40."""
    return _said(at, with_clock=True)


def stamp(at: datetime | None) -> str:
    """2026-11-18 10:24."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def clock(at: datetime | None) -> str:
    """10:24."""
    return f"{local(at):%H:%M}" if at else ""


def weekday(day: date) -> str:
    """周三, Wed."""
    return told(DAY_NAMES[day.weekday()])


def month_name(month: int) -> str:
    """11 月, Nov."""
    return told(MONTH_NAMES[month - 1])


def initial(name: str) -> str:
    """The character of an avatar."""
    return name[:1] or "—"


def lamp(light: str) -> str:
    """The lamp of a light: a closed one looks like what it was when it closed."""
    return light.partition("-")[0] or "none"


def light_words(light: str) -> str:
    """What a lamp means, for those who do not see it."""
    return told(LIGHTS.get(lamp(light), LIGHTS["none"]))


def holders(names: str) -> str:
    """Who has something, as the engine says it: 甲、乙 等 5 人, 文书（任一人）, 按清单分工."""
    if language() == WRITTEN:
        return names
    more = MORE.fullmatch(names)
    told_of = _("、").join(_holder(name) for name in (more[1] if more else names).split("、"))
    return _("%(names)s 等 %(n)s 人", names=told_of, n=more[2]) if more else told_of


def _holder(name: str) -> str:
    for sign, words in POOLED.items():
        if name.endswith(sign):
            return _(words, post=name.removesuffix(sign))
    return told(name)


def state_tone(state: str) -> str:
    """Colour of the chip of an instance state."""
    return STATE_TONES.get(state, "grey")


def today(now: datetime) -> str:
    """今天 11 月 18 日 周三; Today, Wed 2026-11-18."""
    day = local(now)
    if language() != WRITTEN:
        return _("今天") + f", {DAYS[day.weekday()]} {day:%Y-%m-%d}"
    return f"今天 {day.month} 月 {day.day} 日 周{WEEKDAYS[day.weekday()]}"


def _said(at: datetime | None, *, with_clock: bool) -> str:
    if at is None:
        return ""
    here, now = local(at), local(current_app.extensions["sanban"].now())
    near = NEAR.get((here.date() - now.date()) // timedelta(days=1))
    if near:
        return f"{told(near)} {here:%H:%M}"
    day = f"{here:%m-%d}" if here.year == now.year else f"{here:%Y-%m-%d}"
    return f"{day} {here:%H:%M}" if with_clock else day

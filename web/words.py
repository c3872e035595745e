"""How instants, names and lights are said on a page; instants are UTC inside and local only here."""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from flask import Flask, current_app

from engine.limits.wording import says_late
from web.language import N_, WRITTEN, _, language, told

WEEKDAYS = "一二三四五六日"
NEAR = {0: N_("今天"), -1: N_("昨天"), 1: N_("明天")}
LIGHTS = {
    "green": N_("绿灯 正常"), "amber": N_("黄灯 临期"), "red": N_("红灯 已超期"),
    "grey": N_("计时暂停"), "none": N_("不计时"),
}  # fmt: skip
COUNTING = N_(
    "“超期”按已过的办公时间计，满一个工作日的办公时间为 1 天（特急件、其间没有办公时间的，24 小时为 1 天）；"
    "提醒里的“逾期 N 个工作日”数截止日之后的工作日，当天也算，所以两个数可能不同。"
)
STATE_TONES = {"running": "blue", "completed": "green", "rejected": "red", "suspended": "grey"}


def install(app: Flask) -> None:
    """Give templates these words as filters."""
    for name, words in (
        ("when", when), ("moment", moment), ("stamp", stamp), ("clock", clock),
        ("weekday", weekday), ("month_name", month_name),
        ("initial", initial), ("lamp", lamp), ("light_words", light_words), ("state_tone", state_tone),
        ("holders", holders), ("counted", counted),
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
    if language() == WRITTEN:
        return f"周{WEEKDAYS[day.weekday()]}"
    return str(get_day_names("abbreviated", locale=language())[day.weekday()])


def month_name(month: int, width: Literal["abbreviated", "wide"] = "abbreviated") -> str:
    """11 月, Nov, November."""
    return f"{month} 月" if language() == WRITTEN else str(get_month_names(width, locale=language())[month])


def initial(name: str) -> str:
    """The character of an avatar."""
    return name[:1] or "—"


def lamp(light: str) -> str:
    """The lamp of a light: a closed one looks like what it was when it closed."""
    return light.partition("-")[0] or "none"


def light_words(light: str) -> str:
    """What a lamp means, for those who do not see it."""
    return told(LIGHTS.get(lamp(light), LIGHTS["none"]))


def counted(words: str) -> str:
    """What is added to the hint of a light that says how long something is overdue: reminders count otherwise."""
    return f"\n{told(COUNTING)}" if says_late(words) else ""


def holders(names: str) -> str:
    """Who has something, as the engine says it: 甲、乙 等 5 人, 文书（任一人）, 按清单分工."""
    if language() == WRITTEN:
        return names
    named, more, rest = names.partition(" 等 ")
    return _("、").join(map(told, named.split("、"))) + told(more + rest)


def state_tone(state: str) -> str:
    """Colour of the chip of an instance state."""
    return STATE_TONES.get(state, "grey")


def today(now: datetime) -> str:
    """今天 11 月 18 日 周三; Today, Wed 2026-11-18."""
    day = local(now)
    if language() != WRITTEN:
        return f"{_('今天')}, {weekday(day)} {day:%Y-%m-%d}"
    return f"今天 {day.month} 月 {day.day} 日 {weekday(day)}"


def _said(at: datetime | None, *, with_clock: bool) -> str:
    if at is None:
        return ""
    here, now = local(at), local(current_app.extensions["sanban"].now())
    near = NEAR.get((here.date() - now.date()) // timedelta(days=1))
    if near:
        return f"{told(near)} {here:%H:%M}"
    day = f"{here:%m-%d}" if here.year == now.year else f"{here:%Y-%m-%d}"
    return f"{day} {here:%H:%M}" if with_clock else day

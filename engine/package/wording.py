"""What steps and ladders say, in words for those who do not read their notation."""

from collections.abc import Callable

from engine.errors import InvalidLimit
from engine.limits import URGENCIES, by_urgency
from engine.limits.ladder import Moment, Rung
from engine.org import in_words

COMPLETIONS = {"one": "一人办结", "all": "各人都办结", "sequence": "依次办理", "checklist": "清单逐项办结"}
UNITS = {"CH": "小时", "WH": "工作小时", "WD": "个工作日", "CD": "个自然日"}
HOUR = 3_600_000_000
MINUTE = 60_000_000
EVENTS = {"check_failed": "综合检查不通过时", "red_twice": "两次红单仍未动时"}


def performer_words(rule: str) -> str:
    """Whom a rule names; the rule itself if it is none of the known ones."""
    return in_words(rule) or rule


def completion_words(completion: str) -> str:
    """When a step is done."""
    kind, _, share = completion.partition(":")
    return f"达到 {float(share) * 100:g}% 同意" if kind == "ratio" else COMPLETIONS.get(kind, completion)


def limit_words(text: str) -> str:
    """A limit, by urgency where it differs: 特急 1 小时，加急 4 工作小时，平件 1 个工作日."""
    try:
        found = [_one(text, urgency) for urgency in URGENCIES]
    except InvalidLimit:
        return text  # an expression, which only the instance can work out
    if len(set(found)) == 1:
        return found[0]
    return "，".join(f"{urgency} {words}" for urgency, words in zip(URGENCIES, found, strict=True))


def _one(text: str, urgency: str) -> str:
    limit = by_urgency(text, urgency)
    if limit is None:
        return "不计时"
    if limit.unit == "ISO" and limit.micros and not limit.days and not limit.months:
        return f"{limit.micros / HOUR:g} 小时" if limit.micros % HOUR == 0 else f"{limit.micros / MINUTE:g} 分钟"
    if limit.unit not in UNITS:
        return limit.text
    amount = limit.days if limit.unit in ("WD", "CD") else limit.micros / HOUR
    return f"{amount:g} {UNITS[limit.unit]}"


def moment_words(moment: Moment) -> str:
    """When a rung comes."""
    amount = abs(moment.amount)
    match moment.kind:
        case "due":
            return "到期时"
        case "working":
            return f"到期{'前' if moment.amount < 0 else '后'} {amount / HOUR:g} 工作小时"
        case "natural":
            return f"到期{'前' if moment.amount < 0 else '后'} {amount / HOUR:g} 小时"
        case "day":
            if moment.amount == 0:
                return "到期当日"
            return f"逾期第 {amount} 个工作日" if moment.amount > 0 else f"到期前 {amount} 个工作日"
        case "left":
            return f"剩余时限 {amount}% 时"
        case "elapsed":
            return f"时限过 {amount}% 时"
        case "near":
            return f"临近 {amount} 个工作日"
        case _:
            return EVENTS.get(moment.event, f"{moment.event} 发生时") if moment.event else moment.kind


def rung_words(rung: Rung, name: Callable[[str], str] = performer_words) -> str:
    """One rung of a ladder: when, and who hears of it."""
    # one without a moment is the reminder of every day
    when = "或".join(dict.fromkeys(moment_words(choice.moment) for choice in rung.when)) or "此后每个工作日"
    urgency = f"（{'、'.join(rung.urgency)}）" if rung.urgency else ""
    people = "、".join(dict.fromkeys(one for rule in rung.to for one in name(rule).split("、")))
    return f"{when}{urgency}：{f'告知{people}' if people else '记录'}" + (f"，{rung.level}" if rung.level else "")

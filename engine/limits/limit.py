"""A limit as people write it (``3WD``, ``0.5CH``, ``当日``, ``AT …``, ``T-10``, ``PT4H``), read into one frozen value.

Nothing here knows a calendar; engine.limits.due turns a limit into an instant.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from engine.errors import InvalidLimit

Unit: TypeAlias = Literal["CH", "WH", "WD", "CD", "当日", "AT", "T", "ISO"]

URGENCIES = ("特急", "加急", "平件")
NO_LIMIT = frozenset({"", "—", "–", "-", "none", "无", "不限"})
HOUR = 3_600_000_000
MOST_DAYS = 3660  # ten years: nobody in an office waits longer, and a slip of the pen stays cheap

_AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)\s*(CH|WH|WD|CD)", re.IGNORECASE)
_AT = re.compile(r"(?:AT\s+)?(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}:\d{2})?)?")
_N = r"(\d{1,7}(?:\.\d{1,4})?)"
_ISO = re.compile(
    rf"P(?=.)(?:(\d{{1,4}})Y)?(?:(\d{{1,5}})M)?(?:{_N}W)?(?:{_N}D)?(?:T(?=.)(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?"
)
_ISO_SECONDS = (7 * 86400, 86400, 3600, 60, 1)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: ``micros`` of CH, WH and ISO, ``days`` of WD and CD, ``months`` of ISO, ``moment`` of AT.

    A ``moment`` without zone means the office's clock; ``whole_day`` means its closing time. T keeps its text: it needs
    an anchor and is read by ``before``.
    """

    text: str
    unit: Unit
    micros: int = 0
    days: int = 0
    months: int = 0
    moment: datetime | None = None
    whole_day: bool = False

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse_limit(text: str) -> Limit:
    """Read one limit; InvalidLimit if it is none, is not positive, or is longer than ten years."""
    text = text.strip()
    if len(text) > 60:
        raise refused(text[:60] + "…")
    if text in ("当日", "当日办结"):
        return Limit("当日", "当日")
    if found := _AMOUNT.fullmatch(text):
        return _amount(text, Decimal(found[1]), found[2].upper())
    if found := _AT.fullmatch(text):
        return _moment(text, found[1], found[2], found[3])
    if text.startswith("P"):
        return _duration(text)
    if text.startswith("T"):
        return Limit(text, "T")
    raise refused(text)


def by_urgency(text: str | None, urgency: str) -> Limit | None:
    """The limit of an urgency out of ``1CH/4WH/1WD`` (特急/加急/平件); one value serves all; None means no limit."""
    if urgency not in URGENCIES:
        raise InvalidLimit(f"紧急程度“{urgency}”不是特急、加急、平件之一。", f"unknown urgency {urgency!r}")
    parts = [part.strip() for part in (text or "").split("/")]
    if len(parts) not in (1, 3):
        raise refused(text or "", "按紧急程度分档时须写三个值，如 1CH/4WH/1WD。")
    limits = [None if part.lower() in NO_LIMIT else parse_limit(part) for part in parts]
    return limits[0] if len(limits) == 1 else limits[URGENCIES.index(urgency)]


def refused(text: str, hint: str = "如 2CH、4WH、3WD、15CD、当日、AT 2026-03-20 17:30、T-10、PT4H。") -> InvalidLimit:
    """The error for a text that is no limit."""
    return InvalidLimit(f"时限“{text}”无法识别。", f"not a limit: {text!r}", hint)


def too_long(text: str) -> InvalidLimit:
    """The error for a limit beyond ten years."""
    return InvalidLimit(f"时限“{text}”超过十年。", f"longer than ten years: {text!r}", "请检查数字。", "time.too_long")


def _amount(text: str, amount: Decimal, unit: str) -> Limit:
    if amount <= 0:
        raise InvalidLimit(f"时限“{text}”须大于零。", f"not positive: {text!r}", code="time.not_positive")
    if unit in ("CH", "WH"):
        if amount > MOST_DAYS * 24:
            raise too_long(text)
        return Limit(text, "CH" if unit == "CH" else "WH", micros=int(amount * HOUR))
    if amount != int(amount):
        raise refused(text, "工作日、自然日须为整数；半天请写工作小时，如 3.75WH。")
    if amount > MOST_DAYS:
        raise too_long(text)
    return Limit(text, "WD" if unit == "WD" else "CD", days=int(amount))


def _moment(text: str, day: str, clock: str | None, zone: str | None) -> Limit:
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone or ''}")
    except ValueError:
        raise InvalidLimit(f"时限“{text}”的日期不存在。", f"no such date: {text!r}", code="time.no_date") from None
    if not 2000 <= moment.year < 2200:
        raise InvalidLimit(f"时限“{text}”的年份不合理。", f"unlikely year: {text!r}", "请检查年份。", "time.range")
    return Limit(text, "AT", moment=moment, whole_day=clock is None)


def _duration(text: str) -> Limit:
    found = _ISO.fullmatch(text)
    if found is None:
        raise refused(text)
    months = int(found[1] or 0) * 12 + int(found[2] or 0)
    seconds = sum(
        (Decimal(n) * unit for n, unit in zip(found.groups()[2:], _ISO_SECONDS, strict=True) if n), Decimal(0)
    )
    if months * 31 + seconds / 86400 > MOST_DAYS + 60:
        raise too_long(text)
    if not months and not seconds:
        raise InvalidLimit(f"时限“{text}”须大于零。", f"not positive: {text!r}", code="time.not_positive")
    return Limit(text, "ISO", micros=int(seconds * 1_000_000), months=months)

"""Months as the reports write them: 2026-10."""

import re
from datetime import date

_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Whether this is a month such as 2026-10."""
    return _MONTH.fullmatch(text) is not None


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def beside(month: str, months: int) -> str:
    """The month that many months later, or earlier if negative."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"

"""Money as forms keep it and conditions read it: a text with its cents that counts as the decimal number it spells."""

import re
from decimal import Decimal
from functools import cached_property

_MONEY = re.compile(r"-?\d{1,13}(\.\d{1,2})?", re.ASCII)


def is_money(text: str) -> bool:
    """Is this an amount as it is stored: digits, at most two decimals?"""
    return _MONEY.fullmatch(text) is not None


class Amount(str):
    """The stored text itself, so that it goes to databases and pages unchanged; ``number`` is what it is worth."""

    @cached_property
    def number(self) -> Decimal:
        """Exact, unlike a float."""
        return Decimal(self)


def worth(value: object) -> Decimal | None:
    """What a stored amount is worth; None for whatever is none."""
    return Decimal(value) if isinstance(value, str) and is_money(value) else None

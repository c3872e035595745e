"""Whole numbers as addresses and forms bring them: ASCII digits, no larger than a database holds."""

import re

from werkzeug.routing import BaseConverter

DIGITS = 18
_WHOLE = re.compile(rf"[0-9]{{1,{DIGITS}}}")


class Whole(BaseConverter):
    """``<int:…>`` of an address; anything else leads nowhere, so it is 404 before a verb hears of it."""

    regex = _WHOLE.pattern
    part_isolating = True

    def to_python(self, value: str) -> int:
        return int(value)


def whole(text: str, usual: int = 0) -> int:
    """The number that a form or query says, or the usual one."""
    return int(text) if _WHOLE.fullmatch(text) else usual

"""Which characters a text may hold: what nobody can see, or what turns a line around, is refused, never removed."""

import re
import unicodedata

from forms.model import Refused

# Controls, zero-width characters, bidi marks and overrides, separators, tags, non-characters, lone surrogates (A29).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n?")
# Blocks that may hold combining marks; Latin, Chinese and Chinese punctuation lie outside, so usual texts never match.
_MARKS_LIKELY = re.compile(
    "[\u0300-\u1fff\u20d0-\u20ff\u3099\u309a\ua66f-\uabff\ufb1e\ufe00-\ufe2f\U00010000-\U000e01ef]{6,}"
)
_MOST_MARKS = 5  # more on one letter is drawn over the lines above and below


def clean_text(value: str, *, lines: bool) -> str:
    """The text with plain line breaks and no outer spaces; raises Refused for characters that deceive or break."""
    text = value if value.isascii() and value.isprintable() else _BREAKS.sub("\n", value)
    text = text.strip()
    if not lines and ("\n" in text or "\t" in text):
        raise Refused("form.text", "不能换行或含制表符", "must be one line without tabs")
    if found := _UNSEEN.search(text):
        point, place = f"U+{ord(found.group()):04X}", found.start() + 1
        raise Refused(
            "form.text",
            f"第 {place} 个字符不可见或不允许（{point}），请删去",
            f"character {place} is not allowed ({point})",
        )
    if any(_piled(run.group()) for run in _MARKS_LIKELY.finditer(text)):
        raise Refused("form.text", "叠加符号过多", "too many combining marks")
    return text


def _piled(run: str) -> bool:
    count = 0
    for char in run:
        count = count + 1 if unicodedata.category(char)[0] == "M" else 0
        if count > _MOST_MARKS:
            return True
    return False


def shown(text: object, most: int = 40) -> str:
    """Something foreign made safe for a message: printable and short."""
    raw = text if isinstance(text, str) else type(text).__name__
    return "".join(c if c.isprintable() else "?" for c in raw[:most]) + ("…" if len(raw) > most else "")

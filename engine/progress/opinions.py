"""Words that people write on a decision: cleaned of what nobody can see, and never longer than a page."""

from engine.errors import BadInput
from forms.model import Refused
from forms.text import clean_text

LONGEST = 2000


def words(text: str) -> str:
    """An opinion or reason as it is kept; refuses invisible and direction-changing characters."""
    try:
        clean = clean_text(text, lines=True)
    except Refused as refused:
        raise BadInput(
            f"意见中{refused.message_zh}。", f"opinion: {refused.message_en}", "请删去这些字符。", "form.text"
        ) from refused
    if len(clean) > LONGEST:
        raise BadInput(
            f"意见超过 {LONGEST} 字。", f"more than {LONGEST} characters", "请精简，或写成附件。", "form.length"
        )
    return clean

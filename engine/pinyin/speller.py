"""The child that looks names up in the dictionary: a JSON list in, one out. Started as a script, it knows nothing of
ours.
"""

import json
import os
import sys

os.environ["PYPINYIN_NO_DICT_COPY"] = "1"  # a third of the time
from pypinyin import Style, lazy_pinyin


def spell(name: str) -> str:
    """Whole syllables and initials."""
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return f"{''.join(syllables)} {''.join(s[0] for s in syllables if s)}".lower()


if __name__ == "__main__":
    json.dump([spell(name) for name in json.load(sys.stdin)], sys.stdout)

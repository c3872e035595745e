"""What may become a password: long enough, none that everybody tries first or that was stolen, no name in it."""

import secrets
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from engine.errors import BadInput
from engine.stolen import is_stolen

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
NAMES = ("sanban", "三办")  # of the program, which is in its documentation and its demo
SHORTEST_NAME = 4  # a login of two letters is part of too much
COMMON = frozenset(FREQUENCY_LISTS["passwords"])  # some thirty thousand, from what was stolen elsewhere


LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper


def random_password() -> str:
    """Somebody's first password: 59 random bits, easy to read out and to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def fit_password(login: str, password: str, stolen: Path | None) -> None:
    """Refuse a password that would be guessed; no rule asks for digits or signs."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            f"密码长度应为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符。",
            "password too short or too long",
            "可用一句自己记得住的话。",
            "auth.password",
        )
    said = password.lower()
    names = [*NAMES, *([login.lower()] if len(login) >= SHORTEST_NAME else [])]
    if said in COMMON or len(set(said)) < 3 or any(name in said for name in names):
        raise BadInput(
            "这个密码太容易猜到：常见密码、重复字符，或含有用户名。",
            "a common password, or one with a name in it",
            "请换一个，可用一句自己记得住的话。",
            "auth.password",
        )
    if stolen is not None and is_stolen(stolen, password):
        raise BadInput(
            "这个密码出现在泄露密码清单中，别人可能已经知道。",
            "this password is on the list of stolen ones",
            "请换一个没有在别处用过的。",
            "auth.password",
        )

"""Passwords that were stolen elsewhere: looked up in a sorted file of SHA-1 hashes, without reading all of it."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from engine.errors import BadInput

LENGTH = 40  # of a hash in hexadecimal; what follows it in a line, such as a count, is of no interest
NEAR = 4096  # bytes that are read at once instead of being halved further


def is_stolen(file: Path, password: str) -> bool:
    """Whether the file lists this password; BadInput if it cannot be read: a check that is set is not left out."""
    wanted = hashlib.sha1(password.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with file.open("rb") as lines:
            return _is_listed(lines, wanted)
    except OSError as error:
        raise BadInput(
            "不能读取泄露密码清单，密码没有更改。",
            f"the list of stolen passwords cannot be read ({error.strerror}); the password was not changed",
            "请管理员检查 SANBAN_STOLEN_PASSWORDS 所指的文件。",
            "auth.stolen_list",
        ) from error


def _is_listed(lines: BinaryIO, wanted: bytes) -> bool:
    low, high = 0, lines.seek(0, 2)
    while high - low > NEAR:
        middle = (low + high) // 2
        lines.seek(middle)
        lines.readline()  # of a line cut in two
        found = lines.readline()[:LENGTH].upper()
        low, high = (low, middle) if not found or found >= wanted else (middle, high)
    lines.seek(low)
    return any(line[:LENGTH].upper() == wanted for line in lines.read(high - low + NEAR).splitlines())

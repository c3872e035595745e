"""A process of its own for what may go wrong or takes much memory.

Time is ours, limits of memory are its script's if it needs any, secrets it gets none.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

# a template that wants a package of the network finds nobody at the other end
NOBODY: Final = "http://127.0.0.1:9"


class TooSlow(Exception):
    """It was killed, because it had not answered in time."""


def ask(script: Path, question: bytes, folder: str, seconds: float) -> tuple[bytes, bytes, int]:
    """What a script writes, what it complains of, and how it ends."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(script), folder]
    # the homes of fonts are needed, secrets of ours are not
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("SANBAN_") and "PROXY" not in k.upper()}
    surroundings |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NOBODY)
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=surroundings,
        start_new_session=True,
    ) as child:
        try:
            out, err = child.communicate(question, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(child.pid, signal.SIGKILL)
            raise TooSlow from error
    return out, err, child.returncode

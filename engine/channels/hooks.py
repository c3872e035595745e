"""Calls functions of a package's ``hooks.py``: dict in, dict out, in a process of their own that may be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from engine.channels.channel import ChannelError

SECONDS: Final = 30.0  # less than a call is leased for
LARGEST: Final = 1024 * 1024
RUNNER: Final = Path(__file__).with_name("hook_runner.py")


def call_hook(path: Path, name: str, given: Mapping[str, Any], *, seconds: float = SECONDS) -> dict[str, Any]:
    """What the function answers; ``ChannelError`` says whether trying again makes sense.

    It sees nothing of ours: neither our modules' folder nor a variable ``SANBAN_…`` of the environment.
    """
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(RUNNER), str(path), name]
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("SANBAN_")}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=path.parent,
        env=surroundings,
        start_new_session=True,
    ) as child:
        try:
            out, err = child.communicate(json.dumps(given, ensure_ascii=False).encode(), timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(child.pid, signal.SIGKILL)  # with whatever it has started, which would hold the pipes open
            raise ChannelError(
                f"钩子 {name} 超过 {seconds:g} 秒，已终止", f"hook {name}: more than {seconds:g} s", retry=True
            ) from error
    if child.returncode:
        said = (err.decode(errors="replace").strip().splitlines() or ["?"])[-1][:200]
        raise ChannelError(f"钩子 {name} 出错：{said}", f"hook {name}: {said}", retry=True)
    return _understood(name, out)


def _understood(name: str, out: bytes) -> dict[str, Any]:
    if len(out) > LARGEST:
        raise ChannelError(f"钩子 {name} 的结果超过 1 MB", f"hook {name}: the answer is too large", retry=False)
    answer = json.loads(out)
    if not isinstance(answer, dict):
        raise ChannelError(f"钩子 {name} 返回的不是字典", f"hook {name}: no dict", retry=False)
    wrong = [key for key in answer if not key.isidentifier() or key.startswith("_")]
    if wrong:
        raise ChannelError(
            f"钩子 {name} 返回的“{wrong[0][:40]}”不能作变量名",
            f"hook {name}: {wrong[0][:40]!r} is no name",
            retry=False,
        )
    return answer

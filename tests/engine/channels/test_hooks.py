"""A hook runs in a process of its own, which may be killed with all it has started."""

from pathlib import Path

import pytest

from engine import channels

SLOW = """
import subprocess, sys

def wait(given):
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])
"""


def test_a_hook_that_hangs_is_killed_with_its_children_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "hooks.py"
    path.write_text(SLOW, encoding="utf-8")

    with pytest.raises(channels.ChannelError) as caught:
        channels.call_hook(path, "wait", {}, seconds=1)

    assert caught.value.retry
    assert "1 秒" in caught.value.message_zh


def test_a_hook_leaves_nothing_behind_and_speaks_chinese(tmp_path: Path) -> None:
    path = tmp_path / "hooks.py"
    path.write_text("def echo(given): return {'back': given['text'] + '。'}", encoding="utf-8")

    assert channels.call_hook(path, "echo", {"text": "请示"}) == {"back": "请示。"}
    assert [found.name for found in tmp_path.iterdir()] == ["hooks.py"]

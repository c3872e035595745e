"""Names as people type them. The dictionary takes 57 MB of every process that reads it, so a child does."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Final

from engine.child import TooSlow, ask
from engine.errors import TooSoon

SPELLER: Final = Path(__file__).with_name("speller.py")
SECONDS: Final = 10.0
AGAIN_IN: Final = 5  # seconds
KEPT: Final = 20_000  # names, some 4 MB; beyond them all are asked for anew
_known: dict[str, str] = {}
_asking = Lock()  # whoever comes meanwhile most likely wants the same names


def pinyin(name: str) -> str:
    """Whole syllables and initials of a name, e.g. ``zhangjing zj``."""
    (typed,) = pinyins([name])
    return typed


def pinyins(names: Iterable[str]) -> list[str]:
    """The same for many names with one child; TooSoon if the machine is too busy to start one."""
    wanted = [name.strip() for name in names]
    with _asking:
        unknown = list(dict.fromkeys(name for name in wanted if name not in _known))
        learnt = dict(zip(unknown, _asked(unknown), strict=True)) if unknown else {}
        typed = [learnt[name] if name in learnt else _known[name] for name in wanted]
        if len(_known) + len(learnt) > KEPT:
            _known.clear()
        _known.update(learnt)
    return typed


def _asked(names: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="sanban-pinyin-") as folder:
        try:
            out, err, code = ask(SPELLER, json.dumps(names).encode(), folder, SECONDS)
        except TooSlow as error:
            raise TooSoon(
                AGAIN_IN, "服务器太忙，暂时查不到拼音。", "too busy to look up pinyin", "请稍后再试。", "server.busy"
            ) from error
    if code:
        raise RuntimeError(f"the dictionary of pinyin ended with {code}: {err.decode(errors='replace')[-300:]}")
    typed: list[str] = json.loads(out)
    return typed

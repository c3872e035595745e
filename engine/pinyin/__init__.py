"""Names as people type them. The dictionary takes 57 MB of every process that reads it, so a child does."""

import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from engine.child import TooSlow, ask
from engine.errors import TooSoon

SPELLER: Final = Path(__file__).with_name("speller.py")
SECONDS: Final = 10.0
AGAIN_IN: Final = 5  # seconds in which nobody is sent for what could not be had a moment ago
KEPT: Final = 20_000  # names, some 4 MB; beyond them all are asked for anew
log = structlog.get_logger(__name__)
_known: dict[str, str] = {}
_asking = Lock()  # whoever comes meanwhile most likely wants the same names
_missed = [float("-inf")]  # when the last child gave no answer, by a clock that nobody sets


def pinyin(name: str) -> str:
    """Whole syllables and initials of a name, e.g. ``zhangjing zj``."""
    (typed,) = pinyins([name])
    return typed


def pinyins(names: Iterable[str]) -> list[str]:
    """The same for many names with one child; TooSoon if the machine is too busy for one."""
    wanted = [name.strip() for name in names]
    found = _kept(wanted)
    if found is not None:
        return found
    if not _asking.acquire(timeout=SECONDS):
        raise _busy()
    try:
        return _kept(wanted) or _learnt(wanted)
    finally:
        _asking.release()


def searchable(names: Sequence[str]) -> list[str]:
    """The same for what is only searched; without any while the dictionary cannot be asked."""
    try:
        return pinyins(names)
    except (TooSoon, OSError) as error:
        log.warning("names are not found by pinyin", reason=str(error))
        return [""] * len(names)


def _kept(wanted: list[str]) -> list[str] | None:
    found = [typed for name in wanted if (typed := _known.get(name)) is not None]
    return found if len(found) == len(wanted) else None


def _learnt(wanted: list[str]) -> list[str]:
    if time.monotonic() - _missed[0] < AGAIN_IN:
        raise _busy()
    known = dict(_known)
    unknown = list(dict.fromkeys(name for name in wanted if name not in known))
    try:
        known |= zip(unknown, _asked(unknown), strict=True)
    except TooSlow as error:
        _missed[0] = time.monotonic()
        raise _busy() from error
    if len(known) > KEPT:
        _known.clear()
    _known.update((name, known[name]) for name in unknown)
    return [known[name] for name in wanted]


def _asked(names: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="sanban-pinyin-") as folder:
        out, err, code = ask(SPELLER, json.dumps(names).encode(), folder, SECONDS)
    if code:
        log.error("the dictionary of pinyin did not answer", code=code, said=err.decode(errors="replace")[-300:])
        raise TooSlow
    typed: list[str] = json.loads(out)
    return typed


def _busy() -> TooSoon:
    return TooSoon(AGAIN_IN, "暂时查不到拼音。", "pinyin cannot be looked up now", "请稍后再试。", "server.busy")

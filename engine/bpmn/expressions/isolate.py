"""The one isolate of V8 in this process: made when first needed, one question at a time, never shared over a fork."""

import atexit
import ctypes
import json
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

from engine.bpmn.expressions.refusals import over_budget

BUNDLE: Final = Path(__file__).with_name("dist") / "feelin.js"
LIBRARY: Final = "engine.bpmn.expressions.v8"
LONGEST_ANSWER: Final = 1_000_000  # characters of JSON
Answer = dict[str, Any]


class _Holder:
    """The isolate, if there is one, with the lock of the threads that ask it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.isolate: Any = None

    def opened(self) -> Any:
        """The isolate, made now if need be."""
        if self.isolate is None:
            self.isolate = import_module(LIBRARY).Isolate(BUNDLE)
        return self.isolate

    def close(self) -> None:
        """The next question makes another one."""
        if self.isolate is not None:
            self.isolate.close()
        self.isolate = None


_held = [_Holder()]


def missing() -> str:
    """What real FEEL lacks here: the name of the library or the path of the bundle; empty if it can be asked."""
    if find_spec("py_mini_racer") is None:
        return "mini-racer"
    return "" if BUNDLE.exists() else str(BUNDLE)


def begin() -> None:
    """Have the isolate ready before anything is asked."""
    with _held[0].lock:
        _held[0].opened()


def ask(question: str, text: str) -> Answer:
    """The answer to a question in JSON; beyond the limits it is ``expr.budget``, which names ``text``."""
    held = _held[0]
    with held.lock:
        isolate = held.opened()
        try:
            told = isolate.answer(question)
        except import_module(LIBRARY).Exceeded as limit:
            held.close()
            raise over_budget(text, f"计算超过 {limit}", f"more than {limit}") from limit
    if len(told) > LONGEST_ANSWER:
        raise over_budget(text, "结果太大", "the result is too large")
    answer: Answer = json.loads(told)
    return answer


def _forget_parent() -> None:
    """In a child: what was the parent's can neither be used nor freed, because its threads did not come along."""
    before = _held[0].isolate
    if before is not None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(before))
    _held[0] = _Holder()


os.register_at_fork(after_in_child=_forget_parent)
atexit.register(lambda: _held[0].close())

"""feelin in one isolate of V8, with limits; needs the extra ``feel``, and is imported when something is first asked."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from py_mini_racer import DEFAULT_V8_FLAGS, JSEvalException, JSOOMException, MiniRacer, init_mini_racer

SECONDS: Final = 1.0  # of one answer
MEGABYTES: Final = 32
FLAGS: Final = ("--max-semi-space-size=1",)  # small young spaces: the limit is looked at when they are full


class Exceeded(Exception):
    """An answer went beyond the limit it names; the isolate is of no use any more."""


class Isolate:
    """Not for two threads at once, and not for a forked process: its own threads would not come along."""

    def __init__(self, bundle: Path) -> None:
        init_mini_racer(flags=(*DEFAULT_V8_FLAGS, *FLAGS), ignore_duplicate_init=True)
        # where an event loop runs already the library would take that loop and wait for itself
        with ThreadPoolExecutor(1) as apart:
            self._racer = apart.submit(MiniRacer).result()
        self._racer.set_hard_memory_limit(MEGABYTES << 20)
        self._racer.eval(bundle.read_text(encoding="utf-8"))

    def answer(self, question: str) -> str:
        """What the bundle answers to a question in JSON."""
        try:
            # one way into V8: calling a function object would be several
            return str(self._racer.eval(f"answer({json.dumps(question)})", timeout_sec=SECONDS))
        except JSOOMException as error:
            raise Exceeded(f"{MEGABYTES} MB") from error
        except JSEvalException as error:
            raise Exceeded(f"{SECONDS:g} s") from error

    def close(self) -> None:
        """Give back its memory."""
        with suppress(JSEvalException):
            self._racer.eval("0", timeout_sec=SECONDS)  # what was stopped is over only when the next can begin
        self._racer.close()

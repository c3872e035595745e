"""Programs that this one starts, and how they are asked to stop, at whatever moment the signal comes."""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Run = Callable[[Sequence[str]], subprocess.Popen[bytes]]


@contextmanager
def until_stopped() -> Iterator[Run]:
    """SIGTERM and SIGINT are handed on to everything that ``run`` has started or starts from then on."""
    started: list[subprocess.Popen[bytes]] = []
    stopped = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        for process in started:
            process.terminate()

    def run(command: Sequence[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command)
        started.append(process)
        if stopped:  # the signal came while it was being started
            process.terminate()
        return process

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield run
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

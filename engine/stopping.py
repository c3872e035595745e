"""How programs are asked to stop, at whatever moment the signal comes: politely, again at once, and never for ever."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import structlog

SECONDS = 20.0  # from the signal to the end, whatever runs: all that is done here survives being killed
GRACE = 10.0  # more for those who count themselves, before they are ended from outside
LOOK = 0.5
ASKED = (signal.SIGTERM, signal.SIGINT)
log = structlog.get_logger(__name__)


class Programs:
    """Programs that this one has started: a signal is handed on to them, the second one as the word to go at once."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []
        self._stopped: float | None = None  # when, by the clock that never jumps

    def run(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start one more; it stops at once if the signal came meanwhile."""
        process = subprocess.Popen(command)
        self._started.append(process)
        if self._stopped is not None:
            process.terminate()
        return process

    def stop(self, *_signal: object) -> None:
        """Ask all of them to stop; asked again, they are not waited for."""
        word = signal.SIGTERM if self._stopped is None else signal.SIGQUIT
        self._stopped = self._stopped or monotonic()  # first: the next signal may come in the midst of this one
        for process in self._started:
            process.send_signal(word)

    def outcome(self, process: subprocess.Popen[bytes]) -> int:
        """Exit code of one of them, whenever that comes; once asked to stop, it has so long and is ended then."""
        while True:
            try:
                return process.wait(LOOK)
            except subprocess.TimeoutExpired:
                if self._stopped is not None and monotonic() - self._stopped > SECONDS + GRACE:
                    process.kill()

    def end(self) -> None:
        """Nothing of it goes on after this."""
        if self._stopped is None:
            self.stop()
        for process in self._started:
            self.outcome(process)


@contextmanager
def until_stopped() -> Iterator[Programs]:
    """SIGTERM and SIGINT go to everything that is started here; nothing of it is left afterwards."""
    programs = Programs()
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:  # as a shell lets what it starts in the background do
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # and what is started from here would ignore the word to go too
    before = {number: signal.signal(number, programs.stop) for number in ASKED}
    try:
        yield programs
        programs.end()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_at_signal() -> threading.Event:
    """Set by SIGTERM or SIGINT; the program ends at once by the second, and by itself when it takes too long."""
    stop = threading.Event()

    def asked(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()
        late = threading.Timer(SECONDS, _cut_short)
        late.daemon = True
        late.start()

    for number in ASKED:
        signal.signal(number, asked)
    return stop


def _cut_short() -> None:
    log.warning("cut short")
    os._exit(1)

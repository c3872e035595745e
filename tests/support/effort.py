"""What work costs: processor time, allowed for on a slow or crowded machine by work that is always the same; memory."""

import multiprocessing
import resource
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import TypeVar

YARDSTICK = 0.01  # processor seconds of ``_known`` on a machine on which the limits hold
TRIES = 3
Answer = TypeVar("Answer")


def within(seconds: float, work: Callable[[], Answer]) -> Answer:
    """What the work answers; it may cost so many processor seconds of such a machine, at the best of its tries."""
    for _ in range(TRIES):
        began = process_time()
        answer = work()
        cost = process_time() - began
        if cost <= seconds or cost <= seconds * _once(_known) / YARDSTICK:
            return answer
    raise AssertionError(f"more than {seconds} seconds of a processor, {TRIES} times")


def megabytes(work: Callable[[], object]) -> float:
    """Memory that work takes beyond what was there, at its highest; it runs in a process of its own."""
    fork = multiprocessing.get_context("fork")
    answer = fork.Queue()
    child = fork.Process(target=_peak, args=(work, answer))
    child.start()
    child.join(300)
    ended = child.exitcode
    child.kill()
    assert ended == 0, "it failed, or took too long"
    return float(answer.get())


def _peak(work: Callable[[], object], answer: "multiprocessing.Queue[float]") -> None:
    before = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20
    work()
    answer.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10 - before)


def times_dearer(late: Callable[[], object], early: Callable[[], object], rounds: int = 100) -> float:
    """How much more the one costs than the other; in turns, because the machine may be slower a moment later."""
    costs = [(_once(late), _once(early)) for _ in range(rounds)]
    return median(each[0] for each in costs) / median(each[1] for each in costs)


def _once(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _known() -> int:
    """Small objects, dictionaries and calls, as in what is measured."""
    seen: dict[str, list[int]] = {}
    for number in range(60_000):
        seen.setdefault(f"n{number % 997}", []).append(number)
    return sum(len(found) for found in seen.values())

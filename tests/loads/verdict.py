"""What is said of a promise: one line with its numbers, and everything that speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.runtime import Engine
from tests.support.soundness import violations


@dataclass(frozen=True)
class Verdict:
    """One promise on one database."""

    promise: str
    database: str
    numbers: str
    violations: Sequence[str]

    @property
    def line(self) -> str:
        word = "FAIL" if self.violations else "PASS"
        return f"{word} {self.promise} db={self.database} {self.numbers} violations={len(self.violations)}"


def check_up(engine: Engine) -> list[str]:
    """What ``sanban doctor`` says about the office afterwards."""
    return [f"{found.code} {found.instance} {found.what}" for found in violations(engine)]


def spread(seconds: Sequence[float]) -> str:
    """The middle, the hundredth that took longest, and the longest."""
    found = sorted(seconds) or [0.0]
    middle, last = found[len(found) // 2], found[int(len(found) * 0.99)]
    return f"p50={middle:.2f}s p99={last:.2f}s max={found[-1]:.2f}s"

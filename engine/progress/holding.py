"""What keeps a case from being ended: something is out in the world that has to come back first."""

from engine.errors import Conflict
from engine.progress.case import Case, ask


def may_end(case: Case) -> None:
    """Refuse to withdraw, void or terminate a case while its package says that it is held, and say by what."""
    for hold in case.package.manifest.hold:
        if ask(case, hold.when):
            raise Conflict(hold.why, "the case holds something that has to come back first", hold.hint, "instance.held")

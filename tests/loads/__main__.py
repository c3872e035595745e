"""`python -m tests.loads`: a line to each promise and database; exit code 1 if one was not kept."""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import click

from tests.loads import clockwork, connections, restoring, upgrading, versions, winners
from tests.loads.verdict import Verdict

DATABASES = ("sqlite", "postgresql")
PLAYS: dict[str, Callable[[str, float], Verdict]] = {
    "P2": winners.run,
    "P4": clockwork.run,
    "P12": upgrading.run,
    "P14": versions.run,
    "P15": restoring.run,
}
BY_NAME = {"P15"}  # takes as long as all the others together, and fifteen gigabytes of the disk
SERVER_ONLY = "P6"  # SQLite has no connections that somebody else could end


@click.command()
@click.option(
    "--only", "promises", multiple=True, type=click.Choice([*PLAYS, SERVER_ONLY]), help="All but P15 if left out."
)
@click.option("--database", "databases", multiple=True, type=click.Choice(DATABASES), help="Both if left out.")
@click.option("--scale", default=1.0, help="How much of the load: 0.1 for a tenth.")
def main(promises: tuple[str, ...], databases: tuple[str, ...], scale: float) -> None:
    """Put the loads of the promises on offices of their own, one after the other."""
    bad = False
    for play in _chosen(
        promises or (*(p for p in PLAYS if p not in BY_NAME), SERVER_ONLY), databases or DATABASES, scale
    ):
        began = time.monotonic()
        verdict = play()
        sys.stdout.write(f"{verdict.line} wall={time.monotonic() - began:.0f}s\n")
        sys.stdout.flush()
        sys.stderr.writelines(f"  {each}\n" for each in verdict.violations[:40])
        bad |= bool(verdict.violations)
    sys.exit(int(bad))


def _chosen(promises: Sequence[str], databases: Sequence[str], scale: float) -> list[Callable[[], Verdict]]:
    plays: list[Callable[[], Verdict]] = [
        partial(PLAYS[promise], database, scale) for promise in promises if promise in PLAYS for database in databases
    ]
    if SERVER_ONLY in promises and "postgresql" in databases:
        plays.append(partial(connections.run, scale))
    return plays


main()

"""`python -m tests.chaos`: a storm over each database; exit code 1 if one thing was lost."""

import random
import sys
import time

import click

from tests.chaos.faults import PLANT
from tests.chaos.run import run, told


@click.command()
@click.option(
    "--database", "databases", multiple=True, type=click.Choice(["sqlite", "postgresql"]), help="Both if left out."
)
@click.option("--seconds", default=30.0, help="How long the storm lasts.")
@click.option("--seed", type=int, help="The seed of an earlier run; drawn if left out.")
@click.option(
    "--break", "fault", default="", type=click.Choice(["", *PLANT]), help="Plant this fault: the verdict must be FAIL."
)
def main(databases: tuple[str, ...], seconds: float, seed: int | None, fault: str) -> None:
    """Storm over an office of real processes, and say what came of it."""
    bad = False
    for database in databases or ("sqlite", "postgresql"):
        began = time.monotonic()
        outcome = run(database, seconds=seconds, seed=random.randrange(10_000) if seed is None else seed, fault=fault)
        told(outcome)
        sys.stdout.write(f"  from opening to closing: {time.monotonic() - began:.1f} s\n")
        bad |= not outcome.passed
    sys.exit(int(bad))


main()

"""`make soak`: storm after storm with changing seeds over one office that grows, then quiet work under the scales.

The storms kill what would show a leak, so memory is weighed in the last quarter of the time, when nobody has died for
as long: caches are full by then.
"""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from statistics import median
from threading import Event

import click
from sqlalchemy import func, select, text

from engine.store.tables import metadata
from tests.chaos import verdict
from tests.chaos.clients import MOST_STARTED, Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.office import Office, opened
from tests.chaos.run import at_work, calm_down, finish, memory, storm_over, told

LONGEST_STORM = 60.0
STORMY = 1 / 2  # of the time of a database
WARM = 1 / 2  # of the quiet time: whoever died has filled pools and caches again
WARM_ACTS = 1 / 5  # of the acts that are asked for, where those take longer
PARTS = 4  # of the time under the scales, each told with its median: what levels off does not leak
MOST_MEGABYTES = 250  # of the heaviest process, most of the time (P18)
PASSWORDS = 4 * 64  # megabytes more while so many passwords are checked at once, each in 64 MB
MOST_SLOPE = 1.0  # megabytes to 10,000 acts, once there are so many that it can be told from noise
ENOUGH_ACTS = 10_000
MORE_FILES = 32  # open files of all processes; caches and pools fill up, a leak goes on
GAP = 2.0
MORNING = clock(9)


@dataclass(frozen=True)
class Weight:
    """What the office weighs at a moment: its heaviest web process and worker, and all together, in megabytes."""

    at: float
    acts: int
    serving: int
    working: int
    together: int
    open_files: int
    stored: int  # bytes of the database
    rows: dict[str, int]

    @property
    def heaviest(self) -> int:
        return max(self.serving, self.working)


def soak(database: str, *, minutes: float, seed: int, acts: int = 0) -> bool:
    """Whether everything was as it must be for so many minutes on one database, and until so many acts were quiet."""
    began, seconds, passed = time.monotonic(), minutes * 60, True
    ledger, storm = Ledger(), min(LONGEST_STORM, minutes * 60 * STORMY / 2)
    with Mailbox() as mailbox, opened(database, mailbox.url) as office:
        rounds = 0
        while rounds == 0 or time.monotonic() - began + storm < seconds * STORMY:
            ledger.room = ledger.started + MOST_STARTED
            outcome = storm_over(office, ledger, mailbox, seconds=storm, seed=seed + rounds)
            told(outcome)
            passed &= outcome.passed
            rounds += 1
        left = max(seconds - (time.monotonic() - began), seconds * (1 - STORMY))
        weights = _quiet_work(office, ledger, left, seed + rounds, ledger.acts + acts)
        found = [*verdict.violations(office, ledger, mailbox), *_too_heavy(weights)]
    verdict_line = f"{'FAIL' if found or not passed else 'PASS'} soak db={database} storms={rounds}"
    sys.stdout.write(f"{verdict_line} {_growth(weights)} violations={len(found)}\n")
    sys.stdout.flush()
    sys.stderr.writelines(f"  {line}\n" for line in found[:40])
    return passed and not found


def _quiet_work(office: Office, ledger: Ledger, seconds: float, seed: int, most: int) -> list[Weight]:
    """Nobody dies; what the office weighs from the moment when it is warm, until the time is over and ``most`` done."""
    over, settled = Event(), Event()
    weights: list[Weight] = []
    _begin_a_day(office)
    ledger.room = sys.maxsize
    clients, threads = at_work(office, ledger, seed, over, settled)
    until, warm = time.monotonic() + seconds, ledger.acts + (most - ledger.acts) * WARM_ACTS
    time.sleep(seconds * WARM)
    while ledger.acts < warm:
        over.wait(GAP)
    while time.monotonic() < until or ledger.acts < most or len(weights) < 2:
        weights.append(_weighed(office, ledger))
        over.wait(GAP)
    over.set()
    calm_down(threads, settled)
    finish(office, clients, settled)
    return weights


def _begin_a_day(office: Office) -> None:
    """At night letters wait for the morning: by day they leave while others work, as they do in an office."""
    now = office.steering.now().astimezone(office.engine.zone)
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo)
    office.steering.jump((morning - now).total_seconds())


def _weighed(office: Office, ledger: Ledger) -> Weight:
    serving, working = office.web_processes(), [p.pid for p in office.working]
    sizes = {pid: memory(pid) for pid in (*serving, *working)}
    with office.engine.store.reading() as tx:
        rows = {t.name: int(tx.scalar(select(func.count()).select_from(t))) for t in metadata.sorted_tables}
        if tx.dialect == "postgresql":
            stored = int(tx.scalar(text("SELECT pg_database_size(current_database())")))
        else:
            stored = (office.engine.settings.home / "sanban.db").stat().st_size
    web, work = (max((sizes[pid] for pid in pids), default=0) for pids in (serving, working))
    files = sum(map(_open_files, sizes))
    return Weight(time.monotonic(), ledger.acts, web, work, sum(sizes.values()), files, stored, rows)


def _open_files(pid: int) -> int:
    try:
        return len(os.listdir(Path(f"/proc/{pid}/fd")))
    except OSError:
        return 0


def _too_heavy(weights: Sequence[Weight]) -> Iterator[str]:
    first, last = weights[0], weights[-1]
    usual, most = median(w.heaviest for w in weights), max(w.heaviest for w in weights)
    if usual > MOST_MEGABYTES:
        yield f"a process of {usual} MB: more than {MOST_MEGABYTES}"
    if most > MOST_MEGABYTES + PASSWORDS:
        yield f"a process of {most} MB for a moment: more than {MOST_MEGABYTES + PASSWORDS}"
    if last.acts - first.acts >= ENOUGH_ACTS:
        grown = {kind: slope for kind, slope in _slopes(weights).items() if slope > MOST_SLOPE}
        yield from (f"{kind}: {slope:.1f} MB more in 10,000 acts, above {MOST_SLOPE}" for kind, slope in grown.items())
    if last.open_files > first.open_files + MORE_FILES:
        yield f"open files grew from {first.open_files} to {last.open_files}"


def _slopes(weights: Sequence[Weight]) -> dict[str, float]:
    """Megabytes to 10,000 acts of the heaviest web process and the heaviest worker, by least squares."""
    acts = [w.acts / 10_000 for w in weights]
    return {
        "web": _slope(acts, [float(w.serving) for w in weights]),
        "work": _slope(acts, [float(w.working) for w in weights]),
    }


def _slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0


def _course(weights: Sequence[Weight], kind: str) -> str:
    """The medians of the parts of the time, in megabytes."""
    step = max(1, len(weights) // PARTS)
    parts = [weights[at : at + step] for at in range(0, step * PARTS, step)]
    return "-".join(f"{median(getattr(w, kind) for w in part):.0f}" for part in parts if part)


def _growth(weights: Sequence[Weight]) -> str:
    first, last = weights[0], weights[-1]
    acts, hours = last.acts - first.acts, (last.at - first.at) / 3600
    more = {name: n - first.rows[name] for name, n in last.rows.items() if n > first.rows[name]}
    judged = "" if acts >= ENOUGH_ACTS else f" (not judged below {ENOUGH_ACTS} acts)"
    slopes = " ".join(f"slope_{kind}={slope:+.2f}MB/10000acts" for kind, slope in _slopes(weights).items())
    fullest = ", ".join(f"{name} {n / hours:+.0f}" for name, n in sorted(more.items(), key=lambda x: -x[1])[:5])
    return (
        f"quiet={last.at - first.at:.0f}s acts={acts} web={last.serving}MB work={last.working}MB"
        f" web_course={_course(weights, 'serving')} work_course={_course(weights, 'working')}"
        f" peak={max(w.heaviest for w in weights)}MB"
        f" memory={(last.together - first.together) / hours:+.0f}MB/h {slopes}{judged}"
        f" open_files={first.open_files}->{last.open_files}"
        f" database={(last.stored - first.stored) / hours / 1_000_000:+.1f}MB/h"
        f" rows={sum(more.values()) / hours:+.0f}/h [{fullest}] rows_per_act={sum(more.values()) / max(1, acts):.1f}"
    )


@click.command()
@click.option(
    "--database", "databases", multiple=True, type=click.Choice(["sqlite", "postgresql"]), help="Both if left out."
)
@click.option("--acts", default=0, help="Quiet work goes on until so many were done; P18 asks for 100,000.")
@click.option("--seed", type=int, help="The first seed of an earlier run; drawn if left out.")
def main(databases: tuple[str, ...], acts: int, seed: int | None) -> None:
    """Storm for SANBAN_SOAK minutes (60), shared among the databases; exit code 1 if one thing was lost or grows."""
    minutes, chosen = float(os.environ.get("SANBAN_SOAK", "60")), databases or ("sqlite", "postgresql")
    drawn = random.randrange(10_000) if seed is None else seed
    passed = [soak(database, minutes=minutes / len(chosen), seed=drawn, acts=acts) for database in chosen]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()

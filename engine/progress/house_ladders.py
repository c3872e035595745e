"""Which ladder counts: the house's newest version for the nearest unit, else the package's; timers keep theirs."""

from collections.abc import Sequence
from functools import lru_cache

from engine import limits
from engine.progress.case import Case
from engine.store.ladders import LadderRow


def latest(case: Case, name: str | None) -> tuple[str | None, int | None]:
    """A ladder to climb from now on: its name, None if the package has none of that name, and its version."""
    if name is None or name not in case.package.ladders:
        return None, None
    rows = case.engine.ladders(case.tx)
    found = newest(rows, name, case.row.process, case.directory.chain(case.row.unit_id)) if rows else None
    return name, found.id if found else None


def newest(rows: Sequence[LadderRow], name: str, process: str, chain: Sequence[str]) -> LadderRow | None:
    """The version that counts for a unit: its own before that of wider ones, of the process before that of all."""
    for scope in (*chain, ""):
        for key in (process, ""):
            found = next((r for r in rows if (r.name, r.process, r.scope) == (name, key, scope)), None)
            if found is not None and not found.withdrawn:
                return found
    return None


def ladder_at(case: Case, name: str, version: object = None) -> limits.Ladder | None:
    """The ladder as it was when a timer was armed."""
    if isinstance(version, int):
        row = next((r for r in case.engine.ladders(case.tx) if r.id == version), None)
        if row is not None:
            return read(row.text)[name]
    return case.package.ladders.get(name)


@lru_cache(maxsize=256)
def read(text: str) -> dict[str, limits.Ladder]:
    """The ladders of a text; the same text is read once."""
    return limits.load_ladders(text)

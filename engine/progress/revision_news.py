"""Who hears of proposals for a checklist: whoever keeps the list of a new one, its proposer of the answer."""

from collections.abc import Collection

from engine.model import Json
from engine.progress.house_limits import KEEPERS
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import Tx

LINK = "/meetings/template"


def tell_keepers(engine: Engine, tx: Tx, title: str, lines: Collection[str], by: int | None) -> None:
    """Ask whoever keeps the list for an answer; nobody is asked about what they propose themselves."""
    directory = engine.directory(tx)
    proposer = directory.person(by)
    facts: dict[str, Json] = {
        "process": title,
        "actor": proposer.name if proposer else "",
        "lines": list(lines),
    }
    keepers = [one.id for one in directory.persons if one.active and one.roles & KEEPERS and one.id != by]
    announce(engine, tx, "T-LIST-ASK", dict.fromkeys(keepers, facts), link=LINK)


def tell_proposers(
    engine: Engine, tx: Tx, title: str, told: dict[int, list[str]], *, accepted: bool, words: str, by: int
) -> None:
    """Say how what they proposed was answered; ``told``: the lines of each."""
    keeper = engine.directory(tx).person(by)
    letters: dict[int, dict[str, Json]] = {
        person: {
            "process": title,
            "actor": keeper.name if keeper else "",
            "state": "agree" if accepted else "refuse",
            "lines": list(lines),
            "opinion": words,
        }
        for person, lines in told.items()
        if person != by
    }
    announce(engine, tx, "T-LIST", letters, link=LINK)

"""Those who follow an instance hear of its end, its returns, and when it is stopped or goes on."""

from collections.abc import Collection, Mapping

from engine.model import Json
from engine.progress.case import Case
from engine.progress.notices import Letter, tell
from engine.store import following


def tell_followers(case: Case, template: str, facts: Mapping[str, Json], *, told: Collection[int | None] = ()) -> None:
    """One notice for each follower who is not told anyway and did not do it."""
    actor = case.actor.id if case.actor else None
    people = [p for p in following.followers(case.tx, case.row.id) if p != actor and p not in told]
    tell(case, template, "copy", [Letter(p, None, facts) for p in people])

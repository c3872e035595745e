"""Propose a revision of a checklist outside a review: whoever works with it sees first what is missing."""

from engine.errors import Conflict
from engine.model import Actor
from engine.package.revision import Revision, revised
from engine.progress.listed import rows_of
from engine.progress.opinions import words as written
from engine.progress.revision_news import tell_keepers
from engine.runtime import Engine
from engine.store import checklists
from engine.verbs.revising.answering import file_of, require_owners, said
from engine.verbs.revising.reading import PROPOSERS, WORDS, may_see, package_of

GIVEN = ("like", "title", "owner", "due", "requires", "evidence")
LONGEST_WHY = 300


def propose(engine: Engine, key: str, revision: Revision, actor: Actor, *, why: str) -> None:
    """Put one revision before whoever keeps the list; what could not be carried out is refused at once."""
    may_see(actor, PROPOSERS)
    reason = said(written(why), "请写明为什么要修订。")[:LONGEST_WHY]
    with engine.store.transaction() as tx:
        package, title = package_of(engine, tx, key)
        file = file_of(package, tx, engine, revision)
        before = rows_of(tx, package, file, engine.now())
        require_owners(package, file, before, revised(before, [revision]))
        given = {name: getattr(revision, name).strip() for name in GIVEN if getattr(revision, name).strip()}
        for one in checklists.proposals(tx, key):
            if one.state == checklists.OPEN and (one.change, one.entry, one.given) == (
                revision.change,
                revision.entry,
                given,
            ):
                raise Conflict(
                    "同样的建议已有人提出，正在等待处理。",
                    "it has been proposed",
                    "可查看待定的建议。",
                    "checklist.twice",
                )
        row = {"process": key, "file": file, "instance_id": None, "by_id": actor.id, "at": engine.now()}
        checklists.propose(
            tx, [{**row, "change": revision.change, "entry": revision.entry, "given": given, "why": reason}]
        )
        tell_keepers(engine, tx, title, [f"{WORDS[revision.change]} {revision.entry}"], actor.id)

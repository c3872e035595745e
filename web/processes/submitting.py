"""A designer's package becomes a case that somebody else publishes: for the page and for the HTTP call."""

from collections.abc import Mapping
from dataclasses import replace

from engine.model import Actor, NextStep
from engine.progress.publishing import packed
from engine.verbs import files, instances, releasing
from engine.verbs.releasing import Proposal
from web.shell import the_engine


def submit(
    content: Mapping[str, bytes], actor: Actor, note: str, *, kept: str = ""
) -> tuple[Proposal, str, tuple[NextStep, ...]]:
    """What was proposed, the number of its case and who has it; no number if that version is there already.

    ``kept`` is the id of the upload that holds the package, if there is one.
    """
    engine = the_engine()
    asked = releasing.proposal(engine, content, actor)
    if not asked.changed:
        return asked, "", ()
    upload = kept or files.put(engine, f"{asked.key}.zip", [packed(asked.files)], actor).id
    title, data = f"{asked.title} 第 {asked.version} 版", {"package": upload, "note": note}
    # what the caller has seen was the package, not this case
    done = instances.start(engine, releasing.PROCESS, data, replace(actor, seen=None), title=title)
    return asked, done.number, done.next

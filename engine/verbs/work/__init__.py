"""What a person does with one work item: decide, return, take back, hand on, claim, draft, look ahead."""

from engine.verbs.work.deciding import decide, retract
from engine.verbs.work.drafts import draft, drop_draft, save_draft
from engine.verbs.work.handing import claim, release, transfer
from engine.verbs.work.looking import mine, opened, preview, view
from engine.verbs.work.returning import return_to

__all__ = [
    "claim",
    "decide",
    "draft",
    "drop_draft",
    "mine",
    "opened",
    "preview",
    "release",
    "retract",
    "return_to",
    "save_draft",
    "transfer",
    "view",
]

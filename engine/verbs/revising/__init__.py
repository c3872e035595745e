"""复盘回写: what reviews and those who work with it propose for a checklist, and its next version for later cases."""

from engine.package.revision import Revision
from engine.verbs.revising.answering import accept, decline, foresee
from engine.verbs.revising.proposing import GIVEN, propose
from engine.verbs.revising.reading import Proposal, Template, Version, may_look, overview

__all__ = [
    "GIVEN",
    "Proposal",
    "Revision",
    "Template",
    "Version",
    "accept",
    "decline",
    "foresee",
    "may_look",
    "overview",
    "propose",
]

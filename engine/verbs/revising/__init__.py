"""复盘回写: what reviews propose for a checklist, and its next version, which only later cases follow."""

from engine.verbs.revising.answering import accept, decline, foresee
from engine.verbs.revising.reading import Proposal, Template, Version, may_look, overview

__all__ = ["Proposal", "Template", "Version", "accept", "decline", "foresee", "may_look", "overview"]

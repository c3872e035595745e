"""变更: change what a checklist prepares or call it off; a difference list that owners are told and confirm."""

from engine.verbs.replanning.changing import call_off, change, changes, confirm, offered, preview
from engine.verbs.replanning.views import Change, Line

__all__ = ["Change", "Line", "call_off", "change", "changes", "confirm", "offered", "preview"]

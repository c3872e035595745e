"""A case without its words, for whoever keeps it going: what, where, with whom, since when and until when."""

from collections.abc import Mapping
from dataclasses import replace

from engine.model import Entry, InstanceView, OpenItem

STEPS = ("from_names", "to_names")  # names of the diagram


def outline(view: InstanceView) -> InstanceView:
    """The view without title, form, opinions and facts; steps are called as the diagram calls them."""
    names = {step.element: step.name for step in view.steps}
    return replace(
        view,
        title=view.process_title,  # what a drafter wrote: a value of the form like any other
        outcome="",  # the reason why it was ended
        source="",
        data={},
        history=tuple(_act(entry, names) for entry in view.history),
        items=tuple(_part(item, names) for item in view.items),
        contents=False,
    )


def _act(entry: Entry, names: Mapping[str, str]) -> Entry:
    """Who did what when, and for a move from which step to which."""
    kept = {name: entry.detail[name] for name in STEPS if name in entry.detail}
    return replace(entry, step=names.get(entry.element, ""), opinion="", detail=kept, members=())


def _part(item: OpenItem, names: Mapping[str, str]) -> OpenItem:
    return replace(item, name=names.get(item.element, ""), entry="", opinion="", facts={})

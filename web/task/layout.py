"""How the form of a step is laid out: what is to be filled in stands before what is only read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import forms
from engine.model import Json

# with more fields to write than this, filling in is the work: the form gets the middle of the page
MANY_FIELDS = 5


def is_filling(widgets: Sequence[forms.Widget]) -> bool:
    """Whether the form needs the room of the document: many fields to write, or a table."""
    written = [widget for widget in widgets if widget.writable]
    return len(written) > MANY_FIELDS or any(widget.type == "rows" for widget in written)


def to_fill_first(drawn: forms.Drawing, held: Mapping[str, Json]) -> forms.Drawing:
    """Sections to be filled in first, those that still want something before the others.

    A section of both kinds is split and keeps its title on both parts. ``held`` is what is stored, not what is being
    typed: nothing moves while somebody writes. A form that is written as a whole keeps its order.
    """
    kinds = {widget.writable for section in drawn.sections for widget in section.widgets}
    if kinds != {True, False}:
        return drawn
    written = [_part(section, writable=True) for section in drawn.sections]
    read = [_part(section, writable=False) for section in drawn.sections]
    written.sort(key=lambda section: min((_wish(w, held.get(w.id)) for w in section.widgets), default=2))
    return replace(drawn, sections=tuple(section for section in (*written, *read) if section.widgets))


def _wish(widget: forms.Widget, value: Json) -> int:
    """0: must be filled in; 1: is empty; 2: holds something."""
    if value not in (None, "", []):
        return 2
    return 0 if widget.required else 1


def _part(section: forms.DrawnSection, *, writable: bool) -> forms.DrawnSection:
    return replace(section, widgets=tuple(widget for widget in section.widgets if widget.writable is writable))


def without_document(drawn: forms.Drawing) -> forms.Drawing:
    """The form without the document that stands beside it."""
    sections = [
        replace(section, widgets=tuple(w for w in section.widgets if w.type != "document" or w.writable))
        for section in drawn.sections
    ]
    return replace(drawn, sections=tuple(section for section in sections if section.widgets))

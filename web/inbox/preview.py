"""The pane beside the list: enough of an item to decide it there, or the reason why it has to be opened."""

from typing import Any

from flask import url_for

import forms
from engine.errors import Altered
from engine.model import ItemView
from engine.verbs import definitions, work
from web import drawing
from web.auth import actor
from web.language import message
from web.lists.boxes import Filters
from web.lists.listing import Line
from web.settings.choices import phrases
from web.shell import the_engine
from web.task import trail
from web.task.looking import blocks, must_fill
from web.task.parts import part

OPINIONS_SHOWN = 2
LONG = ("textarea", "document")


def context(line: Line | None, filters: Filters) -> dict[str, Any]:
    """What the template of the pane needs for one row."""
    if line is None:
        return {"view": None}
    me = actor()
    try:
        view = work.view(the_engine(), line["id"], me)
    except Altered as error:
        return {"view": None, "untrue": message(error)}  # the other lines are shown all the same
    rail = trail.rail(view.instance, view.item.element)
    said = trail.opinions(view.instance)
    where: dict[str, Any] = {"number": view.instance.number, "item": view.item.id, **filters.carried()}
    other = part(view)
    main = view.outcomes[0] if view.outcomes else None
    steps = view.next_steps.get(main.code, ()) if main else ()
    return {
        "view": view,
        **_shown(view),
        "rail": rail.steps,
        "step_no": rail.at,
        "total": rail.total,
        "opinions": said[:OPINIONS_SHOWN],
        "opinion_count": len(said),
        "quick": line["quick"] and main is not None and not must_fill(view),
        "quick_reason": other.about if other else line["quick_reason"] or must_fill(view),
        "main": main,
        "next_steps": steps,
        "blocked": blocks(steps),
        "phrases": phrases(me),
        "open_url": line["href"],
        "decide_url": url_for("task.decide", **{**where, "item": None}),
        "return_url": url_for("task.return_form", **where),
    }


def _shown(view: ItemView) -> dict[str, list[Any]]:
    """The fields a package wants in the preview, long texts and files on their own."""
    instance = view.instance
    wanted = definitions.package(the_engine(), instance.process, instance.version).manifest.preview
    widgets = [w for w in drawing.widgets(_drawn(view)) if w.text]
    by_id = {widget.id: widget for widget in widgets}
    named = [by_id[id] for id in wanted if id in by_id]
    documents = [w for w in widgets if w.type == "document" and w not in named]
    return {
        "facts": [w for w in named if w.type not in (*LONG, "file", "files", "rows")],
        "texts": [w for w in named if w.type in LONG] + documents,
        "files": [pair for w in widgets if w.type in ("file", "files") for pair in _files(w)],
    }


def _files(widget: forms.Widget) -> list[tuple[str, str]]:
    if widget.type == "file":
        return [(str(widget.value), widget.text)]
    return list(zip(widget.chosen, widget.chosen_text, strict=True))


def _drawn(view: ItemView) -> forms.Drawing:
    read_only = {id: "hide" if right == "hide" else "read" for id, right in view.permissions.items()}
    return drawing.draw(view.form, view.data, read_only)

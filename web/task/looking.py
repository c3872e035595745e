"""Everything the task page shows, gathered from one work item."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

import forms
from engine.errors import SanbanError
from engine.model import Entry, InstanceView, ItemView, Json, NextStep
from engine.verbs import instances, looks, people, reading, work
from web import drawing
from web.auth import actor
from web.checked_words import panel
from web.language import _, message, told
from web.lists.boxes import BOXES, Filters
from web.lists.listing import place
from web.settings.choices import phrases
from web.shell import the_engine
from web.task import trail
from web.task.layout import is_filling, to_fill_first, without_document
from web.task.notes import Names
from web.task.parts import buttons, part, question
from web.task.sheet import sheet
from web.task.ways import WAYS

BESIDE = frozenset({"work.opinion", "work.reason"})  # refusals that stand beside what they are about
OPINION = "_opinion"  # in a draft beside the fields, whose ids never begin with an underscore


def filters() -> Filters:
    """The filters of the inbox this page was opened from."""
    return Filters.read(BOXES["todo"], request.args)


def back_url(sel: str = "") -> str:
    """The inbox as it was, with an item selected."""
    return filters().url(sel=sel)


def context(
    view: ItemView,
    *,
    entered: Mapping[str, Json] | None = None,
    opinion: str | None = None,
    problems: Sequence[forms.FieldProblem] = (),
    refusal: SanbanError | None = None,
) -> dict[str, Any]:
    """What the template needs. ``entered`` and ``opinion`` are what a refused form held."""
    engine, instance = the_engine(), view.instance
    draft = dict(view.draft) if entered is None and view.draft else {}
    kept = draft.pop(OPINION, "" if part(view) else view.opinion_default)
    typed = entered if entered is not None else draft
    data = {**view.data, **typed}
    drawn = drawing.draw(view.form, data, view.permissions, problems=problems)
    paper = sheet(engine, instance, data, drawn)
    filling = is_filling(drawing.widgets(drawn))
    steps = following(view, typed)
    return {
        "view": view,
        "buttons": buttons(view),
        "part": part(view),
        "question": question(view),
        "drawing": to_fill_first(without_document(drawn) if paper and not filling else drawn, view.data),
        "sheet": None if filling else paper,
        "filling": filling,
        "entry": view.item.entry,
        "sent_back": sent_back(view),
        "requires": required_entries(view),
        "opinion": opinion if opinion is not None else kept,
        "problems": problems,
        "chosen_reasons": request.form.getlist("_reason"),
        **_refused(refusal),
        "phrases": phrases(actor()),
        "next": steps,
        "blocked": {code: blocks(found) for code, found in steps.items()},
        "ahead": next(iter(steps.values()), ()),
        **_rail(instance, view.item.element),
        "record": trail.record(instance, names_of(instance, view.reasons)),
        "holders": sorted(trail.holders(instance), key=lambda item: item.id != view.item.id),
        "opinion_count": len(trail.opinions(instance)),
        "related": related(view),
        "extra_actions": extra_actions(view),
        **panel(work.check_words(engine, view.item.id, actor(), typed)),
        "place": place(engine, actor(), filters(), view.item.id),
        "secret": looks.is_secret(engine, instance.number, actor()),
        **_ways_out(instance),
    }


def _ways_out(instance: InstanceView) -> dict[str, Any]:
    """Where one goes from here: back to the inbox as it was, or to the file that this case lends on the screen."""
    return {
        "carry": filters().carried(),
        "back_url": back_url(instance.number),
        "reading": reading.standing(the_engine(), instance.number, actor()),
    }


def _rail(instance: InstanceView, element: str) -> dict[str, Any]:
    rail = trail.rail(instance, element)
    return {"rail": rail.steps, "step_no": rail.at, "total": rail.total}


def _refused(refusal: SanbanError | None) -> dict[str, Any]:
    """A refusal stands beside what it is about: the opinion, the reason codes, or at the top of the page."""
    code, words = (refusal.reason, message(refusal)) if refusal else ("", "")
    return {
        "opinion_problem": words if code == "work.opinion" else "",
        "reason_problem": words if code == "work.reason" else "",
        "refusal": None if code in BESIDE else refusal,
    }


def names_of(instance: InstanceView, reasons: Mapping[str, str]) -> Names:
    """What the record of an instance needs to be said in words."""
    return Names(people.directory(the_engine()), instance.steps, reasons)


def following(view: ItemView, entered: Mapping[str, Json]) -> Mapping[str, tuple[NextStep, ...]]:
    """What follows each button, under what has been typed so far."""
    if not entered:
        return view.next_steps
    allowed = {id: value for id, value in entered.items() if view.permissions.get(id) == "write"}
    try:
        return work.preview(the_engine(), view.item.id, allowed, actor())
    except SanbanError:
        return view.next_steps  # the form says what is wrong with the fields


def sent_back(view: ItemView) -> Entry | None:
    """The return that brought this item here, if one did."""
    return next((e for e in view.instance.history if e.verb == "return" and e.at == view.item.arrived), None)


def blocks(steps: Sequence[NextStep]) -> bool:
    """Whether a button leads to somebody who cannot be found."""
    return any(step.problem and not step.people for step in steps)


def must_fill(view: ItemView) -> str:
    """Why an item cannot be decided without its form: a field that is still to be filled in."""
    drawn = drawing.draw(view.form, view.data, view.permissions)
    empty = [w.label for w in drawing.widgets(drawn) if w.writable and w.required and not w.text]
    return _("须填写 %(fields)s", fields=_("、").join(empty[:3])) if empty else ""


def required_entries(view: ItemView) -> list[dict[str, Any]]:
    """What a checklist entry waits for."""
    wanted = set(view.item.facts.get("requires") or ())
    return [
        {"entry": item.entry, "name": item.name, "done": item.state == "done"}
        for item in view.instance.items
        if item.entry in wanted
    ]


def related(view: ItemView) -> list[tuple[str, str]]:
    """Instances this one came from or started, with titles where this person may see them."""
    numbers = [number for number in (view.instance.parent, *view.instance.children) if number]
    return [(number, _title(number)) for number in numbers]


def _title(number: str) -> str:
    try:
        found = instances.get(the_engine(), number, actor())
    except SanbanError:
        return number
    return f"{found.process_title} {number} {found.title}"


def extra_actions(view: ItemView) -> list[dict[str, Any]]:
    """Buttons beside the outcomes that open a dialog."""
    where: dict[str, Any] = {"number": view.instance.number, "item": view.item.id, **filters().carried()}
    ways = [
        {
            "title": told(way.title),
            "icon": way.icon,
            "often": way.often,
            "url": url_for("task.way_form", way=name, **where),
        }
        for name, way in WAYS.items()
        if name in view.actions
    ]
    for name, title in view.documents:
        url = url_for("task.document_form", name=name, **where)
        ways.append({"title": _("生成%(title)s", title=title), "icon": "file-text", "often": True, "url": url})
    if "ask_entry" in view.actions:
        url = url_for("meetings.entry", number=view.instance.number, item=view.item.id)
        ways.append({"title": _("不适用、延期"), "icon": "calendar", "often": True, "url": url})
    if view.item.kind == "decide" and view.item.deadline is not None and not part(view):
        ways.append(
            {"title": _("停表"), "icon": "player-pause", "often": False, "url": url_for("pauses.form", **where)}
        )
    return ways

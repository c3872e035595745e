"""From the values of the engine to the answers of the HTTP interface, where they differ by more than their type."""

from collections.abc import Mapping
from typing import Any

from engine.model import Done, InstanceView, ItemView, Json, NextStep, OpenItem
from web.api.shapes import Instance


def answer(done: Done) -> dict[str, Any]:
    """The answer of every call that acts on a work item or an instance."""
    return {"instance": done, "next": [next_step(step) for step in done.next], "undo_until": done.undo_until}


def next_step(step: NextStep) -> dict[str, Any]:
    """Who gets it next."""
    return {"element": step.element, "activity": step.name, "performers": list(step.people),
            "deadline": step.deadline, "problem": step.problem, "why": step.why}  # fmt: skip


def instance(view: InstanceView, data: Mapping[str, Json]) -> dict[str, Any]:
    """An instance with the data this caller may see."""
    own = {name: getattr(view, name) for name in Instance.model_fields if hasattr(view, name)}
    opened = [item for item in view.items if item.state in ("open", "waiting")]
    found = {"passed": list(view.visits), "visits": view.visits, "open": list(dict.fromkeys(i.element for i in opened))}
    return own | {"data": data, "activities": activities(view, opened), "diagram": found}


def activities(view: InstanceView, opened: list[OpenItem]) -> list[dict[str, Any]]:
    """Open items under the activities they are parts of."""
    names = {step.element: step.name for step in view.steps}
    found: dict[int, dict[str, Any]] = {}
    for item in opened:
        about = {
            "id": item.activity_id,
            "element": item.element,
            "name": names.get(item.element, item.name),
            "items": [],
        }
        found.setdefault(item.activity_id, about)["items"].append(item)
    return list(found.values())


def detail(view: ItemView, form: dict[str, Json]) -> dict[str, Any]:
    """A work item without the fields hidden at its step."""
    seen = {name for name, right in view.permissions.items() if right != "hide"}
    return {
        "item": view.item,
        "number": view.instance.number,
        "title": view.instance.title,
        "form": form | {"properties": {k: v for k, v in form["properties"].items() if k in seen}},
        "permissions": {name: right for name, right in view.permissions.items() if name in seen},
        "data": {name: value for name, value in view.data.items() if name in seen},
        "outcomes": list(view.outcomes),
        "actions": sorted(view.actions),
        "opinion_default": view.opinion_default,
        "opinion_required": sorted(view.opinion_required),
        "reasons": dict(view.reasons),
        "reasons_required": sorted(view.reasons_on),
        "return_targets": dict(view.return_targets),
        "next": {code: [next_step(step) for step in steps] for code, steps in view.next_steps.items()},
    }


def finding(raw: Mapping[str, Json]) -> dict[str, Json]:
    """A finding of a stored or fresh report, with its repair under the name callers know."""
    return {**raw, "fix": raw.get("fix_zh", "")}


def report(raw: Mapping[str, Json]) -> dict[str, Json]:
    """A report with its findings so told."""
    lists = {name: [finding(one) for one in raw[name]] for name in ("problems", "warnings") if name in raw}
    return {**raw, **lists}

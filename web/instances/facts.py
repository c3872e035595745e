"""What the pages of an instance say that its view does not hold as such."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from engine.errors import SanbanError
from engine.model import Actor, Entry, InstanceView, StepView
from engine.package import Package
from engine.verbs import work
from web.shell import the_engine
from web.words import local

URGERS = frozenset({"supervisor", "clerk", "admin"})


def diagram_facts(instance: InstanceView) -> dict[str, Any]:
    """What the viewer draws: nodes and flows that were passed, how often, and who holds the open steps."""
    visits = {**instance.visits, **{step.element: step.visits for step in instance.steps if step.visits}}
    held = [
        {"element": item.element, "performers": [item.performer or item.pool]}
        for item in instance.items
        if item.state == "open" and item.kind != "sign"
    ]
    done = [step.element for step in instance.steps if step.state == "done"]
    return {"passed": sorted(instance.visits), "visits": visits, "open": held, "done": done}


def read_rights(package: Package, instance: InstanceView, who: Actor) -> dict[str, str]:
    """Fields to be read: those a step hides from this person stay hidden."""
    mine = [item for item in instance.items if who.id == item.performer_id]
    if not mine:
        return {field.id: "read" for field in package.form.fields}
    try:
        rights = work.view(the_engine(), mine[-1].id, who).permissions
    except SanbanError:
        return {field.id: "read" for field in package.form.fields}
    return {id: "hide" if right == "hide" else "read" for id, right in rights.items()}


def retractable(instance: InstanceView, who: Actor) -> int | None:
    """My last decision, if it may still be taken back."""
    mine = [i for i in instance.items if i.kind == "decide" and i.decided and i.performer_id == who.id]
    if not mine or instance.ended:
        return None
    last = max(mine, key=lambda item: item.decided or item.arrived)
    return last.id if "retract" in work.view(the_engine(), last.id, who).actions else None


def circulating(instance: InstanceView, who: Actor) -> int | None:
    """An item of mine from which the case may be shown to others, decided or not."""
    mine = [
        i for i in instance.items if i.kind == "decide" and i.performer_id == who.id and i.state in ("open", "done")
    ]
    if not mine or instance.state in ("voided", "withdrawn"):
        return None
    return mine[-1].id if "circulate" in work.view(the_engine(), mine[-1].id, who).actions else None


def urged_today(instance: InstanceView, now: datetime, verb: str = "urge") -> Entry | None:
    """The 催办 (or 催阅) of this working day, after which there is none until the next."""
    engine = the_engine()
    with engine.store.reading() as tx:
        day = engine.calendar(tx).on_or_before(local(now).date())
    return next((e for e in instance.history if e.verb == verb and local(e.at).date() >= day), None)


def may_urge_readers(instance: InstanceView, who: Actor) -> bool:
    """Whether somebody has not read yet what this person has sent or looks after."""
    whole = instance.initiator_id == who.id or bool(who.roles & URGERS)
    sent = [i for i in instance.items if i.kind == "read" and i.state == "unread"]
    return any(whole or i.facts.get("sent_by") == who.id for i in sent)


def slowest(instance: InstanceView) -> StepView | None:
    """The step that took most working time, for an instance that has ended."""
    engine = the_engine()
    with engine.store.reading() as tx:
        calendar = engine.calendar(tx)
    spent = [
        (calendar.working_seconds(step.arrived, step.finished), n)
        for n, step in enumerate(instance.steps)
        if step.arrived and step.finished
    ]
    return instance.steps[max(spent)[1]] if instance.ended and spent else None


SHORT = 18  # characters that fit into half a line of the 审批单


class Drawn(Protocol):
    """What is needed of a drawn field."""

    @property
    def text(self) -> str: ...


def paired(widgets: Sequence[Drawn]) -> list[tuple[Drawn, ...]]:
    """The lines of the 审批单: two short fields share one, so that the sheet stays a single page."""
    lines: list[tuple[Drawn, ...]] = []
    for widget in widgets:
        if _short(widget) and lines and len(lines[-1]) == 1 and _short(lines[-1][0]):
            lines[-1] = (*lines[-1], widget)
        else:
            lines.append((widget,))
    return lines


def _short(widget: Drawn) -> bool:
    return len(widget.text) <= SHORT and "\n" not in widget.text


SIGNED = ("decide", "oral", "sign")


def opinions_by_step(instance: InstanceView) -> list[tuple[str, list[Entry]]]:
    """What was decided on each step, the last step first, as on an 审批单; also decisions without words."""
    by_step: dict[str, list[Entry]] = {}
    for entry in instance.history:
        if entry.verb in SIGNED or (entry.verb == "answer" and entry.opinion):
            by_step.setdefault(entry.step, []).append(entry)
    return [(step, list(reversed(said))) for step, said in by_step.items()]

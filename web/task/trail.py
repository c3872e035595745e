"""Where an instance stands and what was said, arranged for reading: the rail of steps, the record, who holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from engine.model import Entry, InstanceView, OpenItem, StepView
from web.language import _, told
from web.task.notes import Names, label, note, signed

SPOKEN = ("decide", "return", "submit")


@dataclass(frozen=True, slots=True)
class Rail:
    """The steps a case went through and has ahead; steps it passed by are left out. ``at`` counts from 1."""

    steps: tuple[StepView, ...]
    at: int

    @property
    def total(self) -> int:
        return len(self.steps)


def rail(instance: InstanceView, element: str = "") -> Rail:
    """The rail as seen from one step, or from the last one that was reached."""
    steps = instance.steps
    reached = [n for n, step in enumerate(steps) if step.state == "open" or step.element == element]
    last = max(reached, default=max((n for n, step in enumerate(steps) if step.state != "todo"), default=0))
    ahead = () if instance.ended else steps[last + 1 :]
    path = tuple(step for n, step in enumerate(steps[: last + 1]) if step.state != "todo" or n == last) + ahead
    at = next((n for n, step in enumerate(path, 1) if step.element == element), 0)
    return Rail(path, at or sum(step.state != "todo" for step in path))


def record(instance: InstanceView, names: Names) -> tuple[Entry, ...]:
    """The history, newest first; opinions that several people gave on one step stand together."""
    shared = _shared(instance.items)
    states = {item.id: item.state for item in instance.items}
    noted = [
        replace(e, label=label(e), detail={**e.detail, "note": note(e, names) + signed(e, states)})
        for e in instance.history
    ]
    lines: list[Entry] = []
    for (verb, element), group in groupby(noted, key=lambda entry: (entry.verb, entry.element)):
        entries = list(group)
        if verb == "decide" and element in shared and len(entries) > 1:
            lines.append(_together(entries))
        else:
            lines += entries
    return tuple(lines)


def opinions(instance: InstanceView) -> list[Entry]:
    """What people wrote, newest first."""
    return [entry for entry in instance.history if entry.opinion and entry.verb in SPOKEN]


def holders(instance: InstanceView) -> list[OpenItem]:
    """Who has it now, the nearest deadline first."""
    found = [item for item in instance.items if item.state == "open"]
    return sorted(found, key=lambda item: (item.deadline is None, item.deadline or item.arrived))


def _shared(items: Sequence[OpenItem]) -> set[str]:
    """Steps that more than one person has a part in; the entries of a checklist speak for themselves."""
    seen: dict[str, set[int | None]] = {}
    for item in items:
        if not item.entry and item.state != "cancelled":
            seen.setdefault(item.element, set()).add(item.performer_id)
    return {element for element, people in seen.items() if len(people) > 1}


def _together(entries: list[Entry]) -> Entry:
    labels = [entry.label for entry in entries]
    same = len(set(labels)) == 1
    worst = next((e.tone for tone in ("bad", "info") for e in entries if e.tone == tone), entries[0].tone)
    newest = entries[0]
    words = _("全部%(label)s", label=told(labels[0])) if same else _("%(n)s 人已办", n=len(entries))
    return replace(
        newest,
        label=words,
        step=_("%(step)s %(n)s 人", step=newest.step, n=len(entries)),
        opinion="",
        used="",
        tone=worst,
        members=tuple(entries),
    )

"""Notices written in the transaction of what they tell: one row per person, one delivery per channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine import channels, limits
from engine.channels import Text, wishes
from engine.model import Json
from engine.progress.case import Case
from engine.progress.knowing import UNREAD, UNTOLD, may_be_told
from engine.runtime import Engine
from engine.store import Tx, notices, people

# what people wrote about a case: nothing for those who only hear that it is late or has ended
SUBJECT = frozenset({"title", "opinion", "purpose", "question", "text", "reason", "reasons", "duty", "source"})


@dataclass(frozen=True, slots=True)
class Letter:
    """Who is told, about which item, with what the text needs; ``once`` keeps a rung from telling anybody twice."""

    person_id: int
    item_id: int | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    once: str | None = None


def tell(case: Case, template: str, kind: str, letters: Sequence[Letter], *, counted: bool = False) -> int:
    """Put notices into the outbox; they leave after the undo window and outside quiet hours.

    How many are new, if they are to be ``counted``.
    """
    if not letters:
        return 0
    rows, own = [], _own_words(case)
    for letter in letters:
        title, body = channels.render(template, _facts(case, letter), own)
        rows.append(
            {
                "person_id": letter.person_id,
                "instance_id": case.row.id,
                "item_id": letter.item_id,
                "event": template,
                "kind": kind,
                "title": title[:200],
                "body": body,
                "urgency": case.row.urgency,
                "created_at": case.now,
                "not_before": case.visible_at,
                "once": letter.once,
                "sender_id": case.actor.id if case.actor else None,
            }
        )
    sending = limits.not_before(
        case.visible_at, case.row.urgency, "seal-out" if template == "T-SEAL-RETURN" else kind, case.calendar
    )
    outgoing = _outgoing(case.engine, case.tx, kind, [one.person_id for one in letters])
    return notices.add(case.tx, rows, outgoing, sending, counted=counted)


def announce(
    engine: Engine,
    tx: Tx,
    template: str,
    told: Mapping[int, Mapping[str, Json]],
    *,
    link: str = "",
    once: str = "",
    kind: str = "system",
) -> int:
    """Notices of the house itself, about no instance: facts by person; with ``once`` nobody gets it twice."""
    now, own = engine.now(), engine.texts(tx).get("")
    rows = []
    for person_id, facts in told.items():
        title, body = channels.render(template, facts, own)
        rows.append(
            {
                "person_id": person_id,
                "instance_id": None,
                "event": template,
                "kind": kind,
                "title": title,
                "body": body,
                "urgency": "平件",
                "created_at": now,
                "not_before": now,
                "once": f"{once}:{person_id}" if once else None,
                "link": link,
            }
        )
    outgoing = _outgoing(engine, tx, kind, list(told))
    return notices.add(tx, rows, outgoing, limits.not_before(now, "平件", kind, engine.calendar(tx)))


def _outgoing(engine: Engine, tx: Tx, kind: str, people_ids: Sequence[int]) -> dict[int, list[str]]:
    """Through which channels each of them wants to hear of this."""
    offered = channels.offered(engine.settings)
    if not offered:
        return {}
    chosen = people.settings_of(tx, people_ids)
    return {person: wishes.wanted(settings, kind, offered) for person, settings in chosen.items()}


def _own_words(case: Case) -> Mapping[str, Text]:
    """What is said of this process comes before its package, and that before what is said of all."""
    house = case.engine.texts(case.tx)
    if not house:
        return case.package.texts
    return {**house.get("", {}), **case.package.texts, **house.get(case.row.process, {})}


def _facts(case: Case, letter: Letter) -> dict[str, Json]:
    known: dict[str, Json] = {
        "process": case.package.manifest.title,
        "title": case.row.title,
        "number": case.row.number,
        "urgency": case.row.urgency,
        **letter.facts,
    }
    if not may_be_told(case.tx, case.row, case.directory.person(letter.person_id)):
        veil = UNREAD if case.row.known_to is None else UNTOLD
        known |= {name: veil if name == "title" else "" for name in SUBJECT if name in known}
    return {key: _local(case, value) if isinstance(value, datetime) else value for key, value in known.items()}


def _local(case: Case, at: datetime) -> str:
    return case.calendar.local(at).strftime("%m-%d %H:%M")

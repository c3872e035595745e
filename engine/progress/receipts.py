"""Receipts between instances: what was sent out hears of its arrival, unit by unit, and a step may wait for that."""

from collections.abc import Mapping

from engine.model import Json
from engine.progress.case import Case, log
from engine.store import timers

RECEIPT = "receipt"  # kind of the timer that carries it: the sender is locked by its own command


def sent_back(case: Case, field: str) -> None:
    """Tell the instance this one came from that it is here; it is written into that field there. Once."""
    if case.row.parent_id is None:
        return
    person = case.actor
    facts: dict[str, Json] = {
        "field": field,
        "file_no": case.row.number,
        "unit": case.row.variables.get("receiver") or "",
        "at": case.calendar.local(case.now).isoformat(),
        "by": person.login if person else "",
    }
    row = {
        "instance_id": case.row.parent_id,
        "kind": RECEIPT,
        "level": "child",
        "rung": f"receipt-{case.row.id}",
        "due": case.visible_at,  # what is taken back within its seconds was not received
        "facts": facts,
    }
    timers.arm(case.tx, [row])
    case.final = "已向发文方回执"


def note_receipt(case: Case, facts: Mapping[str, Json]) -> None:
    """Add a line to the receipts of the sender and say it in the record."""
    field = str(facts["field"])
    line = {name: facts[name] for name in ("unit", "file_no", "at", "by")}
    case.row.variables = case.row.variables | {field: [*(case.row.variables.get(field) or []), line]}
    unit, person = case.directory.unit(str(facts["unit"])), case.directory.person(str(facts["by"]))
    words = f"{unit.called if unit else ''}{person.name if person else ''} 已签收 {facts['file_no']}"
    log(case, "receipt", detail={**line, "opinion": words})
